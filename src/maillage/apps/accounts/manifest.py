from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.models import Invitation, Person
from maillage.kernel.rooms.manifest import (
    ADMINISTRATOR,
    FACILITATOR,
    MEMBER,
    FirstStep,
    NavigationItem,
    NotificationKind,
    RoomManifest,
)

MANIFEST = RoomManifest(
    name="accounts",
    label=_("People"),
    description=_("Sign-in, roles and personal data."),
    icon="user",
    optional=False,
    url_namespaces=("accounts",),
    navigation=(
        NavigationItem(
            label=_("My name"),
            url_name="accounts:profile",
            icon="user",
            role=MEMBER,
            place="space",
            rank=60,
            description=_("What others call you here."),
        ),
        NavigationItem(
            label=_("Notifications"),
            url_name="accounts:notifications",
            icon="bell",
            role=MEMBER,
            place="space",
            rank=70,
            description=_("What you are told, and how often."),
        ),
        NavigationItem(
            label=_("Sign-in and safety"),
            url_name="accounts:security",
            icon="lock",
            role=MEMBER,
            place="space",
            rank=80,
            description=_("Address, password, passkeys, second step."),
        ),
        NavigationItem(
            label=_("My data"),
            url_name="accounts:data",
            icon="database",
            role=MEMBER,
            place="space",
            rank=90,
            description=_("Take them away, or erase your account."),
        ),
        NavigationItem(
            label=_("Invitations"),
            url_name="accounts:invitations",
            icon="mail",
            role=FACILITATOR,
            place="facilitation",
            rank=60,
            description=_("Open the door to somebody, with the role that suits."),
        ),
        NavigationItem(
            label=_("People"),
            url_name="accounts:people",
            icon="users",
            role=ADMINISTRATOR,
            place="facilitation",
            rank=70,
            description=_("Accounts, roles, and help for those who lost their way in."),
        ),
        NavigationItem(
            label=_("Journal"),
            url_name="accounts:journal",
            icon="scroll-text",
            role=ADMINISTRATOR,
            place="facilitation",
            rank=80,
            description=_("Who did what, and when."),
        ),
        NavigationItem(
            label=_("Audience"),
            url_name="portal:audience",
            icon="chart-column",
            role=ADMINISTRATOR,
            place="facilitation",
            rank=82,
            description=_("The pages that are read, without following anybody."),
        ),
        NavigationItem(
            label=_("Legal pages"),
            url_name="portal:legal_pages",
            icon="file-text",
            role=ADMINISTRATOR,
            place="facilitation",
            rank=84,
            description=_(
                "Notices, personal data, accessibility, eco-design: as generated, or in your words."
            ),
        ),
    ),
    first_steps=(
        FirstStep(
            label=_("Invite a colleague"),
            description=_("Somebody who will read the fiches with you, or tell the first ones."),
            url_name="accounts:invitations",
            is_taken=lambda: Exists(Invitation.objects.all()) | Exists(Person.objects.order_by("pk")[1:]),
            rank=50,
        ),
    ),
    notification_kinds=(
        NotificationKind(
            key="accounts.unsound",
            label=_("Sums that no longer agree"),
            description=_(
                "When the nightly check finds a balance, accounts or an invoice that do not add up."
            ),
            rhythm="at_once",
            role=ADMINISTRATOR,
        ),
    ),
    audit_verbs={
        "person.create": _("opened an account"),
        "person.change_role": _("changed a role"),
        "person.deactivate": _("closed an account"),
        "person.reactivate": _("opened an account again"),
        "person.reset_second_factor": _("removed a second step"),
        "person.ask_erasure": _("asked for an erasure"),
        "person.keep_account": _("gave up an erasure"),
        "invitation.send": _("invited someone"),
        "invitation.revoke": _("withdrew an invitation"),
        "site.open_registration": _("opened registration to all"),
        "site.close_registration": _("closed registration"),
        "site.accounts_disagree": _("found sums that do not agree"),
        "site.accounts_agree": _("found sums that agree again"),
        "site.edit_legal_text": _("changed a legal page"),
    },
)
