from django.utils.translation import gettext_lazy as _

from maillage.apps.knowledge.choices import Change
from maillage.apps.knowledge.queries import search
from maillage.apps.knowledge.views import panels
from maillage.kernel.rooms.manifest import (
    FACILITATOR,
    MEMBER,
    NavigationItem,
    NotificationKind,
    Panel,
    RoomManifest,
    SearchProvider,
)

MANIFEST = RoomManifest(
    name="knowledge",
    label=_("Knowledge"),
    description=_("What each organisation knows, knows how to do, and the worlds it belongs to."),
    icon="lightbulb",
    notification_kinds=(
        NotificationKind(
            key="knowledge.cooperation",
            label=_("A cooperation that everybody wants"),
            description=_("When all the organisations of a proposed cooperation are interested."),
            rhythm="at_once",
        ),
    ),
    navigation=(
        NavigationItem(label=_("Knowledge"), url_name="knowledge:list", icon="lightbulb", rank=37),
        NavigationItem(
            label=_("The knowledge of my organisation"),
            url_name="knowledge:mine",
            icon="lightbulb",
            role=MEMBER,
            place="space",
            rank=56,
            description=_("What it knows, knows how to do, and looks for."),
        ),
        NavigationItem(
            label=_("Possible cooperations"),
            url_name="knowledge:cooperations",
            icon="handshake",
            role=MEMBER,
            place="space",
            rank=57,
            description=_("With whom to work, and why."),
        ),
        NavigationItem(
            label=_("Workshops"),
            url_name="knowledge:workshops",
            icon="users",
            role=FACILITATOR,
            place="facilitation",
            rank=40,
            description=_("Crossed interviews from which the map of knowledge grows."),
        ),
    ),
    panels=(
        Panel(
            page="organization",
            template_name="knowledge/panels/organization.html",
            context=panels.organization,
            rank=30,
        ),
    ),
    search_providers=(
        SearchProvider(
            kind="term", label=_("Knowledge"), documents=search.term_documents, all_ids=search.all_term_ids
        ),
    ),
    audit_verbs={
        f"term.{Change.CREATED}": _("said a word for the first time"),
        f"term.{Change.EDITED}": _("changed a word"),
        f"term.{Change.MERGED}": _("joined two words"),
        f"term.{Change.SEPARATED}": _("separated two words"),
        "statement.holds": _("said what an organisation has"),
        "statement.seeks": _("said what an organisation looks for"),
        "statement.withdraw": _("took back what an organisation said"),
        "statement.endorse": _("co-signed what another organisation says"),
        "statement.unendorse": _("took a co-signature back"),
        "cooperation.accepted": _("was interested in a cooperation"),
        "cooperation.later": _("left a cooperation for later"),
        "cooperation.refused": _("refused a cooperation"),
        "workshop.open": _("opened a workshop"),
        "workshop.code": _("changed the code of a workshop"),
        "workshop.groups": _("composed the groups of a workshop"),
        "workshop.end": _("ended a workshop"),
    },
    url_namespaces=("knowledge",),
)
