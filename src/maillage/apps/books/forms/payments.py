"""What one says of a payment in money."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.apps.books.choices import MONEY_MEANS
from maillage.apps.books.forms.accounts import DAY_FAULTS, EUROS_MAX, Plain
from maillage.kernel.ui.fields import Day, Euros, ShortText


class PaymentForm(Plain):
    amount_cents = Euros(label=_("Amount paid, in euros"), max_value=EUROS_MAX)
    paid_on = Day(label=_("Day of the payment"), error_messages=DAY_FAULTS)
    means = forms.ChoiceField(
        label=_("How it was paid"),
        choices=MONEY_MEANS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how it was paid.")},
    )
    words = ShortText(
        label=_("What finds it again"),
        max_length=80,
        required=False,
        help_text=_("The number of the cheque, the words of the transfer on the bank’s statement."),
    )
    key = forms.RegexField(r"^[\w-]{1,64}$", widget=forms.HiddenInput)

    nothing = _("Write what was paid: more than zero.")

    def clean_amount_cents(self) -> int:
        cents: int = self.cleaned_data["amount_cents"]
        if not cents:
            raise forms.ValidationError(self.nothing)
        return cents


class RefundForm(PaymentForm):
    """What was given back, in the same words."""

    amount_cents = Euros(label=_("Amount given back, in euros"), max_value=EUROS_MAX)
    paid_on = Day(label=_("Day of the refund"), error_messages=DAY_FAULTS)
    means = forms.ChoiceField(
        label=_("How it was given back"),
        choices=MONEY_MEANS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how it was given back.")},
    )
    nothing = _("Write what was given back: more than zero.")
