from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import RoomManifest

MANIFEST = RoomManifest(
    name="ledger",
    label=_("Accounts of exchanges"),
    description=_("Balances and transfers in a unit of account."),
    icon="coins",
)
