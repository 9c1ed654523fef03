"""Cells that say that they say nothing: "NC", "néant", `#REF!`."""

from __future__ import annotations

_NOTHING = frozenset(
    ("null", "none", "n/a", "n.a.", "#n/a", "\\n", "nc", "n.c.", "n.c", "n/c", "nd", "n.d.", "n/d", "[nd]", "nr", "n.r.", "néant", "neant",
     "-", "--", "---", "—", "_", "/", ".", "..", "...", "…", "?", "⌀", "∅", "[]", "{}", "sans objet", "non renseigné", "non renseignée",
     "non renseigne", "non communiqué", "non communiquée", "non communique", "non précisé", "non précisée", "non connu", "non disponible",
     "non concerné", "à compléter", "à renseigner", "#ref!", "#nom?", "#valeur!", "#nombre!", "#nul!", "#div/0!", "#name?", "#value!", "#num!",
     "#null!")
)  # fmt: skip
"""What programs and people write in a cell that has nothing to say, spreadsheets where they could not compute."""
_NOTHING_CHARS_MAX = max(map(len, _NOTHING))


def says_something(value: str) -> bool:
    """Whether a cell holds more than the words for nothing."""
    said = value.strip()
    return bool(said) and (len(said) > _NOTHING_CHARS_MAX or said.lower() not in _NOTHING)
