from maillage.apps.directory.models.addresses import BanAddress
from maillage.apps.directory.models.imports import CategoryMapping, ImportRecipe, ImportRow, ImportRun
from maillage.apps.directory.models.initiatives import (
    Draft,
    Initiative,
    InitiativeCarrier,
    InitiativeDocument,
    InitiativePicture,
    InitiativePlace,
    InitiativeVersion,
    Involvement,
)
from maillage.apps.directory.models.maps import MapChange
from maillage.apps.directory.models.organizations import (
    Contact,
    Membership,
    Organization,
    OrganizationVersion,
)
from maillage.apps.directory.models.places import Commune, Located, Territory
from maillage.apps.directory.models.themes import Theme

__all__ = [
    "BanAddress",
    "CategoryMapping",
    "Commune",
    "Contact",
    "Draft",
    "ImportRecipe",
    "ImportRow",
    "ImportRun",
    "Initiative",
    "InitiativeCarrier",
    "InitiativeDocument",
    "InitiativePicture",
    "InitiativePlace",
    "InitiativeVersion",
    "Involvement",
    "Located",
    "MapChange",
    "Membership",
    "Organization",
    "OrganizationVersion",
    "Territory",
    "Theme",
]
