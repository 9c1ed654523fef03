"""What imports remember: how the columns of a form of file are read, and what the categories of a source become."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet

from maillage.apps.directory.choices import ImportStatus
from maillage.apps.directory.models import CategoryMapping, ImportRecipe, ImportRun
from maillage.apps.directory.queries.imports import field_label
from maillage.apps.directory.readers.fields import IGNORED

SOURCES_SHOWN_MAX = 50


@dataclass(frozen=True)
class ReadColumns:
    """A recipe as it is shown: each column that is read, with what it is here, and how many are left out."""

    recipe: ImportRecipe
    columns: list[tuple[str, str]]
    left_out: int


@dataclass
class SourceCategories:
    """What the categories of a source become: (label, name of the theme), and the labels of those left out."""

    source: str
    themes: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def all_recipes() -> QuerySet[ImportRecipe]:
    """The latest first."""
    return ImportRecipe.objects.order_by("-updated_at", "-pk")


def read_columns(recipe: ImportRecipe) -> ReadColumns:
    read = [(column, name) for column, name in recipe.mapping.items() if name and name != IGNORED]
    columns = [(column, field_label(name)) for column, name in read]
    return ReadColumns(recipe, columns, len(recipe.mapping) - len(read))


def categories_by_source() -> list[SourceCategories]:
    """By the name of the source, the first ones of the alphabet."""
    sources: dict[str, SourceCategories] = {}
    shown = CategoryMapping.objects.order_by("source").values("source").distinct()[:SOURCES_SHOWN_MAX]
    kept = CategoryMapping.objects.filter(source__in=[row["source"] for row in shown])
    for mapping in kept.select_related("theme").order_by("source", "label", "pk"):
        held = sources.setdefault(mapping.source, SourceCategories(mapping.source))
        if mapping.theme is None:
            held.left_out.append(mapping.label)
        else:
            held.themes.append((mapping.label, mapping.theme.name))
    return list(sources.values())


def recipe_followed(run: ImportRun) -> ImportRecipe | None:
    """What the columns of an import not settled yet were read by; None when they were guessed."""
    if run.status != ImportStatus.UPLOADED:
        return None
    return ImportRecipe.objects.filter(fingerprint=run.fingerprint).first()
