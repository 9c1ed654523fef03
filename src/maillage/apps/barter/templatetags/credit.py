"""Amounts of the accounts in templates."""

from django import template

from maillage.apps.ledger.models import Account
from maillage.apps.ledger.models import Transfer as TransferRow
from maillage.apps.ledger.queries.wording import shown, shown_with_unit

register = template.Library()


@register.filter
def hundredths(amount: int) -> str:
    """12,50"""
    return shown(amount)


@register.filter
def signed_hundredths(amount: int) -> str:
    """+12,50"""
    return ("+" if amount > 0 else "") + shown(amount)


@register.filter
def amount_of(transfer: TransferRow) -> str:
    """What moved, or what is asked: 12,50 unités."""
    return shown_with_unit(transfer.posted_amount or transfer.amount, transfer.unit)


@register.filter
def provided_by(transfer: TransferRow, account: Account) -> bool:
    """Whether `account` is the one that provided."""
    return transfer.payee_id == account.pk
