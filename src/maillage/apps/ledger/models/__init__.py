from maillage.apps.ledger.models.accounts import AcceptedPayee, Account, AccountChange, Unit
from maillage.apps.ledger.models.acts import Act
from maillage.apps.ledger.models.transfers import Step, Transfer

__all__ = [
    "AcceptedPayee",
    "Account",
    "AccountChange",
    "Act",
    "Step",
    "Transfer",
    "Unit",
]
