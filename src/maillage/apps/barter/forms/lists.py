"""What the lists of a circle are narrowed to; the names are those of their addresses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.apps.barter.choices import BatchState, DebtState, LoopState, MemberState
from maillage.apps.barter.queries.lists import SETTLED
from maillage.apps.ledger.choices import AccountStatus
from maillage.kernel.ui.fields import Day, ShortText
from maillage.kernel.ui.filtering import FilterForm, OneOf
from maillage.kernel.ui.forms import Plain

SHOWN_STATES = tuple(each for each in AccountStatus.choices if each[0] != AccountStatus.CLOSED)


class NameFilterForm(FilterForm):
    mots = ShortText(label=_("Name"), max_length=100, required=False)


class AccountFilterForm(NameFilterForm):
    etat = OneOf([*SHOWN_STATES])


class MemberFilterForm(NameFilterForm):
    etat = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", pgettext_lazy("any state", "All")), *MemberState.choices],
    )


class DebtFilterForm(FilterForm):
    """`du`, `au`: the days of the term."""

    mots = ShortText(label=_("Invoice or name"), max_length=100, required=False)
    etat = OneOf([*DebtState.choices, (SETTLED, pgettext_lazy("state of a debt", "Settled"))])
    du = Day(label=_("Due from"), required=False)
    au = Day(label=_("Due until"), required=False)


class BatchFilterForm(FilterForm):
    etat = OneOf(BatchState.choices)
    du = Day(label=_("From"), required=False)
    au = Day(label=_("Until"), required=False)


class LoopFilterForm(NameFilterForm):
    etat = OneOf(LoopState.choices)


class ExchangeFilterForm(FilterForm):
    mots = ShortText(label=_("Name, purpose or invoice"), max_length=100, required=False)
    du = Day(label=_("From"), required=False)
    au = Day(label=_("to"), required=False)


class PeriodForm(Plain):
    """The days of a statement or of the participation, first and last included."""

    du = Day(label=_("From"), required=False)
    au = Day(label=_("to"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("du"), said.get("au")
        if first and last and last < first:
            self.add_error("au", _("The last day comes before the first one."))
        return said
