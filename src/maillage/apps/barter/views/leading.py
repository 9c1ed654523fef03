"""What facilitators decide of the accounts: limits, rules of the credit, and the log of both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import facilitator_required, member_required, person_of
from maillage.apps.barter.access import acting_with_money_for, get_circle_to_lead
from maillage.apps.barter.actions.credit import set_limits
from maillage.apps.barter.actions.opening import set_credit_rules
from maillage.apps.barter.forms.credit import LimitsForm, RulesForm, limits_initial
from maillage.apps.barter.models import CircleCredit
from maillage.apps.barter.queries.credit import changes_of_account, changes_of_circle, credit_of
from maillage.apps.barter.readers.amounts import typed
from maillage.apps.barter.views.circle import frame
from maillage.apps.barter.views.credit import TAB, account_frame, account_url, load
from maillage.apps.ledger.actions.accounts import BadLimitsError
from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.choices import Accepts, AccountStatus
from maillage.apps.ledger.models import AccountChange
from maillage.apps.ledger.queries.wording import shown

PER_PAGE = 50
NAMES = {
    "lower_limit": lambda: _("lower limit"),
    "upper_limit": lambda: _("upper limit"),
    "soft_lower": lambda: _("lower warning"),
    "soft_upper": lambda: _("upper warning"),
    "status": lambda: _("state"),
    "accepts": lambda: _("requests accepted at once"),
    "accepts_up_to": lambda: _("up to how much"),
    "silence_days": lambda: _("days of silence that accept"),
    "payees": lambda: _("organisations named"),
    "commission_rate": lambda: _("commission"),
    "demurrage_rate": lambda: _("demurrage"),
    "demurrage_free": lambda: _("amount that demurrage leaves alone"),
}
AMOUNTS = ("lower_limit", "upper_limit", "soft_lower", "soft_upper", "accepts_up_to", "demurrage_free")
RATES = ("commission_rate", "demurrage_rate")


def told(changes: Iterable[AccountChange]) -> list[dict[str, Any]]:
    """The lines of a log in words: what each field was, and became."""
    lines = []
    for change in changes:
        fields = [
            (
                NAMES[name]() if name in NAMES else name,
                _value(name, change.before.get(name)),
                _value(name, value),
            )
            for name, value in change.after.items()
        ]
        lines.append({"change": change, "fields": fields, "is_new": not change.before})
    return lines


def _value(name: str, value: Any) -> str:
    if value is None:
        return "—"
    if name in AMOUNTS:
        return shown(value)
    if name in RATES:
        return f"{shown(value)} %"
    if name == "status":
        return str(AccountStatus(value).label)
    if name == "accepts":
        return str(Accepts(value).label)
    return str(len(value)) if isinstance(value, list) else str(value)


@member_required
def limits(request: HttpRequest, pk: int, account_pk: int) -> HttpResponseBase:
    """The limits of an account and every change of them; facilitators change them here."""
    seat, found = load(request, pk, account_pk, use=False)
    circle = seat.circle
    context = account_frame(request, seat, found, (_("Limits"), ""))
    form = None
    if context["leads"]:
        form = LimitsForm(request.POST or None, initial=limits_initial(found))
        if request.method == "POST" and form.is_valid():
            try:
                set_limits(
                    acting=acting_with_money_for(request.user, found.owner),  # type: ignore[arg-type]
                    circle=circle,
                    account=found,
                    limits=form.limits(),
                    reason=form.cleaned_data["raison"],
                    key=form.key,
                    now=timezone.now(),
                )
            except BadLimitsError as fault:
                form.add_error(LimitsForm.FIELDS[fault.field], fault.message)
            except LedgerError as fault:
                form.add_error(None, str(fault.message))
            else:
                messages.success(request, _("The limits are changed, and the member is told."))
                return redirect(account_url(circle, found))
    context |= {"form": form, "lines": told(changes_of_account(found))}
    return render(request, "barter/credit/limits.html", context, status=422 if form and form.errors else 200)


@facilitator_required
def rules(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What newcomers are given, commission, demurrage; and the log of the whole circle."""
    circle = get_circle_to_lead(request.user, pk)
    context = frame(request, circle, TAB, (_("Rules of the accounts"), ""))
    credit = credit_of(circle)
    initial = limits_initial(credit or CircleCredit())
    unit = credit.unit if credit else None
    initial |= {
        "commission": typed(unit.commission_rate if unit else 0),
        "fonte": typed(unit.demurrage_rate if unit else 0),
        "franchise": typed(unit.demurrage_free if unit else 0),
    }
    form = RulesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_credit_rules(
                person=person_of(request),
                circle=circle,
                limits=form.limits(),
                rules=form.rules(),
                key=form.key,
                now=timezone.now(),
            )
        except BadLimitsError as fault:
            form.add_error(LimitsForm.FIELDS[fault.field], fault.message)
        except LedgerError as fault:
            form.add_error(None, str(fault.message))
        else:
            messages.success(request, _("The rules are kept."))
            return redirect("barter:credit", circle.pk)
    page = Paginator(changes_of_circle(circle), PER_PAGE).get_page(request.GET.get("page"))
    context |= {"form": form, "page": page, "lines": told(page)}
    return render(request, "barter/credit/rules.html", context, status=422 if form.errors else 200)
