"""The words of the room and its tables of transitions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BooksVariant(models.TextChoices):
    GENERAL = "general", _("General chart (companies, co-operatives)")
    ASSOCIATIVE = "associative", _("Chart of associations and foundations")


class EntrySource(models.TextChoices):
    """What an entry comes from."""

    MANUAL = "manual", _("By hand")
    SALE = "sale", _("Invoice issued")
    PURCHASE = "purchase", _("Invoice received")
    SET_OFF = "set_off", _("Debts cleared together")
    VAT = "vat", _("VAT that falls due")
    CREDIT = "credit", _("Mutual credit")
    GIFT = "gift", _("Gift in kind")
    REVERSAL = "reversal", _("Undoes another")


class VatSide(models.TextChoices):
    COLLECTED = "collected", _("On a sale")
    DEDUCTIBLE = "deductible", _("On a purchase")
