"""What people write in the accounts: choices, entries, gifts, periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.apps.books.actions.opening import BooksChoices
from maillage.apps.books.actions.refusals import RefusedEntryError
from maillage.apps.books.choices import BooksVariant
from maillage.apps.books.models import BookParty, Books
from maillage.cores.accounting import Chart, Entry, InvalidEntry, Line, Party
from maillage.cores.accounting.bookings import OPENING, VARIOUS
from maillage.kernel.ui.fields import Day, Euros, ShortText
from maillage.kernel.ui.forms import Plain

EUROS_MAX = 10**12
LINES_SHOWN, LINES_MAX = 4, 40
DAY_FAULTS = dict.fromkeys(("required", "invalid"), _("Write a day, for example 31/03/2026."))


def _account(label: Any, help_text: Any = "") -> ShortText:
    fault = _("Write the number of an account, for example 707.")
    return ShortText(
        label=label,
        max_length=10,
        help_text=help_text,
        error_messages={"required": fault, "max_length": fault},
    )


class ChoicesForm(Plain):
    """How an organisation keeps its accounts."""

    variant = forms.ChoiceField(
        label=_("Which chart of accounts"), choices=BooksVariant.choices, widget=forms.RadioSelect
    )
    siren = ShortText(
        label=_("SIREN"),
        max_length=11,
        required=False,
        help_text=_("Nine digits. The file for the tax office bears it; it can be filled in later."),
    )
    vat_on_debits = forms.BooleanField(
        label=_("We pay the VAT of our services when we invoice"),
        required=False,
        help_text=_("Otherwise it waits until the invoice is settled, as the law has it by default."),
    )
    credit_account = _account(
        _("Account of the mutual credit"), _("467, or an account kept like a bank, such as 5178.")
    )
    receivable_account = _account(_("Customers, to be set off"), _("Under 411."))
    payable_account = _account(_("Suppliers, to be set off"), _("Under 401."))
    waiting_collected_account = _account(_("VAT of our services that waits"))
    waiting_deductible_account = _account(_("VAT of services bought that waits"))
    goods_sold_account = _account(_("Goods that we give"), _("707 for goods."))
    services_sold_account = _account(_("Services that we give"), _("706 for services."))
    goods_bought_account = _account(
        _("Goods that we receive"), _("6063 for small equipment, 607 for resale.")
    )
    services_bought_account = _account(_("Services that we receive"), _("604, or 6231 for advertising."))

    @staticmethod
    def usual() -> dict[str, Any]:
        """What most choose."""
        return {field.name: field.default for field in fields(BooksChoices) if field.default is not MISSING}

    def clean_siren(self) -> str:
        return "".join(str(self.cleaned_data["siren"]).split())

    def choices(self) -> BooksChoices:
        return BooksChoices(**{name: self.cleaned_data[name] for name in BooksChoices.__dataclass_fields__})


class OpeningForm(ChoicesForm):
    starts_on = Day(label=_("First day of the year of accounts"), error_messages=DAY_FAULTS)
    ends_on = Day(label=_("Last day of the year of accounts"), error_messages=DAY_FAULTS)


def choices_initial(books: Books) -> dict[str, Any]:
    return {name: getattr(books, name) for name in BooksChoices.__dataclass_fields__}


class EntryForm(Plain):
    """An entry by hand: a day, a piece, a wording, and lines of which the empty ones are left out."""

    day = Day(label=_("Day"), error_messages=DAY_FAULTS)
    piece = ShortText(
        label=_("What justifies it"),
        max_length=100,
        help_text=_("The number of an invoice, a receipt, a decision."),
        error_messages={"required": _("Say what justifies the entry.")},
    )
    label = ShortText(
        label=_("What it is about"),
        max_length=200,
        error_messages={"required": _("Say in a few words what the entry is about.")},
    )
    journal = forms.ChoiceField(
        label=_("Journal"),
        choices=[(VARIOUS, _("OD, various")), (OPENING, _("AN, balances of the year before"))],
        initial=VARIOUS,
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=1, max_value=LINES_MAX, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, books: Books, parties: Sequence[BookParty], lines: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.books, self.parties = books, {str(party.pk): party for party in parties}
        self.lines = min(lines, LINES_MAX)
        choices = [("", _("none")), *((str(party.pk), party.name) for party in parties)]
        for n in range(1, self.lines + 1):
            self.fields[f"account_{n}"] = ShortText(
                label=gettext("Account, line %(n)s") % {"n": n}, max_length=10, required=False
            )
            self.fields[f"party_{n}"] = forms.ChoiceField(
                label=gettext("Partner, line %(n)s") % {"n": n}, choices=choices, required=False
            )
            self.fields[f"debit_{n}"] = Euros(
                label=gettext("Debit, line %(n)s") % {"n": n}, max_value=EUROS_MAX, required=False
            )
            self.fields[f"credit_{n}"] = Euros(
                label=gettext("Credit, line %(n)s") % {"n": n}, max_value=EUROS_MAX, required=False
            )

    @property
    def line_names(self) -> list[tuple[str, str, str, str]]:
        return [(f"account_{n}", f"party_{n}", f"debit_{n}", f"credit_{n}") for n in range(1, self.lines + 1)]

    def entry(self) -> Entry | None:
        """The entry, or None when it is refused, the reason standing beside its line. Call once the form is valid."""
        said = self.cleaned_data
        lines, rows = [], []
        for n in range(1, self.lines + 1):
            account, debit, credit = said[f"account_{n}"], said[f"debit_{n}"] or 0, said[f"credit_{n}"] or 0
            if not account and not debit and not credit:
                continue
            party = self.parties.get(said[f"party_{n}"])
            lines.append(Line(account, debit, credit, Party(party.number, party.name) if party else None))
            rows.append(n)
        try:
            return Entry(
                said["journal"], said["day"], said["piece"], said["day"], said["label"], tuple(lines)
            )
        except InvalidEntry as refusal:
            fault = RefusedEntryError(refusal)
            field = f"account_{rows[refusal.line - 1]}" if refusal.line else None
            self.add_error(field, fault.words if field else fault.sentence)
            return None


class GiftForm(Plain):
    """A gift in kind: what, from whom, worth how much; and the question that tells a gift from barter."""

    day = Day(label=_("Day"), error_messages=DAY_FAULTS)
    label = ShortText(
        label=_("What was given"),
        max_length=200,
        help_text=_("For example: a room for two days, sixteen hours of a volunteer."),
        error_messages={"required": _("Say what was given.")},
    )
    piece = ShortText(
        label=_("What justifies it"),
        max_length=100,
        help_text=_("An agreement, a sheet of hours."),
        error_messages={"required": _("Say what justifies the entry.")},
    )
    use_account = forms.ChoiceField(label=_("What it is (86)"))
    origin_account = forms.ChoiceField(label=_("Where it comes from (87)"))
    amount_cents = Euros(label=_("What it is worth, in euros"), max_value=EUROS_MAX)
    is_given_back = forms.ChoiceField(
        label=_("Do you give something in return?"),
        choices=[("no", _("No: it is a gift")), ("yes", _("Yes: something is given or promised in return"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you give something in return.")},
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, chart: Chart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, root in (("use_account", "86"), ("origin_account", "87")):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(each.number, f"{each.number} {each.label}") for each in chart.usable(root)]

    def clean_amount_cents(self) -> int:
        cents: int = self.cleaned_data["amount_cents"]
        if not cents:
            raise forms.ValidationError(_("Write what it is worth: more than zero."))
        return cents


class JournalFilterForm(Plain):
    journal = forms.ChoiceField(label=_("Journal"), required=False)
    month = forms.ChoiceField(label=_("Month"), required=False)
    words = ShortText(label=_("Words of the wording or of the piece"), max_length=60, required=False)
    account = ShortText(label=_("Account begins with"), max_length=10, required=False)

    def __init__(
        self,
        *args: Any,
        journals: Sequence[tuple[str, str]],
        months: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("journal", journals), ("month", months)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *choices]


class ClosingForm(Plain):
    until = forms.ChoiceField(label=_("Close until the end of"))

    def __init__(self, *args: Any, months: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["until"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(months)

    def clean_until(self) -> date:
        return date.fromisoformat(self.cleaned_data["until"])


class ReasonForm(Plain):
    label = ShortText(
        label=_("Why it is undone"),
        max_length=200,
        error_messages={"required": _("Say why the entry is undone.")},
    )
