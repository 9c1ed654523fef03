"""A site carried to PostgreSQL and back is the same site. Collected on the PostgreSQL run only."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from maillage.apps.directory import migrations
from tests.project.house import dump, python, run
from tests.project.test_backup import people, start_writer

pytestmark = [pytest.mark.data, pytest.mark.slow]

FILL = """
from datetime import timedelta
from django.utils import timezone
from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Commune, Theme, Initiative
from maillage.kernel.site.models import SiteSettings
now = timezone.now()
people = [Person(email=f"p{n}@exemple.org", name="Élodie « ñ » 🌱 '; --") for n in range(2500)]
Person.objects.bulk_create(people)
Person.objects.filter(email__startswith="p1").delete()
Commune.objects.create(insee_code="2A004", name="Ajaccio", sort_key="ajaccio", department_code="2A",
    postal_codes=["20000"], latitude=41.9192, longitude=8.7386, population=None,
    contour={"type": "Polygon", "coordinates": [[[0.1, 1e-7], [2.5, -3.25]]]})
SiteSettings.objects.create(name="L'été", legal_texts={"é": [None, True, 1.5]}, welcomed_at=now)
from maillage.kernel.jobs.queue import enqueue
enqueue("jobs.clean")
from tests.apps.books.making import make_issued
make_issued()
"""
COUNT = """
import sys
from maillage.apps.accounts.models import Person
sys.stdout.write(f"{Person.objects.count()} {Person.objects.create(email='nouveau@exemple.org').pk}")
"""


LOST_LINES = """
import sys
from django.db import DatabaseError, connection, transaction
from maillage.apps.books.models import InvoiceLine
try:
    with transaction.atomic():
        InvoiceLine.objects.all().delete()
except DatabaseError:
    sys.stdout.write(f"{connection.vendor} {InvoiceLine.objects.count()}")
"""


def test_there_and_back_again_nothing_changes(site: Path, empty_database: str, tmp_path: Path) -> None:
    python(site, FILL)
    before = dump(site / "maillage.sqlite3")
    said = run(site, "move-to-postgres", empty_database)
    assert "accounts_person" in said
    assert f'database_url = "{empty_database}"' in (site / "maillage.toml").read_text()
    assert "PostgreSQL" in run(site, "doctor", code=None)
    assert "déjà sur PostgreSQL" in run(site, "move-to-postgres", empty_database, code=1)

    lines = len(before["books_invoiceline"])
    assert python(site, LOST_LINES) == f"postgresql {lines}" and lines

    file = tmp_path / "copie.zip"
    run(site, "backup", "--output", str(file))
    run(site, "move-to-sqlite")
    assert same(before, dump(site / "maillage.sqlite3"))
    assert "database_url" not in (site / "maillage.toml").read_text()

    elsewhere = tmp_path / "ailleurs"
    run(tmp_path, "restore", str(file), "--data", str(elsewhere))
    assert "SQLite" in run(elsewhere, "doctor", code=None)
    assert same(before, dump(elsewhere / "maillage.sqlite3"))
    assert python(elsewhere, LOST_LINES) == f"sqlite {lines}"
    count, key = python(elsewhere, COUNT).split()
    assert (int(count), int(key) > 2500) == (len(before["accounts_person"]), True)


def test_a_backup_is_restored_into_postgres(site: Path, empty_database: str, tmp_path: Path) -> None:
    python(site, FILL)
    file = tmp_path / "copie.zip"
    run(site, "backup", "--output", str(file))
    elsewhere = tmp_path / "ailleurs"
    run(tmp_path, "restore", str(file), "--data", str(elsewhere), "--to", empty_database)
    assert empty_database in (elsewhere / "maillage.toml").read_text()
    count, key = python(elsewhere, COUNT).split()
    assert int(count) == len(dump(site / "maillage.sqlite3")["accounts_person"])
    assert int(key) > 2500


def test_a_backup_of_postgres_under_writes_is_one_moment_and_a_kill_loses_nothing(
    site: Path, empty_database: str, tmp_path: Path
) -> None:
    """Everybody acknowledged before the copy is in it, in order and without a gap; and in the base, once the writer is killed."""
    run(site, "move-to-postgres", empty_database)
    log, file = tmp_path / "log", tmp_path / "copie.zip"
    writer = start_writer(site, log)
    try:
        acknowledged = len(log.read_text().splitlines())
        run(site, "backup", "--output", str(file))
    finally:
        writer.kill()
        writer.wait()
    told = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    elsewhere = tmp_path / "ailleurs"
    run(tmp_path, "restore", str(file), "--data", str(elsewhere))
    copied = people(elsewhere / "maillage.sqlite3")
    assert copied == [f"p{number}@exemple.org" for number in range(len(copied))]
    assert acknowledged <= len(copied) <= len(told) + 1
    with psycopg.connect(empty_database) as connection:
        kept = [row[0] for row in connection.execute("SELECT email FROM accounts_person ORDER BY id")]
    assert kept == [f"p{number}@exemple.org" for number in range(len(kept))]
    assert len(told) <= len(kept) <= len(told) + 1


A_RELEASE_AGO = """
from django.core.management import call_command
from django.db import connection
from tests.factories import make_organization
make_organization("Le Fournil")
call_command("migrate", "directory", "0005", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("UPDATE directory_organization SET email = 'pain@exemple.org', email_public = true")
"""
DIRECTORY_MIGRATIONS = Path(migrations.__file__).parent
CONTACTS = """
import sys
from maillage.apps.directory.models import Contact
from maillage.kernel.search.queries import search
sys.stdout.write(f"{[each.email for each in Contact.objects.all()]} {[hit.title for hit in search('fournil').hits]}")
"""


def test_a_site_of_a_release_ago_is_saved_as_it_stands_then_upgraded(
    site: Path, empty_database: str, tmp_path: Path
) -> None:
    """Its tables are not yet those of this release: the backup made before holds them, and comes back upgraded."""
    run(site, "move-to-postgres", empty_database)
    python(site, A_RELEASE_AGO)
    steps = len(list(DIRECTORY_MIGRATIONS.glob("0*.py"))) - 5
    assert f"({steps} étapes)" in run(site, "upgrade")
    assert python(site, CONTACTS) == "['pain@exemple.org'] ['Le Fournil']"

    [saved] = (site / "backups").glob("avant-mise-a-niveau-*.zip")
    elsewhere = tmp_path / "ailleurs"
    run(tmp_path, "restore", str(saved), "--data", str(elsewhere))
    assert "SQLite" in run(elsewhere, "doctor", code=None)
    assert python(elsewhere, CONTACTS) == "['pain@exemple.org'] ['Le Fournil']"


def test_a_base_that_holds_a_site_is_not_overwritten(site: Path, empty_database: str, tmp_path: Path) -> None:
    python(site, FILL)
    run(site, "move-to-postgres", empty_database)
    (site / "maillage.toml").unlink()
    assert "déjà un site" in run(site, "move-to-postgres", empty_database, code=1)
    assert "PostgreSQL" in run(site, "move-to-postgres", "mysql://a/b", code=1)
    assert not (site / "maillage.toml").exists()


def same(before: dict[str, list[tuple[object, ...]]], after: dict[str, list[tuple[object, ...]]]) -> bool:
    """Equal, table by table, but for the index of words, whose rows are an engine's own business."""
    kept = {name for name in before if not name.startswith(("search_", "sqlite_"))}
    different = [name for name in kept if before[name] != after.get(name)]
    assert not different, {
        name: [row for row in zip(before[name], after.get(name, []), strict=False) if row[0] != row[1]][:2]
        for name in different
    }
    return True
