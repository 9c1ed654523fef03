"""Between its check and its carrying out, a file's rows wait on a shelf as they were read."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from maillage.apps.directory.actions import import_analysis, import_apply, imports
from maillage.apps.directory.choices import ImportStatus
from maillage.apps.directory.models import ImportRun, Initiative
from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import ImportedRow, UnreadableFileError
from maillage.apps.directory.readers.shelf import label_of, put_label, put_rows, take_rows

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WILD = sorted((Path(__file__).resolve().parents[2] / "data" / "imports" / "wild").iterdir())
CSV = (
    "id;nom;latitude;longitude\n"
    + "".join(f"{n};Jardin {n};46.{n:03};1.87\n" for n in range(30))
    + "31;;1;1\n"
)
LABEL = label_of(format="csv", mapping={"nom": "title"}, version="1")


@pytest.mark.parametrize("file", WILD, ids=lambda file: file.name)
def test_every_row_comes_back_from_the_shelf_as_it_was_read(file: Path) -> None:
    try:
        rows = list(open_source(io.BytesIO(file.read_bytes())).rows())
    except UnreadableFileError:
        return
    shelf = io.BytesIO()
    put_label(shelf, LABEL)
    put_rows(shelf, rows)
    shelf.seek(0)
    assert list(take_rows(shelf, LABEL) or ()) == rows
    shelf.seek(0)
    assert list(take_rows(shelf, LABEL, skipped=2) or ()) == rows[2:]


def test_the_shelf_of_another_mapping_or_version_is_not_opened() -> None:
    shelf = io.BytesIO()
    put_label(shelf, LABEL)
    for other in (
        label_of(format="csv", mapping={"nom": "summary"}, version="1"),
        label_of(format="csv", mapping={"nom": "title"}, version="2"),
        label_of(format="xlsx", mapping={"nom": "title"}, version="1"),
    ):
        shelf.seek(0)
        assert take_rows(shelf, other) is None


@pytest.fixture
def checked(db: None, settings: Settings, tmp_path: Path) -> ImportRun:
    settings.MEDIA_ROOT = tmp_path
    run = imports.start_import(actor=None, stream=io.BytesIO(CSV.encode()), name="jardins.csv", now=NOW)
    ImportRun.objects.filter(pk=run.pk).update(status=ImportStatus.ANALYSING)
    return imports.analyse_import(run_id=run.pk, now=NOW)


def shelves() -> list[str]:
    return [name for name in default_storage.listdir("imports")[1] if name.endswith(".rows")]


def test_a_checked_file_is_not_read_again_and_leaves_no_shelf(
    checked: ImportRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(shelves()) == 1

    def read_again(*_arguments: object, **_choices: object) -> None:
        raise AssertionError("the file was read again")

    monkeypatch.setattr(import_analysis, "open_source", read_again)
    imports.apply_import(actor=None, run_id=checked.pk, now=NOW)
    checked.refresh_from_db()
    assert (checked.status, checked.created, checked.errors) == (ImportStatus.APPLIED, 30, 1)
    assert shelves() == []


@pytest.mark.parametrize("loss", ["gone", "of another version"])
def test_without_its_shelf_a_file_is_read_again(
    checked: ImportRun, monkeypatch: pytest.MonkeyPatch, loss: str
) -> None:
    if loss == "gone":
        import_analysis.clear_shelf(checked)
    else:
        monkeypatch.setattr(import_analysis, "__version__", "another")
    imports.apply_import(actor=None, run_id=checked.pk, now=NOW)
    assert sorted(Initiative.objects.values_list("title", flat=True))[:2] == ["Jardin 0", "Jardin 1"]
    assert Initiative.objects.count() == 30


@pytest.mark.parametrize("kept_share", [0.3, 0.55, 0.8, 0.999])
def test_a_shelf_cut_short_is_completed_from_the_file(
    checked: ImportRun, monkeypatch: pytest.MonkeyPatch, kept_share: float
) -> None:
    """As a power cut can leave it, at any byte: each row of the file is written once all the same."""
    monkeypatch.setattr(import_apply, "BATCH_ROWS", 7)
    shelf = Path(default_storage.path(import_analysis.shelf_name(checked)))
    whole = shelf.read_bytes()
    shelf.write_bytes(whole[: int(len(whole) * kept_share)])
    imports.apply_import(actor=None, run_id=checked.pk, now=NOW)
    checked.refresh_from_db()
    assert (checked.status, checked.created, checked.errors) == (ImportStatus.APPLIED, 30, 1)
    titles = Initiative.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == [f"Jardin {n}" for n in range(30)]


def test_without_its_shelf_a_file_that_changed_stops_the_import(checked: ImportRun) -> None:
    file = Path(checked.file.path)
    file.write_text(file.read_text(encoding="utf-8").replace("Jardin", "Verger"), encoding="utf-8")
    import_analysis.clear_shelf(checked)
    imports.apply_import(actor=None, run_id=checked.pk, now=NOW)
    checked.refresh_from_db()
    assert checked.status == ImportStatus.FAILED and checked.fault.startswith("Le fichier a changé")
    assert not Initiative.objects.exists()


def test_the_digest_of_a_row_comes_back_with_it() -> None:
    (row,) = open_source(io.BytesIO(b"id;nom;latitude;longitude\n1;Jardin;46.1;1.87\n")).rows()
    shelf = io.BytesIO()
    put_label(shelf, LABEL)
    put_rows(shelf, [row])
    shelf.seek(0)
    (again,) = take_rows(shelf, LABEL) or ()
    assert isinstance(row, ImportedRow) and isinstance(again, ImportedRow)
    assert again.content_hash() == row.content_hash()
    assert replace(again, title="Verger").content_hash() != row.content_hash()


def test_a_removed_import_takes_its_shelf_along(
    checked: ImportRun, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        imports.delete_import(actor=None, run_id=checked.pk, now=NOW)
    assert shelves() == []


def test_a_dry_run_leaves_no_shelf(db: None, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    stream = io.BytesIO(CSV.encode())
    report = imports.import_file(actor=None, stream=stream, name="jardins.csv", now=NOW, dry_run=True)
    assert report.created == 30
    assert shelves() == []
