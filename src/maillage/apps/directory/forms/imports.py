"""Forms of the import's steps: the file, its columns, its categories, its likely duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.choices import CategoryDecision, DuplicateRule
from maillage.apps.directory.models import ImportRow, ImportRun
from maillage.apps.directory.queries.import_categories import CategoryProposal
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.apps.directory.readers.fields import FIELDS, IGNORED
from maillage.apps.directory.readers.proposals import ColumnProposal
from maillage.kernel.ui.forms import Plain

CATEGORIES_SHOWN_MAX = 200
ASIDE = "+"
"""A column that feeds no field, and is kept with the import."""
AS_THE_RULE = "rule"


class UploadForm(Plain):
    """A file, or the address of one."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "Table (CSV, XLSX, ODS), GeoJSON, KML or KMZ, GPX, JSON, GoGoCarto, Murmurations or OpenStreetMap; 200 MB at most."
        ),
    )
    url = forms.URLField(
        label=_("Or its address on the web"),
        required=False,
        assume_scheme="https",
        max_length=500,
        help_text=_("The address of the file itself, not that of a page that links to it."),
    )
    source = forms.CharField(
        label=_("Where the fiches come from"),
        required=False,
        max_length=60,
        help_text=_(
            "A short name, “transiscope” or “mairie”. Give the same one each time: the fiches will be recognised, not doubled."
        ),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and bool(said.get("file")) == bool(said.get("url")):
            sentence = (
                _("Give either a file or an address, not both.")
                if said.get("file")
                else _("Choose a file, or give its address.")
            )
            self.add_error("file", sentence)
        return said


class MappingForm(Plain):
    """What each column is, and how the import behaves. Columns are `column_0`, `column_1`… in the file's order."""

    def __init__(
        self, data: Any = None, *, run: ImportRun, proposals: Sequence[ColumnProposal], needs_title: bool
    ) -> None:
        super().__init__(data)
        self.proposals = proposals
        self.needs_title = needs_title
        choices: list[tuple[str, str | Promise]] = [(ASIDE, _("Keep aside")), (IGNORED, _("Do not read"))]
        choices += [(field.name, field.label) for field in FIELDS]
        for position, proposal in enumerate(proposals):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=proposal.column,
                choices=choices,
                initial=run.mapping.get(proposal.column, proposal.field) or ASIDE,
                help_text=_examples(proposal.examples),
            )
        self.fields["source"] = forms.CharField(
            label=_("Where the fiches come from"),
            initial=run.source,
            max_length=60,
            help_text=_("The name by which the same fiches are recognised the next time."),
        )
        self.fields["duplicate_rule"] = forms.ChoiceField(
            label=_("When a row looks like a fiche that is already there"),
            choices=DuplicateRule.choices,
            initial=run.duplicate_rule,
            widget=forms.RadioSelect,
            help_text=_("You will see each of them, and may decide otherwise one by one."),
        )
        self.fields["publishes"] = forms.BooleanField(
            label=_("Publish the new fiches at once"),
            required=False,
            initial=run.publishes,
            help_text=_("Otherwise they wait among the fiches to be reviewed."),
        )
        self.fields["contacts_public"] = forms.BooleanField(
            label=_("Show names, e-mail addresses and telephone numbers of contacts to visitors"),
            required=False,
            initial=run.contacts_public,
            help_text=_("Only when the people concerned have already made them public."),
        )

    def column_fields(self) -> list[Any]:
        return [self[f"column_{position}"] for position in range(len(self.proposals))]

    def mapping(self) -> dict[str, str]:
        return {
            proposal.column: self.cleaned_data[f"column_{position}"].removeprefix(ASIDE)
            for position, proposal in enumerate(self.proposals)
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        chosen = [said.get(f"column_{position}") for position in range(len(self.proposals))]
        if self.needs_title and "title" not in chosen and not self.errors:
            self.add_error(None, _("Say which column gives the title of each fiche."))
        return said


def _examples(examples: Sequence[str]) -> str:
    """The first values of a column. They come from the file: every character is escaped before the hint shows it."""
    if not examples:
        return str(_("Empty in the first rows."))
    shown = " · ".join(f"«\u00a0{escape(example)}\u00a0»" for example in examples)
    return mark_safe(shown)  # noqa: S308  escaped just above


class CategoriesForm(Plain):
    """A theme for each category of the file; fields are `category_0`, `category_1`…, the most used first."""

    def __init__(self, data: Any = None, *, proposals: Sequence[CategoryProposal], tree: ThemeTree) -> None:
        super().__init__(data)
        self.proposals = list(proposals)[:CATEGORIES_SHOWN_MAX]
        choices: list[tuple[str, Any]] = [
            (CategoryDecision.CREATE, CategoryDecision.CREATE.label),
            (CategoryDecision.IGNORE, _("No theme: keep the word among the keywords")),
        ]
        choices += [(f"theme:{node.theme.pk}", f"{'— ' * node.depth}{node.theme.name}") for node in tree]
        for position, proposal in enumerate(self.proposals):
            chosen = f"theme:{proposal.theme_id}" if proposal.theme_id else proposal.decision
            self.fields[f"category_{position}"] = forms.ChoiceField(
                label=proposal.label,
                choices=choices,
                initial=chosen,
                help_text=_told_of_category(proposal),
            )

    def decisions(self) -> dict[str, tuple[str, int | None]]:
        decided: dict[str, tuple[str, int | None]] = {}
        for position, proposal in enumerate(self.proposals):
            value = self.cleaned_data[f"category_{position}"]
            if value.startswith("theme:"):
                decided[proposal.key] = (CategoryDecision.THEME, int(value.removeprefix("theme:")))
            else:
                decided[proposal.key] = (value, None)
        return decided


def _told_of_category(proposal: CategoryProposal) -> str:
    if proposal.above:
        said = {"count": proposal.rows, "above": proposal.above}
        return _("Rows of the file: %(count)d; under “%(above)s” there") % said
    return _("Rows of the file: %(count)d") % {"count": proposal.rows}


class DuplicatesForm(Plain):
    """The rule for all, and the decision for each likely duplicate of the page."""

    rule = forms.ChoiceField(
        label=_("For all those below that follow the rule"), choices=DuplicateRule.choices
    )

    def __init__(self, data: Any = None, *, run: ImportRun, rows: Sequence[ImportRow]) -> None:
        super().__init__(data, initial={"rule": run.duplicate_rule})
        self.rows = rows
        choices = [(AS_THE_RULE, _("Follow the rule")), *DuplicateRule.choices]
        for row in rows:
            self.fields[f"row_{row.ordinal}"] = forms.ChoiceField(
                label=_("Row %(number)d: “%(title)s”") % {"number": row.number, "title": row.title},
                choices=choices,
                initial=row.decision or AS_THE_RULE,
            )

    def decisions(self) -> dict[int, str]:
        said = {row.ordinal: self.cleaned_data[f"row_{row.ordinal}"] for row in self.rows}
        return {ordinal: "" if decision == AS_THE_RULE else decision for ordinal, decision in said.items()}
