"""The gallery of components: each in its variants, with the words to write it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import Text
from maillage.kernel.ui.forms import Plain

EXAMPLES = Path(__file__).parent / "templates" / "portal" / "gallery"


@dataclass(frozen=True)
class Family:
    """A group of components: (file of `portal/gallery/`, what it is, when to use it)."""

    id: str
    label: Text
    names: tuple[tuple[str, Text, Text], ...]


FAMILIES = (
    Family(
        "cadre",
        _("Frame of a page"),
        (
            (
                "tokens",
                _("Colours, in light and in dark: no page knows any other."),
                _("Take a colour by its role, never by its look."),
            ),
            (
                "layout",
                _("Columns, rows and stacks that fold on a phone."),
                _("To set things beside or below one another."),
            ),
            (
                "page_header",
                _("The title of the page, a sentence and its actions."),
                _("At the top of every page, once."),
            ),
            (
                "breadcrumb",
                _("The way back to the home page."),
                _("On every page but the home page; the title of the page draws it by itself."),
            ),
            (
                "section",
                _("A part of the page, with its title."),
                _("When a page says several things; not around a single one."),
            ),
            ("tabs", _("The faces of one same thing."), _("For two to five faces, each with its address.")),
            (
                "toasts",
                _("What has just been done, or not."),
                _("After an act, above the page it leads to; it stays until the next page."),
            ),
        ),
    ),
    Family(
        "contenu",
        _("Content"),
        (
            (
                "card",
                _("A thing among others; the whole card is the link."),
                _("In a grid, for things that one chooses by looking."),
            ),
            (
                "notice",
                _("A sentence to be read before going on."),
                _("Rarely: a page with three notices has none."),
            ),
            (
                "empty_state",
                _("What an empty list is for, and the first step."),
                _("In the place of every list that may be empty."),
            ),
            (
                "badge",
                _("A word about a state."),
                _("For a state that one looks for among others; the word says it, not the colour."),
            ),
            (
                "theme_marker",
                _("A theme, by its colour, its drawing and its name."),
                _("Wherever a theme is named: on cards, in filters, under the map."),
            ),
            (
                "stat",
                _("A figure and what it counts."),
                _("For up to four figures that speak by themselves."),
            ),
            (
                "list_items",
                _("A plain list, to be read from top to bottom."),
                _("When order matters, or for more than a dozen things."),
            ),
            (
                "definition_list",
                _("Facts, each with its name."),
                _("For short facts; for sentences, write a section."),
            ),
            (
                "table",
                _("Rows to compare."),
                _("Only when one compares columns; it scrolls by itself on a phone."),
            ),
            ("timeline", _("What happened, the newest first."), _("For a history with dates.")),
            (
                "disclosure",
                _("Details for those who want them."),
                _("For what one person in five needs; never for an error."),
            ),
            ("prose", _("A text written by somebody."), _("Around people's own words, cleaned beforehand.")),
            (
                "picture",
                _("A picture with its credit."),
                _("With an alternative text whenever it says something."),
            ),
            ("avatar", _("Somebody, by their initials."), _("Beside a name, never in its place.")),
            ("progress", _("How far a long work has come."), _("Beyond three seconds; say the figure too.")),
            (
                "map_panel",
                _("A map of a few places; the list beside it says the same."),
                _("For the places of one fiche or one territory."),
            ),
            ("print_sheet", _("A page made to be printed."), _("For what is handed in or pinned on a wall.")),
        ),
    ),
    Family(
        "agir",
        _("Acting"),
        (
            (
                "button",
                _("One act. Only one primary button on a page."),
                _("A verb first. A link when it leads somewhere, a button when it changes something."),
            ),
            (
                "dialog",
                _("A question over the page, before an act that weighs."),
                _("When the act is weighty and the page must stay in sight."),
            ),
            ("copy_button", _("Sharing the address of the page."), _("On pages that one sends to others.")),
            (
                "pagination",
                _("The pages of a long list."),
                _("Beyond twenty things; the address keeps the page."),
            ),
            (
                "exports",
                _("The tables in which a list leaves, narrowed as on screen."),
                _("Below every list that somebody may want to count or hand in."),
            ),
            (
                "others",
                _("How many of a list are not shown, and the way to them."),
                _("Where a panel shows the first few of a list: nothing is cut in silence."),
            ),
            (
                "stepper",
                _("The steps of a long act."),
                _("For three to seven steps; one may go back without losing anything."),
            ),
            ("filters", _("Choices that narrow a list."), _("Beside every list longer than a screen.")),
            (
                "result_count",
                _("How many things a list holds."),
                _("Above every list that is filtered: it is read aloud when it changes."),
            ),
        ),
    ),
    Family(
        "formulaires",
        _("Forms"),
        (
            (
                "choice_tree",
                _("Choices that stand one below another."),
                _("For themes: several may be ticked, at any depth."),
            ),
            (
                "fields",
                _("Label, hint and control of each field."),
                _("Every field has its label above, its hint below it, and says when it is optional."),
            ),
            (
                "error_summary",
                _("What must be corrected, said on top and beside the field."),
                _("By itself, as soon as a form is given to the component."),
            ),
        ),
    ),
)


TOKENS: tuple[str, ...] = (
    "paper",
    "sheet",
    "tint",
    "ink",
    "ink-soft",
    "line",
    "edge",
    "leaf",
    "leaf-tint",
    "thread",
    "thread-tint",
)
TOKENS += ("gold", "gold-tint", "danger", "danger-tint", "focus")


@dataclass(frozen=True)
class SampleNode:
    """A choice of the sample tree."""

    id: int
    parent_id: int | None
    slug: str
    name: str


class SampleForm(Plain):
    """One field of each kind."""

    name = forms.CharField(label=_("Name of the initiative"), help_text=_("As people call it."))
    summary = forms.CharField(label=_("In one sentence"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("a", _("Workshop")), ("b", _("Shop"))])
    days = forms.MultipleChoiceField(
        label=_("Open on"),
        required=False,
        help_text=_("The days on which somebody is there to answer, whatever the season."),
        widget=forms.CheckboxSelectMultiple,
        choices=[("we", _("Wednesday")), ("sa", _("Saturday"))],
    )
    size = forms.ChoiceField(
        label=_("Size"), widget=forms.RadioSelect, choices=[("s", _("Small")), ("l", _("Large"))]
    )
    picture = forms.FileField(label=_("Picture"), required=False)
    hands = forms.BooleanField(label=_("Looks for hands"), required=False, help_text=_("Shown on the map."))


def gallery(request: HttpRequest) -> HttpResponse:
    families = [
        (
            family,
            [(name, text, when, _drawn(name, request), _source(name)) for name, text, when in family.names],
        )
        for family in FAMILIES
    ]
    return render(request, "portal/gallery.html", {"families": families})


def _source(name: str) -> str:
    return (EXAMPLES / f"{name}.html").read_text(encoding="utf-8").removeprefix("{% load ui %}\n").strip()


def _drawn(name: str, request: HttpRequest) -> SafeString:
    values = {
        "way": None,
        "exports": [("CSV", "#exports"), ("Excel", "#exports")],
        "places": static("maillage/trois-lieux.geojson"),
        "tokens": TOKENS,
        "nodes": [SampleNode(1, None, "energie", "Énergie"), SampleNode(2, 1, "solaire", "Solaire")],
        "sample": SampleForm(prefix="exemple"),
        "wrong": SampleForm({"erreur-summary": "…"}, prefix="erreur"),
        "page": Paginator(range(300), 20).get_page(4),
        "crumbs": [("Initiatives", "/initiatives/"), ("Repair Café des Vallons", "")],
        "steps": ["Le territoire", "Les salles", "Les mentions", "L’essai"],
        "views": [("La fiche", "#", True), ("L’histoire", "#", False), ("Les adaptations", "#", False)],
        "facts": [("Depuis", "2017"), ("Portée par", "Le collectif"), ("Licence", "CC BY-SA 4.0")],
    }
    return mark_safe(get_template(f"portal/gallery/{name}.html").render(values, request))  # noqa: S308
