from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import RoomManifest

MANIFEST = RoomManifest(
    name="books",
    label=_("Invoices and books"),
    description=_("Lawful invoices, a small journal for each organisation, the file for the tax office."),
    icon="file-text",
    audit_verbs={
        "books.open": _("opened accounts"),
        "books.settings": _("changed the choices of accounts"),
        "books.year": _("opened a year of accounts"),
        "books.close": _("closed accounts until"),
        "books.entry": _("wrote in accounts"),
        "books.letter": _("tied lines of accounts"),
        "books.unletter": _("untied lines of accounts"),
    },
    url_namespaces=("books",),
)
