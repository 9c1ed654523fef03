"""The search page: one question over everything public, narrowed by what the rooms declare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from maillage.apps.accounts.access import is_signed_in
from maillage.apps.directory.choices import Family, Stage
from maillage.apps.directory.models import Commune
from maillage.apps.directory.queries.themes import theme_tree
from maillage.cores.text.folding import clean, squeeze
from maillage.kernel.rooms.manifest import Text, all_manifests
from maillage.kernel.search.queries import RESULTS_MAX, SORTS, FacetValue, Near, SearchHit, SearchPage, search
from maillage.kernel.search.suggestions import suggest
from maillage.kernel.site.settings import open_rooms
from maillage.portal.places import named_place

PAGE_SIZE = 20
FACET_VALUES_MAX = 8
CHOSEN_VALUES_MAX = 20
RADII_KM = (5, 10, 20, 50, 100)
RADIUS_KM_DEFAULT = 20
PLACE_CHARACTERS_MAX = 120
QUESTION_READ_MAX = 1000


def kind_labels() -> dict[str, Text]:
    """The kinds of documents of the open rooms, and their names."""
    return {provider.kind: provider.label for room in open_rooms() for provider in room.search_providers}


def has_closed_rooms() -> bool:
    """Whether the index may hold documents of a room that is off."""
    return len(open_rooms()) < len(all_manifests())


def _theme_labels(values: Iterable[str]) -> dict[str, Text]:
    by_slug = theme_tree().by_slug
    return {slug: by_slug[slug].theme.name for slug in values if slug in by_slug}


def _commune_labels(values: Iterable[str]) -> dict[str, Text]:
    return dict(
        Commune.objects.filter(pk__in=[value.upper() for value in values])
        .order_by("pk")
        .values_list("pk", "name")
    )


@dataclass(frozen=True)
class Facet:
    """A facet of the index that the page offers: its parameter in addresses, its title, and names for its values."""

    name: str
    parameter: str
    title: Text
    labels: Callable[[Iterable[str]], Mapping[str, Text]]


FACETS = (
    Facet("kind", "type", gettext_lazy("Kind"), lambda values: kind_labels()),
    Facet("theme", "theme", gettext_lazy("Theme"), _theme_labels),
    Facet("family", "famille", gettext_lazy("Family"), lambda values: dict(Family.choices)),
    Facet("stage", "etape", gettext_lazy("Stage"), lambda values: dict(Stage.choices)),
    Facet("commune", "commune", gettext_lazy("Commune"), _commune_labels),
)


@dataclass(frozen=True)
class FacetChoice:
    """A value of a facet, as a box to tick."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class ShownFacet:
    """A facet with the values that are worth showing for these results."""

    title: Text
    parameter: str
    choices: list[FacetChoice]


EXAMPLES = (
    gettext_lazy("organic vegetables"),
    gettext_lazy("repair a bicycle"),
    gettext_lazy("shared garden"),
    gettext_lazy("second-hand clothes"),
    gettext_lazy("tools to borrow"),
    gettext_lazy("become a volunteer"),
)

SORT_LABELS: Mapping[str, Text] = {
    "relevance": gettext_lazy("Most relevant"),
    "recent": gettext_lazy("Most recent"),
    "distance": gettext_lazy("Nearest"),
    "name": gettext_lazy("From A to Z"),
}
SORT_VALUES = {"pertinence": "relevance", "date": "recent", "distance": "distance", "nom": "name"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address of the page asks for. `place` is as typed, `near` where it stands if it is known."""

    words: str
    chosen: dict[str, list[str]]
    place: str
    near: Near | None
    radius_km: int
    sort: str
    page: int

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.chosen or self.near)

    def query(self) -> QueryDict:
        """The parameters of the page's address, without its number."""
        query = QueryDict(mutable=True)
        if self.words:
            query["q"] = self.words
        for facet in FACETS:
            if facet.name in self.chosen:
                query.setlist(facet.parameter, self.chosen[facet.name])
        if self.place:
            query["pres"], query["rayon"] = self.place, str(self.radius_km)
        if self.sort != "relevance":
            query["tri"] = next(value for value, name in SORT_VALUES.items() if name == self.sort)
        return query


def read_address(query: QueryDict) -> Asked:
    """Forgiving: what makes no sense is left out."""
    chosen = {}
    for facet in FACETS:
        values = [
            value for value in query.getlist(facet.parameter)[:CHOSEN_VALUES_MAX] if 0 < len(value) <= 120
        ]
        if values:
            chosen[facet.name] = list(dict.fromkeys(values))
    place = squeeze(clean(query.get("pres", "")))[:PLACE_CHARACTERS_MAX]
    radius = query.get("rayon", "")
    radius_km = (
        int(radius)
        if radius.isascii() and radius.isdigit() and int(radius[:6]) in RADII_KM
        else RADIUS_KM_DEFAULT
    )
    point = named_place(place) if place else None
    near = Near(latitude=point.latitude, longitude=point.longitude, radius_km=radius_km) if point else None
    sort = SORT_VALUES.get(query.get("tri", ""), "relevance")
    page = query.get("page", "")
    return Asked(
        words=squeeze(clean(query.get("q", "")[:QUESTION_READ_MAX])),
        chosen=chosen,
        place=place,
        near=near,
        radius_km=radius_km,
        sort="relevance" if sort == "distance" and near is None else sort,
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


def find(asked: Asked, *, page_size: int = PAGE_SIZE, for_members: bool = False) -> SearchPage:
    """The results that the address asks for, in the open rooms only; public ones, unless it is `for_members`."""
    facets = dict(asked.chosen)
    kinds = kind_labels()
    chosen = [kind for kind in facets.pop("kind", []) if kind in kinds]
    if chosen or has_closed_rooms():
        facets["kind"] = chosen or sorted(kinds)
    return search(
        asked.words,
        facets=facets,
        near=asked.near,
        sort=asked.sort,
        page=asked.page,
        page_size=page_size,
        for_members=for_members,
    )


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Results when something is asked, advice otherwise. It works without script."""
    asked = read_address(request.GET)
    found = find(asked, for_members=is_signed_in(request.user))
    pages = Paginator(range(found.reachable), PAGE_SIZE)
    facets = _facets(found, asked)
    context = {
        "asked": asked,
        "words": found.question.text,
        "found": found,
        "more_than": RESULTS_MAX if found.total > RESULTS_MAX else 0,
        "results": _results(found),
        "page_obj": pages.get_page(found.number),
        "facets": facets,
        "chips": _chips(asked, facets),
        "sorts": _sorts(asked),
        "radii": [{"value": radius, "chosen": radius == asked.radius_km} for radius in RADII_KM],
        "place_unknown": bool(asked.place) and asked.near is None,
        "kept": [(facet.parameter, value) for facet in FACETS for value in asked.chosen.get(facet.name, ())],
        "did_you_mean_href": _address(asked, q=found.did_you_mean) if found.did_you_mean else "",
        "unfiltered_href": f"?{_query(q=asked.words)}",
        "clear_href": f"?{_query(q=asked.words)}" if asked.chosen or asked.place else "",
        "feed_href": f"{reverse('portal:search_feed')}?{asked.query().urlencode()}",
        "map_href": _map_href(asked, found),
        "examples": [{"words": words, "href": f"?{_query(q=str(words))}"} for words in EXAMPLES],
    }
    return render(request, "portal/search.html", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What to propose under a search box: a fragment, options of a list box."""
    words = request.GET.get("q", "")[:200]
    kinds, is_member = kind_labels(), is_signed_in(request.user)
    found = suggest(words, for_members=is_member) if words.strip() else []
    proposed = [each for each in found if not each.kind or each.kind in kinds]
    context = {
        "proposed": [
            {
                "text": each.text,
                "href": each.url or f"{reverse('portal:search')}?{_query(q=each.text)}",
                "kind": kinds.get(each.kind, ""),
            }
            for each in proposed
        ]
    }
    answer = render(request, "portal/search_suggestions.html", context)
    answer["Cache-Control"] = f"{'private' if is_member else 'public'}, max-age=60"
    answer["Vary"] = "Cookie"
    return answer


def _results(found: SearchPage) -> list[dict[str, Any]]:
    kinds = kind_labels()
    communes = _commune_labels({value for hit in found.hits for value in hit.facets.get("commune", ())})
    results = []
    for hit in found.hits:
        towns = [
            str(communes[code.upper()]) for code in hit.facets.get("commune", ()) if code.upper() in communes
        ]
        meta = [str(kinds.get(hit.kind, hit.kind)), ", ".join(towns[:3])]
        if hit.is_for_members:
            meta.append(_("Members only"))
        if hit.distance_km is not None:
            meta.append(_("%(distance)s km away") % {"distance": _kilometres(hit.distance_km)})
        results.append(
            {"hit": hit, "meta": " · ".join(part for part in meta if part), "links": _place_links(hit)}
        )
    return results


def _place_links(hit: SearchHit) -> list[tuple[str, str]]:
    """From a place, the ways to what stands there."""
    if hit.kind == "commune":
        wanted = {"commune": hit.facets["commune"][0].upper()}
    elif hit.kind == "territory":
        wanted = {"territoire": hit.facets["territory"][0]}
    else:
        return []
    return [
        (_("See on the map"), f"{reverse('directory:map')}?{_query(**wanted)}"),
        (_("See the initiatives here"), f"{reverse('directory:initiative_list')}?{_query(**wanted)}"),
    ]


def _kilometres(distance_km: float) -> str:
    return f"{distance_km:.1f}".replace(".", ",") if distance_km < 10 else f"{distance_km:.0f}"


def _facets(found: SearchPage, asked: Asked) -> list[ShownFacet]:
    """The facets that still tell results apart, with what is chosen always shown."""
    shown = []
    for facet in FACETS:
        counted = {each.value: each for each in found.facets.get(facet.name, ())}
        chosen = asked.chosen.get(facet.name, [])
        for value in chosen:
            counted.setdefault(value.lower(), FacetValue(name=facet.name, value=value.lower(), count=0))
        labels = {key.lower(): label for key, label in facet.labels(list(counted)).items()}
        lowered = {value.lower() for value in chosen}
        choices = [
            FacetChoice(each.value, str(labels[each.value]), each.count, each.value in lowered)
            for each in counted.values()
            if each.value in labels
        ]
        choices.sort(key=lambda each: (not each.chosen, -each.count, each.label))
        if len(choices) > 1 or lowered:
            shown.append(ShownFacet(facet.title, facet.parameter, choices[: FACET_VALUES_MAX + len(chosen)]))
    return shown


def _chips(asked: Asked, facets: list[ShownFacet]) -> list[dict[str, str]]:
    """What narrows the results, each with the address without it."""
    chips = [
        {"label": each.label, "href": _address_without(asked, facet.parameter, each.value)}
        for facet in facets
        for each in facet.choices
        if each.chosen
    ]
    if asked.near:
        label = _("Within %(radius)s km of %(place)s") % {"radius": asked.radius_km, "place": asked.place}
        chips.append({"label": label, "href": _address_without(asked, "pres", asked.place)})
    return chips


def _sorts(asked: Asked) -> list[dict[str, Any]]:
    return [
        {"value": value, "label": SORT_LABELS[name], "chosen": name == asked.sort}
        for value, name in SORT_VALUES.items()
        if name in SORTS and (name != "distance" or asked.near)
    ]


def _map_href(asked: Asked, found: SearchPage) -> str:
    """The map with the same words and filters; empty while there is no map."""
    try:
        address = reverse("directory:map")
    except NoReverseMatch:
        return ""
    wanted = QueryDict(mutable=True)
    wanted["q"] = found.question.text
    wanted.setlist("theme", asked.chosen.get("theme", []))
    for facet in ("family", "commune", "stage"):
        parameter = next(each.parameter for each in FACETS if each.name == facet)
        wanted.setlist(parameter, asked.chosen.get(facet, [])[:1])
    if asked.near:
        wanted["lat"], wanted["lon"] = f"{asked.near.latitude:.5f}", f"{asked.near.longitude:.5f}"
        wanted["rayon"] = str(asked.radius_km)
    return f"{address}?{wanted.urlencode()}"


def _query(**values: str) -> str:
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query[name] = value
    return query.urlencode()


def _address(asked: Asked, **values: str) -> str:
    query = asked.query()
    for name, value in values.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _address_without(asked: Asked, parameter: str, value: str) -> str:
    query = asked.query()
    query.setlist(parameter, [other for other in query.getlist(parameter) if other.lower() != value.lower()])
    if parameter == "pres":
        query.pop("rayon", None)
    return f"?{query.urlencode()}"
