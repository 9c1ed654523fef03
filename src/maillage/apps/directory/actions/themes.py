"""What facilitators do with the tree of themes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.actions.default_themes import DEFAULT_THEMES
from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative, Organization, Theme
from maillage.apps.directory.queries.themes import theme_tree
from maillage.cores.text import slugify, sort_key
from maillage.kernel.audit.actions import record
from maillage.kernel.events import ContentChanged, publish

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person


class ThemeCycleError(Exception):
    """A theme would stand below itself."""

    message = _("A theme cannot stand below itself.")


class ThemeInUseError(Exception):
    """A theme still tags fiches, or has themes below it."""

    message = _("This theme is in use. Merge it with another one instead.")


@transaction.atomic
def create_default_themes(*, actor: Person | None, now: datetime) -> int:
    """Plant the default tree where there is none; returns how many themes were made."""
    if Theme.objects.exists():
        return 0
    made = 0
    for rank, top in enumerate(DEFAULT_THEMES, start=1):
        parent = _plant(top.name, top.slug, top.color, top.icon, rank, None)
        for child_rank, name in enumerate(top.children, start=1):
            _plant(name, free_slug(name), top.color, top.icon, child_rank, parent)
        made += 1 + len(top.children)
    record(
        actor=actor,
        verb="theme.create_default",
        target_kind="theme",
        target_id="",
        target_label="",
        details={"count": made},
        now=now,
    )
    return made


@transaction.atomic
def save_theme(
    *,
    actor: Person,
    theme_id: int | None,
    name: str,
    parent_id: int | None,
    color: str,
    icon: str,
    description: str = "",
    rank: int = 100,
    now: datetime,
) -> Theme:
    """Add a theme, or rename, move or repaint one. Its address (slug) never changes: links to it stay good.

    Raises ThemeCycleError when the new parent is the theme itself or stands below it.
    """
    theme = Theme.objects.select_for_update().get(pk=theme_id) if theme_id else Theme(slug=free_slug(name))
    if theme_id and parent_id is not None and parent_id in _branch_of(theme_id):
        raise ThemeCycleError
    theme.name, theme.sort_key, theme.description = name, sort_key(name), description
    theme.parent_id, theme.color, theme.icon, theme.rank = parent_id, color, icon, rank
    theme.save()
    _journal("theme.update" if theme_id else "theme.create", theme, actor, now)
    _announce_tagged(theme.pk, actor, now)
    return theme


@transaction.atomic
def merge_themes(*, actor: Person, theme_id: int, into_id: int, now: datetime) -> Theme:
    """Move all that a theme tags, and its children, to another one; then the theme goes.

    Raises ThemeCycleError when `into_id` is the theme itself or stands below it.
    """
    if into_id in _branch_of(theme_id):
        raise ThemeCycleError
    theme = Theme.objects.select_for_update().get(pk=theme_id)
    kept = Theme.objects.select_for_update().get(pk=into_id)
    for model in (Initiative, Organization):
        through = model.themes.through
        column = f"{model._meta.model_name}_id"
        already = through.objects.filter(theme_id=into_id).values(column)
        through.objects.filter(theme_id=theme_id, **{f"{column}__in": already}).delete()
        through.objects.filter(theme_id=theme_id).update(theme_id=into_id)
    Initiative.objects.filter(main_theme_id=theme_id).update(main_theme_id=into_id)
    Theme.objects.filter(parent_id=theme_id).update(parent_id=into_id)
    _journal("theme.merge", theme, actor, now, {"into": kept.name})
    theme.delete()
    _announce_tagged(into_id, actor, now)
    return kept


@transaction.atomic
def delete_theme(*, actor: Person, theme_id: int, now: datetime) -> None:
    """Remove a theme that tags nothing and has no children. Raises ThemeInUseError otherwise."""
    theme = Theme.objects.select_for_update().get(pk=theme_id)
    if theme.children.exists() or theme.initiatives.exists() or theme.organizations.exists():
        raise ThemeInUseError
    _journal("theme.delete", theme, actor, now)
    theme.delete()


def free_slug(name: str) -> str:
    """A slug for `name` that no theme has."""
    base = slugify(name) or "theme"
    taken = set(Theme.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _branch_of(theme_id: int) -> set[int]:
    """The ids of a theme and of all below it."""
    node = theme_tree().by_id.get(theme_id)
    return theme_tree().branch_ids([node.theme.slug]) if node else {theme_id}


def _announce_tagged(theme_id: int, actor: Person, now: datetime) -> None:
    """What carries the theme is found under other words from now on."""
    for kind, model in (("initiative", Initiative), ("organization", Organization)):
        ids = tuple(
            model.objects.filter(themes=theme_id, status=Status.PUBLISHED).values_list("pk", flat=True)
        )
        if ids:
            publish(ContentChanged(kind=kind, ids=ids, person_id=actor.pk, at=now))


def _journal(
    verb: str, theme: Theme, actor: Person, now: datetime, details: dict[str, Any] | None = None
) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind="theme",
        target_id=theme.pk,
        target_label=theme.name,
        details=details,
        now=now,
    )


def _plant(name: str, slug: str, color: str, icon: str, rank: int, parent: Theme | None) -> Theme:
    return Theme.objects.create(
        name=name,
        slug=slug,
        sort_key=sort_key(name),
        color=color,
        icon=icon,
        rank=rank,
        parent=parent,
    )
