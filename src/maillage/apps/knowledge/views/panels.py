"""What the knowledge shows on pages that cross rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Relation
from maillage.apps.knowledge.models import Statement
from maillage.apps.knowledge.queries.statements import standing_of
from maillage.apps.knowledge.views.statements import knowledge_url

SHOWN_MAX = 12


def organization(request: HttpRequest, *, organization: Organization, **page: Any) -> dict[str, Any] | None:
    """What an organisation has and looks for, on its fiche."""
    found = standing_of(organization)
    holds = [_term(each) for each in found if each.relation == Relation.HOLDS]
    seeks = [_term(each) for each in found if each.relation == Relation.SEEKS]
    return {
        "holds": holds[:SHOWN_MAX],
        "seeks": seeks[:SHOWN_MAX],
        "more_held": max(0, len(holds) - SHOWN_MAX),
        "more_sought": max(0, len(seeks) - SHOWN_MAX),
        "knowledge_url": knowledge_url(organization),
    }


def _term(said: Statement) -> tuple[str, str]:
    return said.term.name, reverse("knowledge:term", args=[said.term_id, said.term.slug])
