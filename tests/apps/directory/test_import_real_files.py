"""Two real files, whole: nothing is lost without a reason, nothing is made twice, and an undo leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from maillage.apps.directory.actions.imports import import_file, undo_import
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import ImportRun, Initiative, InitiativePlace, InitiativeVersion
from maillage.apps.directory.queries.filters import InitiativeFilter
from maillage.apps.directory.queries.tiles import LAYER, tile_bytes
from maillage.kernel.search.queries import search
from tests.cores.geo.decoding import read_tile
from tests.real_files import real_file

pytestmark = pytest.mark.django_db

REAL = {
    "initiatives-limousin.jsonld": (512, 511, "semantic"),
    "transiscope-niort.json": (100, 100, "transiscope"),
}


def run(path: Path, **choices):
    with path.open("rb") as stream:
        return import_file(actor=None, stream=stream, name=path.name, now=timezone.now(), **choices)


@pytest.fixture(autouse=True)
def themes(db):
    create_default_themes(actor=None, now=timezone.now())


@pytest.mark.parametrize("name", REAL)
def test_every_row_is_created_or_has_its_reason(name):
    read, readable, variant = REAL[name]
    report = run(real_file(name))
    assert (report.format, report.variant, report.read) == ("gogocarto", variant, read)
    assert report.skipped == len(report.errors) == read - readable
    assert report.duplicates < 10
    assert report.created + report.duplicates + report.skipped == read
    assert all(line["row"] and line["field"] and line["message"] for line in report.errors)
    assert list(report.to_json()) == [
        "format",
        "read",
        "created",
        "updated",
        "unchanged",
        "duplicates",
        "errors",
    ]
    fiches = Initiative.objects.filter(status=Status.PUBLISHED)
    assert fiches.count() == report.created
    assert InitiativePlace.objects.filter(cell__isnull=False).count() == report.created
    assert InitiativeVersion.objects.filter(number=1).count() == report.created
    assert not fiches.exclude(main_theme=None).filter(themes=None).exists()


@pytest.mark.parametrize("name", REAL)
def test_the_same_file_twice_creates_nothing(name):
    first, second = run(real_file(name)), run(real_file(name))
    assert (second.created, second.updated) == (0, 0)
    assert second.unchanged == first.created
    assert Initiative.objects.count() == first.created


@pytest.mark.parametrize("name", REAL)
def test_what_is_imported_is_on_the_map_and_found_by_search(name):
    created = run(real_file(name)).created
    wanted = InitiativeFilter()
    tiles = [read_tile(tile_bytes(wanted, 1, x, y)).get(LAYER, []) for x in (0, 1) for y in (0, 1)]
    assert sum(point["tags"]["count"] for tile in tiles for point in tile) == created
    fiches = list(Initiative.objects.order_by("pk").values_list("pk", "title")[::7])
    lost = [
        title
        for pk, title in fiches
        if ("initiative", pk) not in {(hit.kind, hit.object_id) for hit in search(title, page_size=20).hits}
    ]
    assert lost == []


def test_a_dry_run_foresees_and_writes_nothing():
    path = real_file("initiatives-limousin.jsonld")
    foreseen = run(path, dry_run=True)
    assert not Initiative.objects.exists() and not ImportRun.objects.exists()
    done = run(path)
    assert foreseen.to_json() == {**done.to_json()}


def test_duplicates_of_the_other_source_are_all_found_again():
    path = real_file("transiscope-niort.json")
    first = run(path)
    again = run(path, source="another-name")
    assert again.created == 0
    assert again.duplicates == 100
    assert Initiative.objects.count() == first.created


def test_an_undo_leaves_nothing(settings):
    settings.JOBS_AT_ONCE = True
    run(real_file("initiatives-limousin.jsonld"))
    undo_import(actor=None, run_id=ImportRun.objects.get().pk, now=timezone.now())
    done = ImportRun.objects.get()
    assert (done.status, done.kept, done.undone) == ("undone", 0, done.created)
    assert not Initiative.objects.exists()
