"""Who may see and use an account. What is absent and what is forbidden look alike."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.directory.access import active_memberships, managed_organization_ids
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.statements import with_parties


def can_see_account(viewer: object, account: Account) -> bool:
    """The people of the organisation, and the facilitators; the common account is for facilitators."""
    if is_facilitator(viewer):
        return True
    if account.owner_id is None or not is_signed_in(viewer):
        return False
    return active_memberships(viewer).filter(organization_id=account.owner_id).exists()


def can_use_account(viewer: object, account: Account) -> bool:
    """The managers of the organisation, and the facilitators, who then act in office mode."""
    if is_facilitator(viewer):
        return True
    return account.owner_id is not None and account.owner_id in managed_organization_ids(viewer)


def acts_in_office(viewer: object, account: Account) -> bool:
    """Whether the viewer uses the account for its owner, as a facilitator who does not manage it."""
    return is_facilitator(viewer) and account.owner_id not in managed_organization_ids(viewer)


def accounts_seen_by(viewer: object) -> QuerySet[Account]:
    """The accounts of the organisations to which the viewer belongs, a facilitator's own ones only."""
    mine = active_memberships(viewer).values("organization_id")
    rows = Account.objects.filter(owner_id__in=mine).select_related("unit", "owner")
    return rows.order_by("owner__sort_key", "pk")


def get_account_for(viewer: object, pk: int) -> Account:
    account = _account(pk)
    if account is None or not can_see_account(viewer, account):
        raise Http404
    return account


def get_account_to_use(viewer: object, pk: int) -> Account:
    account = _account(pk)
    if account is None or not can_use_account(viewer, account):
        raise Http404
    return account


def get_transfer_for(viewer: object, pk: int) -> Transfer:
    """A transfer that the viewer may see: on either side, or as a facilitator."""
    transfer = with_parties(Transfer.objects.filter(pk=pk)).first()
    if transfer is None:
        raise Http404
    if not can_see_account(viewer, transfer.payer) and not can_see_account(viewer, transfer.payee):
        raise Http404
    return transfer


def get_transfer_to_answer(viewer: object, pk: int) -> Transfer:
    """A request that the viewer may accept or refuse, or a reservation that they may post: they use the payer."""
    transfer = with_parties(Transfer.objects.filter(pk=pk)).first()
    if transfer is None or not can_use_account(viewer, transfer.payer):
        raise Http404
    return transfer


def get_transfer_to_give_back(viewer: object, pk: int) -> Transfer:
    """A transfer that the viewer may withdraw or reverse: they use the payee, who asked or was paid."""
    transfer = with_parties(Transfer.objects.filter(pk=pk)).first()
    if transfer is None or not can_use_account(viewer, transfer.payee):
        raise Http404
    return transfer


def _account(pk: int) -> Account | None:
    return Account.objects.filter(pk=pk).select_related("unit", "owner").first()
