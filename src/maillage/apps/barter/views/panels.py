"""What the accounts show on the page of a circle."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from maillage.apps.barter.models import Circle, CircleMember
from maillage.apps.barter.queries.credit import accounts_of_circle, passed_limits
from maillage.apps.barter.queries.loops import loops_waiting
from maillage.apps.barter.views.credit import account_url, balance_sentence
from maillage.apps.barter.views.loops import loop_url
from maillage.apps.ledger.queries.statements import requests_to_answer


def accounts_panel(
    request: HttpRequest, *, circle: Circle, mine: list[CircleMember], leads: bool
) -> dict[str, Any] | None:
    """The balances of one's own organisations, and how many requests wait for them."""
    if not mine:
        return None
    own = list(accounts_of_circle(circle).filter(owner_id__in=[member.organization_id for member in mine]))
    asked = [each.payer_id for each in requests_to_answer(own)]
    rows = [
        {
            "account": each,
            "href": account_url(circle, each),
            "sentence": balance_sentence(each),
            "asked": asked.count(each.pk),
            "passed": passed_limits(each),
        }
        for each in own
    ]
    return {"rows": rows} if rows else None


def loops_panel(
    request: HttpRequest, *, circle: Circle, mine: list[CircleMember], leads: bool
) -> dict[str, Any] | None:
    """The loops that wait for an answer of one's own organisations."""
    if not mine:
        return None
    rows = [(each, loop_url(each), member) for each, member in loops_waiting(circle, mine)]
    return {"rows": rows} if rows else None
