"""What the categories of a file become here: decided before, proposed by their words, or made anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maillage.apps.directory.choices import CategoryDecision
from maillage.apps.directory.models import CategoryMapping, ImportRun
from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.cores.text import sort_key
from maillage.cores.text.analysis import analyse

CREATED_THEMES_MAX = 40
"""A file with more categories than this of its own is not given a theme for each: the rarer ones become keywords."""

# Words that files use for what the themes of a network call otherwise, by group: folded stems are compared.
_SYNONYMS = (
    "nourriture alimentation agriculture manger alimentaire food amap maraîchage jardin épicerie restauration",
    "déchet déchets 0dechet réemploi recyclage ressourcerie récupération réparation zero compost",
    "énergie climat solaire renouvelable",
    "habitat logement urbanisme tiers-lieu construction immobilier bâtiment",
    "mobilité transport vélo déplacement",
    "emploi insertion travail formation métier",
    "solidarité entraide social citoyenneté citoyen inclusion droits humanitaire",
    "santé handicap soin vieillesse bien-être",
    "éducation enfance jeunesse école parentalité sensibilisation pédagogie",
    "culture sport loisir art spectacle tourisme musique patrimoine",
    "numérique informatique média communs internet logiciel",
    "économie finance monnaie banque commerce échange coopération",
    "nature biodiversité environnement écologie eau forêt",
)


@dataclass(frozen=True)
class CategoryProposal:
    """`decision` and `theme_id` as decided before (`remembered`) or proposed; `rows` name it in the file.

    `above` is the category that it stands under in the file.
    """

    key: str
    label: str
    rows: int
    decision: str
    theme_id: int | None
    remembered: bool
    above: str = ""


def category_key(label: str) -> str:
    return sort_key(label)


def category_proposals(run: ImportRun) -> list[CategoryProposal]:
    """One proposal per category of the file, the most used first."""
    counts: dict[str, int] = run.categories
    decided = _decided(run.source)
    tree = theme_tree()
    words = _words_of_themes(tree)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    proposals = []
    new_themes = 0
    for label, rows in ranked:
        key = category_key(label)
        above = run.category_parents.get(label, "")
        if key in decided:
            known = decided[key]
            proposals.append(CategoryProposal(key, label, rows, known.decision, known.theme_id, True, above))
            continue
        theme_id = matching_theme(label, tree, words)
        if theme_id is not None:
            proposals.append(
                CategoryProposal(key, label, rows, CategoryDecision.THEME, theme_id, False, above)
            )
            continue
        new_themes += 1
        decision = CategoryDecision.CREATE if new_themes <= CREATED_THEMES_MAX else CategoryDecision.IGNORE
        proposals.append(CategoryProposal(key, label, rows, decision, None, False, above))
    return proposals


def _decided(source: str) -> dict[str, CategoryMapping]:
    rows = CategoryMapping.objects.filter(source__in=("", source)).order_by("source", "pk")
    return {row.key: row for row in rows}


def _words_of_themes(tree: ThemeTree) -> dict[int, frozenset[str]]:
    return {node.theme.pk: frozenset(analyse(node.theme.name)) for node in tree}


_GROUPS = tuple(frozenset(analyse(words)) | frozenset(words.split()) for words in _SYNONYMS)


def matching_theme(label: str, tree: ThemeTree, words: Mapping[int, frozenset[str]]) -> int | None:
    """The theme that a label names: the same words, else words in common, else words of the same group.

    Of several that fit as well, the highest in the tree, then the first in the order of display.
    """
    key = category_key(label)
    for node in tree:
        if sort_key(node.theme.name) == key:
            return int(node.theme.pk)
    said = frozenset(analyse(label)) | frozenset(key.split())
    best: tuple[float, int] | None = None
    groups = [group for group in _GROUPS if group & said]
    for node in tree:
        theme_words = words[node.theme.pk]
        score = 2.0 * len(said & theme_words) / max(1, len(theme_words))
        score += sum(0.6 for group in groups if group & theme_words) if node.depth == 0 else 0
        score -= 0.1 * node.depth
        if score >= 0.6 and (best is None or score > best[0]):
            best = (score, node.theme.pk)
    return best[1] if best else None


def count_categories(counts: dict[str, int], labels: Iterable[str]) -> None:
    """Add the categories of one row to the counts of its file; two spellings of one key count as one."""
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
