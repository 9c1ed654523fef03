"""Amounts and obstacles in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.books.queries.fiscal import NotInForceError
from maillage.cores.einvoicing.values import Problem
from maillage.kernel.rooms.manifest import Text


def euros(cents: int) -> str:
    """An amount as it is written: 1 234,50 €."""
    amount = number_format(Decimal(cents).scaleb(-2), decimal_pos=2, use_l10n=True, force_grouping=True)
    return f"{amount}\u00a0€"


def decimal_words(value: Decimal) -> str:
    """A quantity, a price or a rate, with no more decimals than it has."""
    plain = f"{value.normalize():f}"
    places = len(plain.partition(".")[2])
    return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


_SELLER = {
    "name_missing": gettext_lazy("The name of your organisation is missing in its invoicing settings."),
    "siren_missing": gettext_lazy("The SIREN of your organisation is missing in its invoicing settings."),
    "siren_key": gettext_lazy("The SIREN %(siren)s of your organisation is wrong: its last digit does not fit the others."),
    "siret_key": gettext_lazy("The SIRET %(siret)s of your organisation is wrong: its last digit does not fit the others."),
    "siret_other_siren": gettext_lazy("The SIRET %(siret)s of your organisation does not begin with its SIREN %(siren)s."),
    "vat_number_form": gettext_lazy("The VAT number %(vat_number)s of your organisation is wrong."),
    "vat_number_other_siren": gettext_lazy("The VAT number %(vat_number)s of your organisation does not end with its SIREN %(siren)s."),
    "address_missing": gettext_lazy("The address of your organisation is missing in its invoicing settings."),
}  # fmt: skip
_BUYER = {
    "name_missing": gettext_lazy("The name of the customer is missing."),
    "siren_missing": gettext_lazy("The SIREN of the customer is missing: write it in its fiche, or ask it to fill in its invoicing settings."),
    "siren_key": gettext_lazy("The SIREN %(siren)s of the customer is wrong: its last digit does not fit the others."),
    "siret_key": gettext_lazy("The SIRET %(siret)s of the customer is wrong: its last digit does not fit the others."),
    "siret_other_siren": gettext_lazy("The SIRET %(siret)s of the customer does not begin with its SIREN %(siren)s."),
    "vat_number_form": gettext_lazy("The VAT number %(vat_number)s of the customer is wrong."),
    "vat_number_other_siren": gettext_lazy("The VAT number %(vat_number)s of the customer does not end with its SIREN %(siren)s."),
    "address_missing": gettext_lazy("The address of the customer is missing: write it in its fiche, or ask it to fill in its invoicing settings."),
}  # fmt: skip
_SENTENCES = {
    "number_missing": gettext_lazy("The number is missing."),
    "number_form": gettext_lazy("The number “%(number)s” has other signs than letters, digits, + - _ /, or more than %(max)s of them."),
    "legal_info_missing": gettext_lazy("The legal form of your organisation is missing in its invoicing settings."),
    "same_party": gettext_lazy("Seller and customer have the same SIREN %(siren)s: nobody invoices itself."),
    "no_line": gettext_lazy("There is no line: say what is sold."),
    "too_many_lines": gettext_lazy("There are more than %(max)s lines."),
    "line_name_missing": gettext_lazy("Say what is sold."),
    "line_quantity": gettext_lazy("The quantity must be above zero."),
    "line_price": gettext_lazy("The price cannot be below zero."),
    "line_decimals": gettext_lazy("A quantity and a price have %(max)s decimals at most."),
    "line_discount": gettext_lazy("The discount cannot be below zero."),
    "line_negative": gettext_lazy("The discount is larger than the line."),
    "discount_reason_missing": gettext_lazy("Say why there is a discount."),
    "allowance_amount": gettext_lazy("The discount must be above zero."),
    "allowance_too_large": gettext_lazy("The discount is larger than what it is taken from."),
    "amount_too_large": gettext_lazy("The total is too large."),
    "total_zero": gettext_lazy("The total is zero: there is nothing to invoice. A gift is not an invoice."),
    "rate_unknown": gettext_lazy("The VAT rate of %(rate)s %% is not in force on %(date)s."),
    "rate_not_zero": gettext_lazy("This line has no VAT, yet a rate."),
    "reason_missing": gettext_lazy("The reason why there is no VAT is missing."),
    "scope_mixed": gettext_lazy("Lines outside the scope of VAT stand on an invoice of their own."),
    "seller_vat_number_missing": gettext_lazy("Your organisation charges VAT: its VAT number is missing in its invoicing settings."),
    "buyer_vat_number_missing": gettext_lazy("The customer owes the VAT: its VAT number is missing in its invoicing settings."),
    "franchise_while_charging": gettext_lazy("Your organisation charges VAT, so nothing it sells is exempt below the threshold (article 293 B). Choose another VAT for this line, or change the one in your invoicing settings."),
    "vat_while_exempt": gettext_lazy("Your organisation charges no VAT, so this line can bear none. Choose for it a reason without VAT, or change the VAT in your invoicing settings."),
    "credit_other_vat": gettext_lazy("A credit note repeats the VAT of its invoice, and no line of the invoice %(number)s has this one. Choose the VAT of the line that is taken back."),
    "means_unknown": gettext_lazy("The means of payment “%(means)s” is not known here."),
    "iban_key": gettext_lazy("The IBAN in the invoicing settings is wrong: its key does not fit."),
    "iban_missing": gettext_lazy("Settled by transfer, the document must say where to: the IBAN of your organisation is missing in its invoicing settings. Write it there, or choose another means of payment."),
    "prepaid_too_large": gettext_lazy("What is already set off is more than the total."),
    "prepaid_date_missing": gettext_lazy("Say on which day it was already set off."),
    "prepaid_later": gettext_lazy("What is already set off was so today at the latest."),
    "due_date_missing": gettext_lazy("The due date is missing."),
    "due_before_issue": gettext_lazy("The due date comes before the date of the invoice."),
    "due_too_late": gettext_lazy("The law lets an invoice of today be due on %(date)s at the latest: %(days)s days, or %(month_end)s days to the end of the month (Code de commerce, art. L. 441-10). Bring the due date forward."),
    "delivery_missing": gettext_lazy("The date of delivery is missing."),
    "delivery_too_late": gettext_lazy("The date of delivery is more than a year away: check it."),
    "note_missing": gettext_lazy("The mention %(subject)s is missing."),
    "note_twice": gettext_lazy("The mention %(subject)s is there twice."),
    "reference_missing": gettext_lazy("A credit note must say which invoice it corrects."),
    "reference_later": gettext_lazy("The invoice %(number)s is later than its credit note."),
    "text_too_long": gettext_lazy("A text has more than %(max)s signs."),
    "text_unusable": gettext_lazy("A text holds signs that cannot be printed."),
}  # fmt: skip


def problem_words(problem: Problem) -> str:
    """Why a document cannot be issued, in a sentence that names its line."""
    side = {"seller": _SELLER, "buyer": _BUYER}.get(problem.part.partition(".")[0], _SENTENCES)
    sentence: Text = side.get(problem.code) or _SENTENCES[problem.code]
    words = str(sentence) % problem.facts
    if problem.line:
        return _("Line %(line)s: %(words)s") % {"line": problem.line, "words": words}
    return words


def law_words(fault: NotInForceError) -> str:
    """That the fiscal settings say nothing for the day: an administrator must complete them."""
    return _(
        "The fiscal settings have nothing for “%(key)s” on %(date)s. An administrator can complete them with the text that is in force."
    ) % {"key": fault.key, "date": f"{fault.day:%d/%m/%Y}"}
