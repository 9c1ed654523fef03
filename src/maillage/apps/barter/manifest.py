from django.utils.translation import gettext_lazy as _

from maillage.apps.barter.views.panels import accounts_panel, loops_panel
from maillage.kernel.rooms.manifest import (
    FACILITATOR,
    MEMBER,
    NavigationItem,
    NotificationKind,
    Panel,
    RoomManifest,
)

MANIFEST = RoomManifest(
    name="barter",
    label=_("Barter"),
    description=_("Trade without cash within a circle of organisations."),
    icon="recycle",
    notification_kinds=(
        NotificationKind(
            key="barter.office",
            label=_("What a facilitator did for my organisation"),
            description=_("When a facilitator of a barter circle acts in the place of your organisation."),
            rhythm="at_once",
        ),
        NotificationKind(
            key="barter.membership",
            label=_("Members of a barter circle"),
            description=_(
                "When your organisation is suspended or let back in; for facilitators, who joins and leaves."
            ),
            rhythm="at_once",
        ),
        NotificationKind(
            key="barter.interview",
            label=_("Answers to the interviews that I held"),
            description=_("When a structure confirms or refuses what you noted with it."),
            rhythm="at_once",
            role=FACILITATOR,
        ),
        NotificationKind(
            key="barter.clearing",
            label=_("Debts and their clearing"),
            description=_("When a debt waits for your answer, and when debts may be cleared together."),
            rhythm="at_once",
        ),
        NotificationKind(
            key="barter.sign",
            label=_("An agreement to sign again"),
            description=_("When the agreement of a barter circle of yours has a new version."),
            rhythm="at_once",
        ),
        NotificationKind(
            key="barter.request",
            label=_("Exchanges to agree to"),
            description=_("When a member says that it has provided your organisation with something."),
            rhythm="at_once",
        ),
        NotificationKind(
            key="barter.transfer",
            label=_("Exchanges on our accounts"),
            description=_("When an exchange is done, refused, reserved or reversed by the other side."),
            rhythm="daily",
        ),
        NotificationKind(
            key="barter.loop",
            label=_("Loops to answer"),
            description=_(
                "When a loop is proposed to your organisation, or one lacks the value of your offer."
            ),
            rhythm="at_once",
        ),
        NotificationKind(
            key="barter.loop_end",
            label=_("What became of our loops"),
            description=_("When a loop of your organisation is made, or will not be."),
            rhythm="at_once",
        ),
        NotificationKind(
            key="barter.limit",
            label=_("An account that goes too far one way"),
            description=_(
                "When your account passes a step towards its limit, and once a month while it stays there."
            ),
            rhythm="at_once",
        ),
    ),
    navigation=(
        NavigationItem(
            label=_("Barter"),
            url_name="barter:list",
            icon="recycle",
            role=MEMBER,
            place="space",
            rank=60,
            description=_("The circles of your organisations: what they have given and received."),
        ),
        NavigationItem(
            label=_("Barter circles"),
            url_name="barter:list",
            icon="recycle",
            role=FACILITATOR,
            place="facilitation",
            rank=43,
            description=_("Open a circle, visit its members, follow what is exchanged."),
        ),
    ),
    audit_verbs={
        "circle.open": _("opened a barter circle"),
        "circle.change": _("changed a barter circle"),
        "circle.agreement": _("published a version of the agreement of a barter circle"),
        "circle.sign": _("signed the agreement of a barter circle"),
        "circle.leave": _("left a barter circle"),
        "circle.active": _("let a member of a barter circle trade again"),
        "circle.suspended": _("suspended a member of a barter circle"),
        "circle.frozen": _("froze a member of a barter circle"),
        "interview.start": _("began an interview with a member of a barter circle"),
        "interview.send": _("sent the drafts of an interview to its structure"),
        "interview.answer": _("answered the drafts of an interview by its link"),
        "interview.drop": _("abandoned an interview"),
        "credit.received": _("noted what an organisation received in a barter circle"),
        "credit.provided": _("noted what an organisation provided in a barter circle"),
        "credit.reserved": _("reserved units in a barter circle"),
        "credit.several": _("entered several exchanges in a barter circle"),
        "credit.accept": _("agreed to an exchange in a barter circle"),
        "credit.refuse": _("refused an exchange in a barter circle"),
        "credit.post": _("confirmed a reservation in a barter circle"),
        "credit.void": _("withdrew a request or a reservation in a barter circle"),
        "credit.reverse": _("reversed an exchange in a barter circle"),
        "credit.plain": _("noted an exchange without value in a barter circle"),
        "credit.limits": _("changed the limits of an account in a barter circle"),
        "credit.acceptance": _("chose whose requests an account accepts"),
        "credit.rules": _("changed the rules of the accounts of a barter circle"),
        "debt.enter": _("said a debt between members of a barter circle"),
        "debt.confirm": _("confirmed a debt between members of a barter circle"),
        "debt.contest": _("contested a debt between members of a barter circle"),
        "debt.withdraw": _("withdrew a debt between members of a barter circle"),
        "batch.propose": _("proposed to clear debts together"),
        "batch.accept": _("accepted that debts be cleared together"),
        "batch.refuse": _("refused that debts be cleared together"),
        "batch.execute": _("cleared debts together"),
        "batch.drop": _("abandoned a proposal to clear debts"),
        "batch.cancel": _("cancelled a clearing of debts"),
        "loop.search": _("looked for loops in a barter circle"),
        "loop.accepted": _("accepted a loop of a barter circle"),
        "loop.refused": _("refused a loop of a barter circle"),
        "loop.made": _("gave the last acceptance of a loop, which is made"),
        "circle.left": _("noted that a member left a barter circle"),
    },
    panels=(
        Panel(page="circle", template_name="barter/loops/panel.html", context=loops_panel, rank=10),
        Panel(page="circle", template_name="barter/credit/panel.html", context=accounts_panel, rank=20),
    ),
    url_namespaces=("barter",),
)
