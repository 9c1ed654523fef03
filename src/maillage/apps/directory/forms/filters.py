"""From a URL to a filter. Links get cut, retyped and forged: what makes no sense is left out, never refused."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.choices import Family, Stage
from maillage.apps.directory.models import Territory
from maillage.apps.directory.queries.filters import RADIUS_KM_MAX, InitiativeFilter
from maillage.cores.geo.boxes import parse_box
from maillage.kernel.ui.forms import Plain

WORDS_LENGTH_MAX = 200
THEMES_MAX = 50
FRESH_DAYS_MAX = 36_500
COMMUNE = re.compile(r"\d[\dAB]\d{3}")
COMMUNE_IN_BRACKETS = re.compile(r"\((\d[\dAB]\d{3})\)\s*$")
SLUG = re.compile(r"[-\w]{1,180}")
ID_MAX = 2**63 - 1
YES = ("1", "on", "oui")


def parse_filter(query: QueryDict) -> InitiativeFilter:
    """The filter that a URL's parameters ask for; what cannot be read is as if absent."""
    latitude, longitude = _number(query.get("lat"), -90, 90), _number(query.get("lon"), -180, 180)
    placed = latitude is not None and longitude is not None
    return InitiativeFilter(
        words=" ".join(query.get("q", "").replace("\x00", "").split())[:WORDS_LENGTH_MAX],
        themes=_themes(query),
        family=_one_of(query.get("famille"), Family.values),
        stage=_one_of(query.get("etape"), Stage.values),
        commune=_commune(query.get("commune", "")),
        territory=_matching(query.get("territoire"), SLUG),
        latitude=latitude if placed else None,
        longitude=longitude if placed else None,
        radius_km=_number(query.get("rayon"), 0.1, RADIUS_KM_MAX),
        looks_for_hands=query.get("mains") in YES,
        has_recipe=query.get("recette") in YES,
        fresh_days=_integer(query.get("fraicheur"), 1, FRESH_DAYS_MAX),
        organization_id=_integer(query.get("structure"), 1, ID_MAX),
        box=parse_box(query.get("bbox")),
    )


def _themes(query: QueryDict) -> tuple[str, ...]:
    """Each slug once, sorted: the order of ticking does not make another filter."""
    found = {_matching(slug, SLUG) for slug in query.getlist("theme")[:THEMES_MAX]}
    return tuple(sorted(found - {""}))


def _commune(text: str) -> str:
    """The INSEE code, alone or as the panel writes it: "Limoges (87085)"."""
    bracketed = COMMUNE_IN_BRACKETS.search(text)
    return bracketed.group(1) if bracketed else _matching(text, COMMUNE)


def _one_of(text: str | None, values: list[str]) -> str:
    return text if text and text in values else ""


def _matching(text: str | None, pattern: re.Pattern[str]) -> str:
    text = (text or "").strip()
    return text if pattern.fullmatch(text) else ""


def _number(text: str | None, least: float, most: float) -> float | None:
    """A number within its bounds, also with a decimal comma."""
    try:
        value = float((text or "").strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and least <= value <= most else None


def _integer(text: str | None, least: int, most: int) -> int | None:
    text = (text or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        return None
    return int(text) if least <= int(text) <= most else None


RADII_KM = (2, 5, 10, 20, 50, 100)
FRESHNESS_DAYS = {
    30: _("Less than a month ago"),
    180: _("Less than six months ago"),
    365: _("Less than a year ago"),
}


class FilterForm(Plain):
    """The panel of filters, as it is drawn; `parse_filter` reads what it sends."""

    q = forms.CharField(label=_("Words"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    famille = forms.ChoiceField(
        label=_("Family of the social economy"),
        required=False,
        choices=[("", _("All families")), *Family.choices],
    )
    etape = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("All stages")), *Stage.choices]
    )
    commune = forms.CharField(label=_("Commune"), required=False)
    rayon = forms.ChoiceField(
        label=_("Around"),
        required=False,
        choices=[("", _("In the commune")), *((str(km), format_lazy("{} km", km)) for km in RADII_KM)],
    )
    territoire = forms.ChoiceField(label=_("Territory"), required=False)
    mains = forms.BooleanField(
        label=_("Looks for hands"), required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
    )
    recette = forms.BooleanField(
        label=_("With its recipe"), required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
    )
    fraicheur = forms.ChoiceField(
        label=_("Brought up to date"),
        required=False,
        choices=[("", _("Whenever")), *((str(days), label) for days, label in FRESHNESS_DAYS.items())],
    )

    def __init__(
        self,
        wanted: InitiativeFilter,
        *,
        territories: Iterable[Territory],
        commune_text: str,
    ) -> None:
        super().__init__(
            initial={
                "q": wanted.words,
                "famille": wanted.family,
                "etape": wanted.stage,
                "commune": commune_text,
                "rayon": f"{wanted.radius_km:g}" if wanted.radius_km else "",
                "territoire": wanted.territory,
                "mains": wanted.looks_for_hands,
                "recette": wanted.has_recipe,
                "fraicheur": str(wanted.fresh_days or ""),
            },
            auto_id="filtre-%s",
        )
        self.fields["territoire"].choices = [  # type: ignore[attr-defined]
            ("", _("All territories")),
            *((territory.slug, territory.name) for territory in territories),
        ]
