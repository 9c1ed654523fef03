from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import FACILITATOR, MEMBER, NavigationItem, NotificationKind, RoomManifest

MANIFEST = RoomManifest(
    name="codevelopment",
    label=_("Co-development"),
    description=_("People of different trades meet in small groups and help one another on their own cases."),
    icon="users",
    notification_kinds=(
        NotificationKind(
            key="codevelopment.session",
            label=_("Your co-development sessions"),
            description=_("Your group, its date, a reminder two days before."),
            rhythm="at_once",
        ),
        NotificationKind(
            key="codevelopment.participation",
            label=_("Participation that falls"),
            description=_("When people come less to a programme that you opened."),
            rhythm="at_once",
            role=FACILITATOR,
        ),
    ),
    navigation=(
        NavigationItem(
            label=_("My co-development sessions"),
            url_name="codevelopment:list",
            icon="users",
            role=MEMBER,
            place="space",
            rank=58,
            description=_("Your groups, your notes, what you will do next."),
        ),
        NavigationItem(
            label=_("Co-development"),
            url_name="codevelopment:list",
            icon="users",
            role=FACILITATOR,
            place="facilitation",
            rank=41,
            description=_("Compose groups, prepare sessions, see who comes."),
        ),
    ),
    audit_verbs={
        "programme.open": _("opened a co-development programme"),
        "programme.change": _("changed a co-development programme"),
        "programme.end": _("ended a co-development programme"),
        "programme.people": _("changed the people of a co-development programme"),
        "programme.rules": _("changed who must meet whom"),
        "programme.compose": _("composed co-development groups"),
        "programme.adjust": _("adjusted co-development groups"),
        "programme.schedule": _("set the date of a co-development meeting"),
        "programme.session": _("prepared a co-development session"),
        "programme.attendance": _("noted who came to a co-development session"),
    },
    url_namespaces=("codevelopment",),
)
