"""`maillage fec export` when the disk refuses: the file is there whole, or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from maillage.apps.books import cli
from maillage.apps.books.actions.writing import enter_by_hand
from maillage.apps.books.models import Books
from maillage.apps.books.queries import fec
from maillage.cores.accounting import Entry
from maillage.cores.accounting.values import credit, debit
from tests.apps.books.conftest import SIRENS
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def export(*words: object) -> Any:
    app = typer.Typer()
    cli.register(app, open_house=lambda data: None)
    return CliRunner().invoke(app, ["fec", *map(str, words)])


def booked(books: Books) -> None:
    day = NOW.date()
    entry = Entry("OD", day, "P-1", day, "Divers", (debit("606", 10_00), credit("512", 10_00)))
    enter_by_hand(
        actor=books.opened_by,  # type: ignore[arg-type]
        organization_id=books.organization_id,
        entry=entry,
        key="1",
        now=NOW,
    )


def test_what_was_written_is_checked_at_once(recyclerie_books: Books, tmp_path: Path) -> None:
    booked(recyclerie_books)
    done = export("export", SIRENS[0], "--output", tmp_path, "--closing", date(NOW.year, 12, 31))
    assert (done.exit_code, "Conforme" in done.stdout) == (0, True), done.output
    [file] = tmp_path.iterdir()
    assert export("check", "--strict", file).exit_code == 0


@pytest.mark.parametrize(
    ("code", "said"),
    [(errno.ENOSPC, "No space left"), (errno.EACCES, "pas accessible"), (errno.EIO, "error")],
)
def test_a_disk_that_refuses_leaves_no_half_file(
    recyclerie_books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    booked(recyclerie_books)
    whole = fec.fec_file

    def cut(year: Any) -> Iterator[bytes]:
        yield next(iter(whole(year)))
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fec, "fec_file", cut)
    done = export("export", SIRENS[0], "--output", tmp_path)
    assert done.exit_code == 2
    assert "n'a pas pu être écrit" in done.stderr and said in done.stderr
    assert not list(tmp_path.iterdir())
