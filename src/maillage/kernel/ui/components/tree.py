"""Trees, flattened for lists that show depth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from django.utils.safestring import SafeString

from maillage.kernel.ui.components.rendering import draw


class TreeNode(NamedTuple):
    """What is read of a node."""

    id: int
    parent_id: int | None
    slug: str
    name: str


@dataclass
class TreeRow:
    """One node with its children; `open` when it or one below is chosen."""

    slug: str
    name: str
    checked: bool
    children: list[TreeRow] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return any(child.checked or child.open for child in self.children)


def tree_rows(nodes: Sequence[TreeNode], selected: Sequence[str]) -> list[TreeRow]:
    """The roots, in the order of `nodes`, each with its children; a node whose parent is absent is a root."""
    chosen = set(selected)
    rows = {node.id: TreeRow(node.slug, node.name, node.slug in chosen) for node in nodes}
    roots: list[TreeRow] = []
    for node in nodes:
        parent = rows.get(node.parent_id) if node.parent_id is not None else None
        (parent.children if parent is not None else roots).append(rows[node.id])
    return roots


@lru_cache(maxsize=64)
def drawn_tree(
    name: str, nodes: tuple[TreeNode, ...], selected: tuple[str, ...], language: str | None
) -> SafeString:
    """The check boxes, drawn once for the same nodes and choices: sixty themes cost as much as the rest of a list."""
    return draw("choice_tree", name=name, rows=tree_rows(nodes, selected))
