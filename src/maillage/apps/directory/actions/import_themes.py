"""The themes that an import makes of the categories of its file, placed as the file places them."""

from __future__ import annotations

from collections.abc import Mapping

from maillage.apps.directory.actions.themes import free_slug
from maillage.apps.directory.choices import CategoryDecision
from maillage.apps.directory.models import CategoryMapping, ImportRun, Theme
from maillage.apps.directory.queries.import_categories import (
    CategoryProposal,
    category_key,
    category_proposals,
)
from maillage.cores.text import sort_key

LEVELS_MAX = 5
"""Themes of an import stand no deeper: a longer path of a file goes on side by side."""


def settle_categories(run: ImportRun) -> None:
    """Every category of the file gets a theme or none for good; those to be created are created here, parents first."""
    proposals = {proposal.key: proposal for proposal in category_proposals(run)}
    themes: dict[str, int | None] = {}
    for proposal in _parents_first(proposals):
        decision, theme_id = proposal.decision, proposal.theme_id
        if decision == CategoryDecision.CREATE:
            theme = _create_theme(proposal.label, _theme_above(proposal, proposals, themes))
            run.themes_created = [*run.themes_created, theme.pk]
            decision, theme_id = CategoryDecision.THEME, theme.pk
        themes[proposal.key] = theme_id if decision == CategoryDecision.THEME else None
        remember_category(run, proposal.key, proposal.label, decision, theme_id)


def remember_category(run: ImportRun, key: str, label: str, decision: str, theme_id: int | None) -> None:
    CategoryMapping.objects.update_or_create(
        source=run.source,
        key=key,
        defaults={
            "label": label[:160],
            "decision": CategoryDecision(decision),
            "theme_id": theme_id if decision == CategoryDecision.THEME else None,
        },
    )


def _parents_first(proposals: Mapping[str, CategoryProposal]) -> list[CategoryProposal]:
    """The proposals in their order, but for those above others, which come before them. A cycle begins where it is met."""
    ordered: dict[str, CategoryProposal] = {}
    for key in proposals:
        branch: dict[str, CategoryProposal] = {}
        while key in proposals and key not in ordered and key not in branch:
            branch[key] = proposals[key]
            key = category_key(proposals[key].above)
        ordered |= reversed(branch.items())
    return list(ordered.values())


def _theme_above(
    proposal: CategoryProposal,
    proposals: Mapping[str, CategoryProposal],
    themes: Mapping[str, int | None],
) -> Theme | None:
    """The theme of the nearest category above that has one already."""
    passed = {proposal.key}
    key = category_key(proposal.above)
    while key in proposals and key not in passed:
        if theme_id := themes.get(key):
            return Theme.objects.get(pk=theme_id)
        passed.add(key)
        key = category_key(proposals[key].above)
    return None


def _create_theme(label: str, above: Theme | None) -> Theme:
    """A theme for a category that had none, under another where the file says so, and like it; a facilitator moves and colours it later."""
    name = (label[:1].upper() + label[1:])[:120]
    theme = Theme(name=name, slug=free_slug(name), sort_key=sort_key(name))
    if above is not None:
        theme.color, theme.icon = above.color, above.icon
        theme.parent = above if _level_of(above) < LEVELS_MAX else above.parent
    theme.save()
    return theme


def _level_of(theme: Theme) -> int:
    level = 1
    while level < LEVELS_MAX and theme.parent is not None:
        level, theme = level + 1, theme.parent
    return level
