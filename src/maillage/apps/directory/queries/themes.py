"""The tree of themes, read whole in one query: a network has a few hundred of them at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from maillage.apps.directory.models import Initiative, Theme
from maillage.kernel.http.once import once


@dataclass(frozen=True)
class ThemeNode:
    """A theme at its place: `depth` counts from 0, `path` goes from the top to the theme itself."""

    theme: Theme
    depth: int
    path: tuple[Theme, ...]
    children: tuple[ThemeNode, ...]

    @property
    def above(self) -> tuple[Theme, ...]:
        return self.path[:-1]

    @property
    def top(self) -> Theme:
        return self.path[0]


@dataclass(frozen=True)
class ThemeTree:
    """All themes, in the order of display."""

    tops: tuple[ThemeNode, ...]
    by_id: dict[int, ThemeNode] = field(repr=False)
    by_slug: dict[str, ThemeNode] = field(repr=False)

    def __iter__(self) -> Iterator[ThemeNode]:
        """Every node, parents before their children."""
        return iter(self.by_id.values())

    def branch_ids(self, slugs: Iterable[str]) -> set[int]:
        """The ids of the themes named and of all that stand below them; unknown names count for nothing."""
        found: set[int] = set()
        pending = [self.by_slug[slug] for slug in slugs if slug in self.by_slug]
        while pending:
            node = pending.pop()
            found.add(node.theme.pk)
            pending.extend(node.children)
        return found

    def top_of(self, theme_id: int | None) -> Theme | None:
        """The top theme above `theme_id`, which gives its colour and icon to the pins."""
        node = self.by_id.get(theme_id) if theme_id is not None else None
        return node.top if node else None


def theme_tree() -> ThemeTree:
    """The whole tree, in one query, once for a page."""
    return once("theme tree", _read_tree)


def theme_tree_of(initiative: Initiative) -> tuple[ThemeTree, list[Theme]]:
    """The whole tree, and the themes of a fiche by name: one query for both."""
    said = Initiative.themes.through.objects.filter(initiative=initiative, theme=OuterRef("pk"))
    themes = list(_in_order().annotate(is_said=Exists(said)))
    return _grown(themes), sorted(
        (theme for theme in themes if theme.is_said), key=lambda theme: theme.sort_key
    )


def _read_tree() -> ThemeTree:
    return _grown(_in_order())


def _in_order() -> QuerySet[Theme]:
    return Theme.objects.order_by("rank", "sort_key", "pk")


def _grown(themes: Iterable[Theme]) -> ThemeTree:
    """A cycle, which no action can make, would leave its themes out."""
    children: dict[int | None, list[Theme]] = {}
    for theme in themes:
        children.setdefault(theme.parent_id, []).append(theme)
    by_id: dict[int, ThemeNode] = {}

    def grow(theme: Theme, above: tuple[Theme, ...]) -> ThemeNode:
        path = (*above, theme)
        below = tuple(grow(child, path) for child in children.get(theme.pk, ()))
        return ThemeNode(theme, len(above), path, below)

    def register(node: ThemeNode) -> None:
        by_id[node.theme.pk] = node
        for child in node.children:
            register(child)

    tops = tuple(grow(theme, ()) for theme in children.get(None, ()))
    for top in tops:
        register(top)
    return ThemeTree(tops, by_id, {node.theme.slug: node for node in by_id.values()})


def grouped_theme_choices(tree: ThemeTree) -> list[tuple[str, list[tuple[int, str]]]]:
    """The tree as groups of choices: under each top theme, itself then all that stands below it."""
    groups = []
    for top in tree.tops:
        choices = [(top.theme.pk, str(_("%(theme)s (in general)") % {"theme": top.theme.name}))]
        below = [node for node in tree if node.depth and node.top.pk == top.theme.pk]
        choices += [(node.theme.pk, " › ".join(theme.name for theme in node.path[1:])) for node in below]
        groups.append((top.theme.name, choices))
    return groups


def theme_of(pk: int) -> Theme | None:
    return Theme.objects.filter(pk=pk).first()


def fiches_by_theme() -> dict[int, int]:
    """How many fiches say each theme."""
    counted = Theme.objects.annotate(count=Count("initiatives")).order_by("pk")
    return dict(counted.values_list("pk", "count"))
