"""The map of knowledge, the same thing as a list, what it says, and who knows what."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.directory.access import acting_organization, organizations_of
from maillage.apps.directory.queries.themes import theme_tree
from maillage.apps.knowledge.choices import Kind, Relation
from maillage.apps.knowledge.forms import MapFilterForm, WhoKnowsForm, parse_map_filter
from maillage.apps.knowledge.queries.maps import STRUCTURE, KnowledgeMap, MapFilter
from maillage.apps.knowledge.queries.reading import (
    spread_of,
    structures_for_choice,
    structures_named,
    terms_for_choice,
    terms_named,
)
from maillage.apps.knowledge.queries.reading import who_knows as find_who_knows
from maillage.apps.knowledge.queries.whole import DrawnMap, drawn_map, whole_map
from maillage.apps.knowledge.views import drawn as sheets
from maillage.apps.knowledge.views.drawn import Sheet, community_name, sheet_of
from maillage.cores.text import sort_key

ROWS_PER_PAGE = 30
SHOWN_MAX = 20
PROPOSED_MAX = 20
LEGEND = (STRUCTURE, *Kind.values)


def asked_map(query: QueryDict) -> tuple[MapFilter, MapFilterForm, DrawnMap]:
    """What an address asks of the map: the filter, its form, and the part of the map that it keeps."""
    tree = theme_tree()
    structures: Any = SimpleLazyObject(structures_for_choice)
    wanted = parse_map_filter(query, tree, structures)
    initial = {
        "q": wanted.words,
        "sorte": wanted.kinds,
        "relation": wanted.relation,
        "theme": wanted.theme,
        "structure": wanted.structure_id,
    }
    form = MapFilterForm(initial=initial, tree=tree, structures=structures)
    return wanted, form, drawn_map(wanted, tree)


def drawn_sheet(asked: DrawnMap) -> Sheet:
    """The sheet of a map, each node where the whole map has it."""
    return sheet_of(asked.drawn, asked.places, asked.groups)


def tabs_of(query: QueryDict, here: str) -> list[tuple[str, str, bool]]:
    """The map, the list, the reading, who knows: one filter for the first two."""
    asked = f"?{query.urlencode()}" if query and here in ("map", "list") else ""
    return [
        (_("As a list"), reverse("knowledge:list") + asked, here == "list"),
        (_("The map of knowledge"), reverse("knowledge:map") + asked, here == "map"),
        (_("What the map says"), reverse("knowledge:reading"), here == "reading"),
        (_("Who knows that?"), reverse("knowledge:who_knows"), here == "who"),
        (_("Words"), reverse("knowledge:terms"), here == "terms"),
    ]


def lead_of(here: str) -> str:
    """What the page is for, in a sentence."""
    return {
        "list": _(
            "What each organisation knows, knows how to do, and the worlds it belongs to. So that those who complete each other meet."
        ),
        "map": _(
            "Each organisation is tied to what it knows and to what it looks for: what is near on the map has much in common."
        ),
        "reading": _("What is rare here, what many share, what is looked for, and who stands close to whom."),
        "who": _("Choose what you look for: here is who knows it, and through whom you may reach them."),
        "terms": _("All that is said on the map, in the words of those who said it."),
    }[here]


def shared_context(request: HttpRequest, here: str) -> dict[str, Any]:
    tabs = tabs_of(_without_page(request.GET), here)
    heading = next(label for label, _href, is_here in tabs if is_here)
    return {
        "tabs": tabs,
        "heading": _("Knowledge") if here == "list" else heading,
        "lead": lead_of(here),
        "can_speak": is_signed_in(request.user),
        "is_facilitator": is_facilitator(request.user),
    }


def _without_page(query: QueryDict) -> QueryDict:
    kept = query.copy()
    kept.pop("page", None)
    return kept


def knowledge_map(request: HttpRequest) -> HttpResponse:
    wanted, form, found = asked_map(request.GET)
    drawn, asked = found.drawn, _without_page(request.GET).urlencode()
    is_large = len(drawn.nodes) > sheets.NAMED_MAX
    context = {
        **shared_context(request, "map"),
        "form": form,
        "is_narrow": wanted != MapFilter(),
        "drawn": drawn,
        "is_large": is_large,
        "sheet": None if is_large else drawn_sheet(found),
        "base": "",
        "structures_count": len(drawn.structures),
        "terms_count": len(drawn.nodes) - len(drawn.structures),
        "asked": f"?{asked}" if asked else "",
    }
    return render(request, "knowledge/map.html", context)


def knowledge_list(request: HttpRequest) -> HttpResponse:
    """Everything that the map shows, organisation by organisation."""
    wanted, form, found = asked_map(request.GET)
    drawn = found.drawn
    labels = {node.key: node for node in drawn.nodes}
    rows: dict[str, dict[str, list[Any]]] = {}
    for link in drawn.links:
        said = rows.setdefault(link.structure, {Relation.HOLDS: [], Relation.SEEKS: []})
        said[link.relation].append(labels[link.term])
    listed = [
        (
            labels[key],
            *(
                sorted(rows[key][relation], key=lambda node: (node.kind, node.label))
                for relation in Relation.values
            ),
        )
        for key in drawn.structures
    ]
    asked = _without_page(request.GET).urlencode()
    context = {
        **shared_context(request, "list"),
        "form": form,
        "is_narrow": wanted != MapFilter(),
        "page_obj": Paginator(listed, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "total": len(listed),
        "exports": [
            (label, reverse("knowledge:export", args=[key]) + (f"?{asked}" if asked else ""))
            for key, label in (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"))
        ],
    }
    return render(request, "knowledge/list.html", context)


def map_reading(request: HttpRequest) -> HttpResponse:
    whole = whole_map()
    drawn = whole.drawn
    nodes = {node.key: node for node in drawn.nodes}
    found = spread_of(drawn)
    rare = [(nodes[term], count) for term, count in found.rare]
    rare.sort(key=lambda each: (sort_key(each[0].label), each[0].key))
    groups = [
        ([nodes[key] for key in group if nodes[key].kind == STRUCTURE],
         [nodes[key] for key in group if nodes[key].kind != STRUCTURE])
        for group in whole.groups
    ]  # fmt: skip
    context = {
        **shared_context(request, "reading"),
        "is_empty": not drawn.nodes,
        "rare": rare[:SHOWN_MAX],
        "more_rare": max(0, len(rare) - SHOWN_MAX),
        "rare_url": f"{reverse('knowledge:terms')}?rares=1",
        "more_common": max(0, len(found.common) - SHOWN_MAX),
        "common": [(nodes[term], count) for term, count in found.common[:SHOWN_MAX]],
        "isolated": [nodes[key] for key in found.isolated],
        "groups": [
            (community_name(number), bodies, terms[:SHOWN_MAX], max(0, len(terms) - SHOWN_MAX))
            for number, (bodies, terms) in enumerate(groups, start=1)
        ],
        "sought": sought_without_holder(drawn),
    }
    return render(request, "knowledge/reading.html", context)


def sought_without_holder(drawn: KnowledgeMap) -> list[Any]:
    """The terms that somebody looks for and nobody has said to have."""
    held = {term for _structure, term in drawn.pairs(Relation.HOLDS)}
    sought = {term for _structure, term in drawn.pairs(Relation.SEEKS)}
    return [node for node in drawn.nodes if node.key in sought - held]


def who_knows(request: HttpRequest) -> HttpResponse:
    structures, terms = structures_for_choice(), terms_for_choice()
    known = {pk for pk, _name in structures}
    acting = acting_organization(request)
    mine = [body.pk for body in ([acting] if acting else organizations_of(request.user)) if body.pk in known]
    is_asked = "mot" in request.GET
    form = WhoKnowsForm(
        request.GET if is_asked else None,
        terms=terms,
        structures=structures,
        initial={"depuis": mine[0] if mine else None},
    )
    context = {
        **shared_context(request, "who"),
        "form": form,
        "has_terms": bool(terms),
        "answer": None,
        "start": None,
    }
    if is_asked and form.is_valid() and not form.several:
        start = form.cleaned_data["depuis"]
        drawn = whole_map().drawn
        term = f"t{form.cleaned_data['mot']}"
        found = find_who_knows(drawn, term, f"o{start}" if start else "")
        nodes = {node.key: node for node in drawn.nodes}
        context |= {"answer": found, "start": nodes.get(f"o{start}") if start else None}
    return render(request, "knowledge/who_knows.html", context)


def proposals(request: HttpRequest, what: str) -> HttpResponse:
    """The names of words or of organisations that hold what is being written: options of a list."""
    find = {"mots": terms_named, "structures": structures_named}.get(what)
    if find is None:
        raise Http404
    words = next((str(said) for said in request.GET.values() if str(said).strip()), "")[:100]
    names = find(words, limit=PROPOSED_MAX) if len(words.strip()) > 1 else []
    return render(request, "knowledge/parts/names.html", {"names": names})
