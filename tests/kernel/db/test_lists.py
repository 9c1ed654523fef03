"""Lists narrowed to words, and pages of changes, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.apps.directory.models import Organization, Theme
from maillage.cores.text import sort_key
from maillage.kernel.db.following import page_of_changes
from maillage.kernel.db.holding import holding
from tests.factories import make_organization

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["L’Épicerie des Lilas", "Radio Brume"]),
        ("EPICERIE", ["L’Épicerie des Lilas"]),
        ("lilas épi", ["L’Épicerie des Lilas"]),
        ("lilas brume", []),
        ("% lilas &", ["L’Épicerie des Lilas"]),
        ("a%o", []),
        ("antenne@", ["Radio Brume"]),
    ],
)
def test_each_word_stands_somewhere(words: str, found: list[str]) -> None:
    make_organization("L’Épicerie des Lilas")
    make_organization("Radio Brume", website="https://antenne@exemple.test")
    rows = holding(Organization.objects.all(), words, keys=("sort_key",), texts=("website",))
    assert [each.name for each in rows.order_by("sort_key", "pk")] == found


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_what_follows_the_last_of_a_page_is_on_the_next(count: int) -> None:
    for number in range(count):
        name = f"Thème {number}"
        Theme.objects.create(
            name=name, slug=f"theme-{number}", sort_key=sort_key(name), color="#336699", icon="sprout"
        )
    found = Theme.objects.filter(slug__startswith="theme-").order_by("-slug")
    pairs: list[tuple[Any, Any]] = []
    for number in range(1, count // 2 + 2):
        page, shown = page_of_changes(found, number, per_page=2)
        if page.number == number:
            pairs += shown
    slugs = [each.slug for each in found]
    assert [each.slug for each, _older in pairs] == slugs
    assert [older.slug if older else None for _each, older in pairs] == [*slugs, None][1:][:count]
