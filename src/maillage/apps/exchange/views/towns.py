"""A commune that was typed in a filter, and is not one, or is one of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from maillage.apps.directory.models import Commune
from maillage.apps.exchange.queries.towns import TYPED_MAX, communes_asked


@dataclass(frozen=True)
class TownsTyped:
    """What was typed, and the ways to the page narrowed to each commune that it may mean; nothing when all is clear."""

    typed: str = ""
    choices: tuple[tuple[Commune, str], ...] = ()

    @property
    def context(self) -> dict[str, Any]:
        """What `exchange/parts/which_commune.html` is drawn from."""
        return {"commune_choices": self.choices, "commune_unknown": bool(self.typed) and not self.choices}


def towns_typed(request: HttpRequest) -> TownsTyped:
    typed = request.GET.get("commune", "").strip()[:TYPED_MAX]
    communes = communes_asked(typed)
    if not typed or len(communes) == 1:
        return TownsTyped()
    return TownsTyped(typed, tuple((each, _narrowed_to(request, each.pk)) for each in communes))


def _narrowed_to(request: HttpRequest, code: str) -> str:
    query = request.GET.copy()
    query["commune"] = code
    for name in ("page", "bbox"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}"
