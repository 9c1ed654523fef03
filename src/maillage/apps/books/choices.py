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
    PAYMENT = "payment", _("Paid in money")
    GIFT = "gift", _("Gift in kind")
    REVERSAL = "reversal", _("Undoes another")


class VatSide(models.TextChoices):
    COLLECTED = "collected", _("On a sale")
    DEDUCTIBLE = "deductible", _("On a purchase")


class DocumentKind(models.TextChoices):
    QUOTE = "quote", _("Quote")
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


SERIES_LETTERS: dict[str, str] = {
    DocumentKind.QUOTE: "D",
    DocumentKind.INVOICE: "F",
    DocumentKind.CREDIT_NOTE: "A",
}
"""The letter of a series, before its year: F2026, A2026, D2026."""


class DocumentStatus(models.TextChoices):
    """A quote goes on after it is issued; an invoice and a credit note stay as they are."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class PaymentStatus(models.TextChoices):
    UNPAID = "unpaid", _("To be settled")
    PARTLY = "partly", _("Partly settled")
    SET_OFF = "set_off", _("Set off")
    PAID = "paid", _("Paid")


class SettlementKind(models.TextChoices):
    SET_OFF = "set_off", _("Set-off")
    PAYMENT = "payment", _("Payment")
    REFUND = "refund", _("Refund")


IN_MONEY = (SettlementKind.PAYMENT, SettlementKind.REFUND)
"""What is noted by hand because money moved, and undone by hand."""


class Nature(models.TextChoices):
    GOODS = "goods", _("Goods")
    SERVICES = "services", _("Services")
    MIXED = "mixed", _("Goods and services")


class PaymentMeans(models.TextChoices):
    """Codes of UNTDID 4461."""

    COMPENSATION = "97", _("Set-off")
    TRANSFER = "30", _("Bank transfer")
    CHEQUE = "20", _("Cheque")
    CARD = "48", _("Card")
    CASH = "10", _("Cash")


MONEY_MEANS = tuple(
    (str(each.value), each.label) for each in PaymentMeans if each != PaymentMeans.COMPENSATION
)
"""How one pays in money."""


class VatRegime(models.TextChoices):
    STANDARD = "standard", _("It charges VAT")
    FRANCHISE = "franchise", _("Exempt below the threshold (article 293 B)")
    NON_PROFIT = "non_profit", _("Non-profit association, exempt (article 261, 7)")
    OUT_OF_SCOPE = "out_of_scope", _("Outside the scope of VAT")


REGIME_VAT: dict[str, str] = {
    VatRegime.STANDARD: "rate.standard",
    VatRegime.FRANCHISE: "mention.franchise",
    VatRegime.NON_PROFIT: "mention.non_profit",
    VatRegime.OUT_OF_SCOPE: "mention.out_of_scope",
}
"""How a line is taxed when nothing else is said, by keys of the fiscal settings."""


class VatKey(models.TextChoices):
    """How a line is taxed: a rate, or a reason for none. The values are keys of the fiscal settings, read by date."""

    STANDARD = "rate.standard", _("Standard rate")
    INTERMEDIATE = "rate.intermediate", _("Intermediate rate")
    REDUCED = "rate.reduced", _("Reduced rate")
    SUPER_REDUCED = "rate.super_reduced", _("Special rate")
    OVERSEAS = "rate.overseas_standard", _("Standard rate overseas")
    FRANCHISE = "mention.franchise", _("No VAT: small business")
    NON_PROFIT = "mention.non_profit", _("No VAT: non-profit association")
    TRAINING = "mention.training", _("No VAT: training")
    OUT_OF_SCOPE = "mention.out_of_scope", _("No VAT: out of scope")
    REVERSE = "mention.reverse", _("VAT due by the customer")


class Unit(models.TextChoices):
    """Codes of UN/ECE Recommendation 20."""

    PIECE = "C62", _("unit")
    HOUR = "HUR", _("hour")
    DAY = "DAY", _("day")
    MONTH = "MON", _("month")
    KILOMETRE = "KMT", _("km")
    KILOGRAM = "KGM", _("kg")
    LITRE = "LTR", _("litre")
    SQUARE_METRE = "MTK", _("m²")
    LUMP_SUM = "LS", _("lump sum")


UNIT_SIGNS: dict[str, str] = {
    Unit.PIECE: "",
    Unit.HOUR: "h",
    Unit.DAY: "j",
    Unit.MONTH: "mois",
    Unit.KILOMETRE: "km",
    Unit.KILOGRAM: "kg",
    Unit.LITRE: "l",
    Unit.SQUARE_METRE: "m²",
    Unit.LUMP_SUM: "forfait",
}
"""What stands behind a quantity, the same for one and for many."""


class ReceivedStatus(models.TextChoices):
    TO_CHECK = "to_check", _("To be looked at")
    UNDISPUTED = "undisputed", _("Undisputed")
    DISPUTED = "disputed", _("Disputed")
