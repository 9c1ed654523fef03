"""The forms of debts and of their clearing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from maillage.apps.barter.actions.debts import DebtContent
from maillage.apps.barter.forms.interviews import VALUE_EUROS_MAX
from maillage.apps.barter.models import CircleMember
from maillage.apps.barter.queries.clearing import euros
from maillage.apps.barter.queries.debts import InvoiceToTakeUp
from maillage.kernel.ui.fields import Day, Euros, ShortText
from maillage.kernel.ui.forms import Plain

FILE_BYTES_MAX = 5_000_000
OWES, OWED = "doit", "recoit"


class DebtForm(Plain):
    """A debt as one side says it. `mine`: the members for whom the person may speak; `others`: everybody active."""

    member = forms.ChoiceField(
        label=_("Organisation that says it"), error_messages={"required": _("Choose the organisation.")}
    )
    side = forms.ChoiceField(
        label=pgettext_lazy("direction of a debt", "Direction"),
        widget=forms.RadioSelect,
        choices=[(OWED, _("It is owed this")), (OWES, _("It owes this"))],
        error_messages={"required": _("Say who owes.")},
    )
    other = forms.ChoiceField(
        label=_("The other organisation"), error_messages={"required": _("Choose the other organisation.")}
    )
    amount = Euros(
        label=_("What remains owed, in euros, VAT included"),
        max_value=VALUE_EUROS_MAX,
        error_messages={"min_value": _("The amount must be greater than zero.")},
    )
    invoice = ShortText(
        label=_("Number of the invoice"),
        max_length=60,
        error_messages={
            "required": _("Give the number of the invoice."),
            "max_length": _("A shorter invoice number: 60 characters at most."),
        },
    )
    due_date = Day(
        label=_("Due on"),
        required=False,
        help_text=_("The oldest debts are cleared first."),
        error_messages={"invalid": _("Write a day, for example 14/03/2026.")},
    )

    def __init__(
        self, *args: Any, mine: Sequence[CircleMember], others: Sequence[CircleMember], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(each.pk): each for each in mine}
        own = [(str(each.pk), each.organization.name) for each in mine]
        self.fields["member"].choices = own if len(own) == 1 else [("", "—"), *own]  # type: ignore[attr-defined]
        all_others = [(str(each.pk), each.organization.name) for each in others]
        self.fields["other"].choices = [("", "—"), *all_others]  # type: ignore[attr-defined]

    def chosen(self) -> CircleMember:
        return self.members[self.cleaned_data["member"]]

    def content(self) -> DebtContent:
        said = self.cleaned_data
        mine, other = int(said["member"]), int(said["other"])
        debtor, creditor = (mine, other) if said["side"] == OWES else (other, mine)
        return DebtContent(debtor, creditor, said["amount"], said["invoice"], said["due_date"])


class TakeUpForm(Plain):
    """Which invoices of an organisation become debts. `found`: those that may."""

    invoices = forms.MultipleChoiceField(
        label=_("Invoices"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one invoice."),
            "invalid_choice": _("One of these invoices is no longer owed, or is a debt already: look again."),
        },
    )

    def __init__(self, *args: Any, found: Sequence[InvoiceToTakeUp], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.marks = {f"{each.source}-{each.source_id}": each.mark for each in found}
        self.fields["invoices"].choices = [  # type: ignore[attr-defined]
            (f"{each.source}-{each.source_id}", _words(each)) for each in found
        ]

    def chosen(self) -> set[tuple[str, int]]:
        return {self.marks[name] for name in self.cleaned_data["invoices"]}


def _words(invoice: InvoiceToTakeUp) -> str:
    words = {
        "number": invoice.number,
        "debtor": invoice.debtor.organization.name,
        "amount": euros(invoice.amount_cents),
        "creditor": invoice.creditor.organization.name,
    }
    said = gettext("%(number)s: %(debtor)s owes %(amount)s to %(creditor)s") % words
    if invoice.due_on is None:
        return said
    return said + gettext(", due on %(day)s") % {"day": date_format(invoice.due_on, "SHORT_DATE_FORMAT")}


class DebtFileForm(Plain):
    member = forms.ChoiceField(
        label=_("Organisation that says it"), error_messages={"required": _("Choose the organisation.")}
    )
    file = forms.FileField(
        label=_("File (CSV)"),
        help_text=_(
            "Columns: debtor, creditor, amount, invoice, due date. Organisations by their names in the circle; one of the two is yours."
        ),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    dry_run = forms.BooleanField(label=_("Only say what would happen"), required=False, initial=True)

    def __init__(self, *args: Any, mine: Sequence[CircleMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(each.pk): each for each in mine}
        own = [(str(each.pk), each.organization.name) for each in mine]
        self.fields["member"].choices = own if len(own) == 1 else [("", "—"), *own]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES_MAX:
            raise forms.ValidationError(_("This file is too large: 5 MB at most."))
        return file

    def chosen(self) -> CircleMember:
        return self.members[self.cleaned_data["member"]]


class ReasonForm(Plain):
    reason = ShortText(
        label=_("Why"),
        max_length=300,
        required=False,
        error_messages={"max_length": _("Shorter: 300 characters at most.")},
    )
