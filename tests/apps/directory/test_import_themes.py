"""The themes that an import makes stand as the categories of its file do."""

from __future__ import annotations

import io
import json

import pytest
from django.utils import timezone

from maillage.apps.directory.actions import imports
from maillage.apps.directory.actions.import_analysis import analyse_import
from maillage.apps.directory.actions.import_undo import undo_import_rows
from maillage.apps.directory.models import ImportRun, Theme
from maillage.apps.directory.queries.import_categories import category_proposals

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture(autouse=True)
def vivre(db):
    """A theme of the network, so that the default ones are not planted."""
    return Theme.objects.create(name="Vivre", slug="vivre", sort_key="vivre", color="#aa3355", icon="leaf")


def taken_in(data, **choices):
    raw = data if isinstance(data, str) else json.dumps(data)
    stream = io.BytesIO(raw.encode())
    imports.import_file(actor=None, stream=stream, name="a", source="a", now=timezone.now(), **choices)


def paths():
    found = []
    for theme in Theme.objects.exclude(slug="vivre"):
        path, above = [theme.name], theme.parent
        while above is not None:
            path.insert(0, above.name)
            above = above.parent
        found.append(" > ".join(path))
    return sorted(found)


def test_a_path_in_a_cell_makes_themes_one_under_the_other():
    taken_in("nom;catégories\nFerme A;Zorglubie > Zorglubine > Zorglubette\nFerme B;Zorglubie\n")
    assert paths() == ["Zorglubie", "Zorglubie > Zorglubine", "Zorglubie > Zorglubine > Zorglubette"]


def test_a_category_names_the_one_above_by_its_identifier():
    kinds = [{"id": 3, "parent": "33", "name": "Quixine"}, {"id": 33, "name": "Quixie"}]
    taken_in([{"title": "Lieu", "id": "q1", "location": {"lat": 46.1, "lon": 1.7}, "categories": kinds}])
    assert paths() == ["Quixie", "Quixie > Quixine"]


def test_a_new_theme_goes_under_one_of_ours_and_looks_like_it(vivre):
    taken_in("nom;catégories\nFerme A;Vivre > Zorglubine\n")
    new = Theme.objects.get(name="Zorglubine")
    assert (new.parent, new.color, new.icon) == (vivre, vivre.color, vivre.icon)


def test_categories_in_a_ring_make_themes_once_each():
    ring = "Zorglubie > Zorglubine | Zorglubine > Zorglubette | Zorglubette > Zorglubie"
    taken_in(f"nom;catégories\nFerme A;{ring}\nFerme B;Zorglubus > Zorglubus\n")
    ring = ["Zorglubie", "Zorglubie > Zorglubine", "Zorglubie > Zorglubine > Zorglubette"]
    assert paths() == [*ring, "Zorglubus"]


def test_a_long_path_goes_on_side_by_side():
    taken_in("nom;catégories\nFerme A;" + " > ".join(f"Zorglub{chr(97 + rank)}" for rank in range(8)) + "\n")
    assert max(path.count(">") for path in paths()) == 4 and len(paths()) == 8


def test_what_goes_under_a_word_kept_as_a_keyword_goes_higher():
    run = imports.start_import(
        actor=None,
        stream=io.BytesIO("nom;catégories\nFerme A;Vivre > Zorglubie > Zorglubine\n".encode()),
        name="a.csv",
        now=timezone.now(),
    )
    ImportRun.objects.filter(pk=run.pk).update(status="analysing")
    run = analyse_import(run_id=run.pk, now=timezone.now())
    above = {proposal.label: proposal.above for proposal in category_proposals(run)}
    assert above == {"Vivre": "", "Zorglubie": "Vivre", "Zorglubine": "Zorglubie"}
    imports.decide_categories(run_id=run.pk, decisions={"zorglubie": ("ignore", None)})
    imports.apply_import(actor=None, run_id=run.pk, now=timezone.now())
    assert paths() == ["Vivre > Zorglubine"]


def test_an_undone_import_takes_back_the_whole_tree(vivre):
    taken_in("nom;catégories\nFerme A;Vivre > Zorglubie > Zorglubine\n")
    run = ImportRun.objects.get()
    imports.undo_import(actor=None, run_id=run.pk, now=timezone.now())
    undo_import_rows(run_id=run.pk, now=timezone.now())
    assert list(Theme.objects.all()) == [vivre]
