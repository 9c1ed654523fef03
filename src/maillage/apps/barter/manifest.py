from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import (
    FACILITATOR,
    MEMBER,
    NavigationItem,
    NotificationKind,
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
        "circle.left": _("noted that a member left a barter circle"),
    },
    url_namespaces=("barter",),
)
