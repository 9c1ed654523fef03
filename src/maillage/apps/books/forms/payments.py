"""What one says of a payment in money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.apps.books.choices import MONEY_MEANS
from maillage.apps.books.forms.accounts import DAY_FAULTS, EUROS_MAX
from maillage.kernel.ui.fields import Day, Euros, ShortText
from maillage.kernel.ui.forms import Plain


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
    """What was given back, in the same fields."""

    nothing = _("Write what was given back: more than zero.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount_cents"].label = _("Amount given back, in euros")
        self.fields["paid_on"].label = _("Day of the refund")
        self.fields["means"].label = _("How it was given back")
        self.fields["means"].error_messages["required"] = _("Say how it was given back.")
