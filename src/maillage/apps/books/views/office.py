"""Office mode on pages that belong to nobody yet: a facilitator says for which organisation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from maillage.apps.accounts.access import is_facilitator
from maillage.apps.books.forms.office import OfficeForm
from maillage.apps.directory.access import get_organization_for_money
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.organizations import published_names

PROPOSED_MAX = 300


def asked_organization(request: HttpRequest) -> Organization | None:
    """The one that the address names, `?pour=12`. Raises Http404 for those who may not act for it."""
    asked = request.GET.get("pour", "")
    if asked.isdecimal() and asked.isascii() and len(asked) < 10:
        return get_organization_for_money(request.user, int(asked))
    return None


def choice_of(request: HttpRequest) -> tuple[dict[str, Any], Organization | None]:
    """What the page draws of the choice, nothing but for facilitators; and the organisation that was just chosen."""
    if not is_facilitator(request.user):
        return {"office_form": None, "office_names": [], "is_wrong": False}, None
    form = OfficeForm(request.GET if "pour_qui" in request.GET else None)
    if form.is_bound and form.is_valid():
        return {}, form.organization
    return {
        "office_form": form,
        "office_names": published_names(PROPOSED_MAX),
        "is_wrong": form.is_bound,
    }, None
