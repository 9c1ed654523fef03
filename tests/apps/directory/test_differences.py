"""What changed between two versions, as a reader sees it."""

from __future__ import annotations

from maillage.apps.directory.queries.differences import differences, excerpt

OLD = "## Les limites\n\nOn peut avoir **reçu** jusqu’à 1\u00a0000 unités."
NEW = "## Les limites\n\nOn peut avoir **reçu** jusqu’à 1\u00a0500 unités."


def test_a_number_in_groups_of_digits_changes_as_a_whole() -> None:
    pieces = differences(OLD, NEW)
    assert [(each.kind, each.text) for each in pieces if each.kind != "same"] == [
        ("removed", "1\u00a0000"),
        ("added", "1\u00a0500"),
    ]
    assert "".join(each.text for each in pieces if each.kind != "added") == OLD
    assert "".join(each.text for each in pieces if each.kind != "removed") == NEW


def test_an_excerpt_shows_words_and_cuts_between_them() -> None:
    shown = "".join(each.text for each in excerpt(differences(OLD, NEW)))
    assert "Les limites" in shown and "#" not in shown and "*" not in shown
    long = "mots " * 200
    first, *_rest = excerpt(differences(long + "avant", long + "après"))
    assert first.text.startswith(" […] mots")
