"""Who may use an account."""

from __future__ import annotations

from maillage.apps.accounts.access import is_facilitator
from maillage.apps.directory.access import money_organization_ids
from maillage.apps.ledger.models import Account


def can_use_account(viewer: object, account: Account) -> bool:
    """The managers and treasurers of the organisation, and the facilitators, who then act in office mode."""
    if is_facilitator(viewer):
        return True
    return account.owner_id is not None and account.owner_id in money_organization_ids(viewer)
