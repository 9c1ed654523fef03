from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import RoomManifest

MANIFEST = RoomManifest(
    name="books",
    label=_("Invoices and books"),
    description=_("Lawful invoices, a small journal for each organisation, the file for the tax office."),
    icon="file-text",
    url_namespaces=("books",),
)
