"""The addresses of the tables of a list, and their answers."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from maillage.kernel.tables.leaving import table_links, table_response
from tests.exported import csv_rows, xlsx_rows


def test_the_tables_keep_the_filter_and_leave_the_page():
    request = RequestFactory().get("/savoirs/mots/", {"q": "vélo & co", "page": "3"})
    assert table_links(request, "knowledge:terms_export") == [
        ("CSV", "/savoirs/mots/export/csv/?q=v%C3%A9lo+%26+co"),
        ("Excel", "/savoirs/mots/export/xlsx/?q=v%C3%A9lo+%26+co"),
    ]
    bare = RequestFactory().get("/savoirs/mots/", {"page": "3"})
    assert table_links(bare, "knowledge:terms_export")[0] == ("CSV", "/savoirs/mots/export/csv/")


def test_a_hostile_cell_is_neutralised_in_both_forms():
    rows = [["=HYPERLINK(1)", 3]]
    assert csv_rows(table_response("csv", "liste", ["a", "b"], rows)) == [{"a": "'=HYPERLINK(1)", "b": "3"}]
    assert xlsx_rows(table_response("xlsx", "liste", ["a", "b"], rows)) == [{"a": "=HYPERLINK(1)", "b": 3}]


@pytest.mark.parametrize("form", ["pdf", "", "CSV", "exe"])
def test_another_form_does_not_exist(form):
    with pytest.raises(Http404):
        table_response(form, "liste", ["a"], [])
