"""Writes of many rows: few and many take different ways on PostgreSQL and write the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maillage.kernel.db.bulk import STAGED_FROM_ROWS, STATEMENT_ROWS, update_rows, upsert_rows
from maillage.kernel.search.models import LexiconWord, SynonymGroup

TABLE, COLUMNS = LexiconWord._meta.db_table, ("word", "shown", "term", "documents")
COUNTS = (1, STAGED_FROM_ROWS - 1, STAGED_FROM_ROWS, STATEMENT_ROWS * 2 + 1)
TRICKY = "tab\tnewline\nback\\slash \\N 'quote' é 𝒳"


def words(count: int, shown: str = TRICKY, documents: int = 1) -> list[tuple[str, str, str, int]]:
    return [(f"mot{number:04}", shown, "mot", documents) for number in range(count)]


@pytest.mark.django_db
@pytest.mark.parametrize("count", COUNTS)
def test_rows_are_inserted_then_replaced_left_or_added_to(count: int) -> None:
    LexiconWord.objects.create(word="autre", shown="Autre", term="autre", documents=9)
    upsert_rows(TABLE, COLUMNS, ("word",), words(count))
    assert LexiconWord.objects.filter(shown=TRICKY, documents=1).count() == count
    upsert_rows(TABLE, COLUMNS, ("word",), words(count + 1, "B", 5))
    assert LexiconWord.objects.filter(shown="B", documents=5).count() == count + 1
    upsert_rows(TABLE, COLUMNS, ("word",), words(count, "C", 7), update="")
    assert not LexiconWord.objects.filter(shown="C").exists()
    upsert_rows(
        TABLE, COLUMNS, ("word",), words(count, "D", 2), update=f"documents = {TABLE}.documents + excluded.documents"
    )  # fmt: skip
    assert LexiconWord.objects.filter(shown="B", documents=7).count() == count
    assert LexiconWord.objects.get(word="autre").documents == 9
    upsert_rows(TABLE, COLUMNS, ("word",), [])


@pytest.mark.django_db
@pytest.mark.parametrize("count", COUNTS)
def test_rows_are_updated_by_their_ids(count: int) -> None:
    day, later = (datetime(year, 1, 1, tzinfo=UTC) for year in (2026, 2027))
    kept = [SynonymGroup.objects.create(expressions=[], updated_at=day) for _each in range(count + 1)]
    rows = [(f'["{TRICKY[:3]}{each.pk}"]', later, each.pk) for each in kept[:-1]]
    update_rows(SynonymGroup._meta.db_table, ("expressions", "updated_at"), rows)
    for each in SynonymGroup.objects.exclude(pk=kept[-1].pk):
        assert each.expressions == [f"tab{each.pk}"] and each.updated_at == later
    assert SynonymGroup.objects.get(pk=kept[-1].pk).updated_at == day
    update_rows(SynonymGroup._meta.db_table, ("updated_at",), [])
