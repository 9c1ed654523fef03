from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import ImportRun, Initiative, Organization, Theme
from maillage.apps.directory.queries import search, search_places
from maillage.apps.directory.views import panels
from maillage.kernel.rooms.manifest import (
    FACILITATOR,
    MEMBER,
    FirstStep,
    NavigationItem,
    NotificationKind,
    Panel,
    RoomManifest,
    SearchProvider,
)

MANIFEST = RoomManifest(
    name="directory",
    label=_("Directory"),
    description=_("Organisations, initiatives and their recipes, on the map."),
    icon="map",
    optional=False,
    notification_kinds=(
        NotificationKind(
            key="directory.published",
            label=_("My fiches are published"),
            description=_(
                "When the team publishes a fiche that you began, or of an organisation that you manage."
            ),
        ),
        NotificationKind(
            key="directory.returned",
            label=_("My fiches are sent back"),
            description=_("When the team asks for one more look at a fiche before publishing it."),
        ),
        NotificationKind(
            key="directory.proposed",
            label=_("Fiches to read"),
            description=_("When a member proposes a fiche for publication."),
            role=FACILITATOR,
        ),
    ),
    navigation=(
        NavigationItem(label=_("Initiatives"), url_name="directory:initiative_list", icon="sprout", rank=10),
        NavigationItem(label=_("Map"), url_name="directory:map", icon="map", rank=20),
        NavigationItem(
            label=_("Organisations"), url_name="directory:organization_list", icon="building-2", rank=30
        ),
        NavigationItem(label=_("Territories"), url_name="directory:territory_list", icon="map-pin", rank=40),
        NavigationItem(
            label=_("My fiches"),
            url_name="directory:my_initiatives",
            icon="file-text",
            role=MEMBER,
            place="space",
            description=_("Those that you began or look after."),
        ),
        NavigationItem(
            label=_("Messages received"),
            url_name="directory:involvements",
            icon="mail",
            role=MEMBER,
            place="space",
            rank=60,
            description=_("Those who want to take part or do the same."),
        ),
        NavigationItem(
            label=_("Proposals"),
            url_name="directory:proposals",
            icon="clipboard-list",
            role=FACILITATOR,
            place="facilitation",
            rank=10,
            description=_("Fiches that members propose: read, publish or send back."),
        ),
        NavigationItem(
            label=_("Territories"),
            url_name="directory:territory_list",
            icon="map-pin",
            role=FACILITATOR,
            place="facilitation",
            rank=40,
            description=_("Groupings of communes, or areas that you draw."),
        ),
        NavigationItem(
            label=_("Themes"),
            url_name="directory:themes",
            icon="tag",
            role=FACILITATOR,
            place="facilitation",
            rank=30,
            description=_("The tree that sorts and colours the fiches."),
        ),
        NavigationItem(
            label=_("Imports"),
            url_name="directory:import_list",
            icon="upload",
            role=FACILITATOR,
            place="facilitation",
            rank=60,
            description=_("A table, a map made elsewhere: checked line by line before it is written."),
        ),
        NavigationItem(
            label=_("Communes"),
            url_name="directory:communes",
            icon="map",
            role=FACILITATOR,
            place="facilitation",
            rank=65,
            description=_("Their names and contours, on which the maps stand."),
        ),
    ),
    panels=(
        Panel(page="space", template_name="directory/panels/space.html", context=panels.space, rank=20),
        Panel(page="home", template_name="directory/panels/home.html", context=panels.home, rank=20),
    ),
    search_providers=(
        SearchProvider(
            kind="initiative",
            label=_("Initiatives"),
            documents=search.initiative_documents,
            all_ids=search.all_initiative_ids,
        ),
        SearchProvider(
            kind="organization",
            label=_("Organisations"),
            documents=search.organization_documents,
            all_ids=search.all_organization_ids,
        ),
        SearchProvider(
            kind="territory",
            label=_("Territories"),
            documents=search_places.territory_documents,
            all_ids=search_places.all_territory_ids,
        ),
        SearchProvider(
            kind="commune",
            label=_("Communes"),
            documents=search_places.commune_documents,
            all_ids=search_places.all_commune_ids,
        ),
    ),
    audit_verbs={
        "initiative.create": _("began a fiche"),
        "initiative.update": _("changed a fiche"),
        "initiative.propose": _("proposed a fiche"),
        "initiative.publish": _("published a fiche"),
        "initiative.withdraw": _("put a fiche back to draft"),
        "initiative.archive": _("archived a fiche"),
        "initiative.add_picture": _("added a picture"),
        "initiative.describe_picture": _("described a picture"),
        "initiative.remove_picture": _("removed a picture"),
        "initiative.add_document": _("added a document"),
        "initiative.remove_document": _("removed a document"),
        "organization.create": _("added an organisation"),
        "organization.update": _("changed an organisation"),
        "organization.status": _("changed the state of an organisation"),
        "organization.logo": _("changed a logo"),
        "membership.invite": _("invited someone into an organisation"),
        "membership.accept_invitation": _("joined an organisation on invitation"),
        "membership.request": _("asked to join an organisation"),
        "membership.accept_request": _("welcomed someone into an organisation"),
        "membership.change_role": _("changed a role in an organisation"),
        "membership.end": _("ended a tie with an organisation"),
        "theme.create_default": _("planted the proposed tree of themes"),
        "theme.create": _("added a theme"),
        "theme.update": _("changed a theme"),
        "theme.merge": _("merged a theme into another"),
        "theme.delete": _("removed a theme"),
        "territory.create": _("added a territory"),
        "territory.update": _("changed a territory"),
        "territory.delete": _("removed a territory"),
        "territory.load": _("loaded territories"),
        "commune.load": _("loaded communes"),
        "address.load": _("loaded addresses"),
        "import.apply": _("imported a file"),
        "import.undo": _("undid an import"),
        "import.delete": _("removed an import from the list"),
    },
    first_steps=(
        FirstStep(
            label=_("Present your own organisation"),
            description=_("The one that runs this site: its name, its address, how to reach it."),
            url_name="directory:organization_create",
            is_taken=lambda: Exists(Organization.objects.all()),
            rank=10,
        ),
        FirstStep(
            label=_("Choose your themes"),
            description=_("They colour the map. Start from the proposed tree, then make it yours."),
            url_name="directory:themes",
            is_taken=lambda: Exists(Theme.objects.all()),
            rank=20,
        ),
        FirstStep(
            label=_("Publish a first fiche"),
            description=_("An initiative that you know well: what it does, and how to do the same."),
            url_name="directory:initiative_create",
            is_taken=lambda: Exists(Initiative.objects.filter(status=Status.PUBLISHED)),
            rank=30,
        ),
        FirstStep(
            label=_("Bring what you already have"),
            description=_(
                "A table of your members, a map made elsewhere: see everything before it is written."
            ),
            url_name="directory:import_start",
            is_taken=lambda: Exists(ImportRun.objects.all()),
            rank=40,
        ),
    ),
)
