"""A backup taken while the site is written, put back elsewhere, equal; and what is damaged is refused."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from maillage.project.archive import BadArchiveError, unpack
from tests.project.house import dump, environment, python, run, running, wait_for

pytestmark = pytest.mark.slow

WRITER = """
import django; django.setup()
import sys
from maillage.apps.accounts.models import Person
for number in range(100_000):
    Person.objects.create(email=f"p{number}@exemple.org", name="é" * 50)
    sys.stdout.write(f"{number}\\n"); sys.stdout.flush()
"""


def start_writer(data: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            env=environment(data, DJANGO_SETTINGS_MODULE="maillage.project.settings"),
            stdout=stream,
        )
    wait_for(lambda: len(log.read_text().splitlines()) > 20)
    return process


def people(database: Path) -> list[str]:
    connection = sqlite3.connect(database)
    try:
        return [row[0] for row in connection.execute("SELECT email FROM accounts_person ORDER BY id")]
    finally:
        connection.close()


def test_a_backup_under_writes_is_one_moment_and_comes_back_equal(site: Path, tmp_path: Path) -> None:
    (site / "files" / "logos").mkdir(parents=True)
    (site / "files" / "logos" / "é.png").write_bytes(bytes(range(256)) * 500)
    (site / "maillage.toml").write_text('email_from = "a@b.fr"\n')
    writer = start_writer(site, tmp_path / "log")
    try:
        file = tmp_path / "copie.zip"
        run(site, "backup", "--output", str(file))
        before = len((tmp_path / "log").read_text().splitlines())
    finally:
        writer.kill()
        writer.wait()
    elsewhere = tmp_path / "ailleurs"
    run(tmp_path, "restore", str(file), "--data", str(elsewhere))
    found = people(elsewhere / "maillage.sqlite3")
    assert found == [f"p{number}@exemple.org" for number in range(len(found))]
    assert 20 < len(found) <= before + 1
    assert (elsewhere / "files" / "logos" / "é.png").read_bytes() == bytes(range(256)) * 500
    assert (elsewhere / "maillage.toml").read_text() == 'email_from = "a@b.fr"\n'
    assert (elsewhere / "secret-key").read_text() == (site / "secret-key").read_text()
    again = tmp_path / "encore.zip"
    run(elsewhere, "backup", "--output", str(again))
    third = tmp_path / "tiers"
    run(tmp_path, "restore", str(again), "--data", str(third))
    assert dump(third / "maillage.sqlite3") == dump(elsewhere / "maillage.sqlite3")


def test_a_kill_loses_nothing_acknowledged(site: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    writer = start_writer(site, log)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    told = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    found = people(site / "maillage.sqlite3")
    assert found[: len(told)] == [f"p{number}@exemple.org" for number in range(len(told))]
    assert len(found) <= len(told) + 1
    assert "saine" in run(site, "doctor", code=None)


def test_what_is_damaged_or_hostile_is_refused_and_changes_nothing(site: Path, tmp_path: Path) -> None:
    good = tmp_path / "bonne.zip"
    run(site, "backup", "--output", str(good))
    target = tmp_path / "cible"
    cut = tmp_path / "coupee.zip"
    cut.write_bytes(good.read_bytes()[:-2000])
    assert "abîmé" in run(tmp_path, "restore", str(cut), "--data", str(target), code=1)
    for place in range(400, 1200, 100):
        bits = bytearray(good.read_bytes())
        bits[place] ^= 0xFF
        worn = tmp_path / "usee.zip"
        worn.write_bytes(bits)
        with pytest.raises(BadArchiveError, match="abîmé"):
            unpack(worn, tmp_path / f"usee-{place}")
        shutil.rmtree(tmp_path / f"usee-{place}", ignore_errors=True)
    assert "empreinte" in run(tmp_path, "restore", str(tampered(good)), "--data", str(target), code=1)
    assert "chemin" in run(tmp_path, "restore", str(escaping(good)), "--data", str(target), code=1)
    assert not target.exists()
    assert not (tmp_path / "dehors").exists()
    assert "contient déjà un site" in run(tmp_path, "restore", str(good), "--data", str(site), code=1)
    assert "gardé dans" in run(tmp_path, "restore", str(good), "--data", str(site), "--replace")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def rewritten(good: Path, name: str, change: object) -> Path:
    file = good.with_name(name)
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(file, "w") as target:
        for member in source.namelist():
            for new_name, content in change(member, source.read(member)):  # type: ignore[operator]
                target.writestr(new_name, content)
    return file


def tampered(good: Path) -> Path:
    return rewritten(
        good,
        "alteree.zip",
        lambda name, content: [(name, b"x" * len(content) if name == "secret-key" else content)],
    )


def escaping(good: Path) -> Path:
    def change(name: str, content: bytes) -> list[tuple[str, bytes]]:
        if name != "manifest.json":
            return [(name, content)]
        manifest = json.loads(content)
        manifest["members"]["files/../../dehors"] = [1, "0"]
        return [(name, json.dumps(manifest).encode()), ("files/../../dehors", b"x")]

    return rewritten(good, "evasion.zip", change)


def test_a_site_that_is_open_is_not_replaced_under_its_users(site: Path, tmp_path: Path) -> None:
    good = tmp_path / "bonne.zip"
    run(site, "backup", "--output", str(good))
    with running(site, "serve", "--data", str(site)) as (process, _port):
        wait_for(lambda: "worker started" in process.log.read_text())  # type: ignore[attr-defined]
        said = run(tmp_path, "restore", str(good), "--data", str(site), "--replace", code=1)
        assert "est ouvert : arrêtez-le d'abord" in said
    assert "gardé dans" in run(tmp_path, "restore", str(good), "--data", str(site), "--replace")


def test_a_folder_of_any_name_is_saved_and_put_back(site: Path, tmp_path: Path) -> None:
    odd = site.rename(tmp_path / "Réseau d'ici #1 à 50% ?")
    run(odd, "user", "create", "ada@exemple.org")
    good = tmp_path / "c'est bon #2.zip"
    run(odd, "backup", "--output", str(good))
    there = tmp_path / "là-bas ?" / "50%"
    run(tmp_path, "restore", str(good), "--data", str(there))
    assert people(there / "maillage.sqlite3") == ["ada@exemple.org"]
    assert dump(there / "maillage.sqlite3") == dump(odd / "maillage.sqlite3")


def test_old_backups_are_pruned(site: Path) -> None:
    (site / "backups").mkdir(mode=0o700)
    for day in (1, 2, 3):
        (site / "backups" / f"maillage-2020-01-0{day}-000000.zip").write_text("")
    run(site, "backup", "--keep", "2")
    names = sorted(path.name for path in (site / "backups").iterdir())
    assert len(names) == 2
    assert names[0] == "maillage-2020-01-03-000000.zip"


def test_what_a_killed_backup_left_is_swept(site: Path) -> None:
    backups = site / "backups"
    for name, age in ((".maillage-en-cours-hier", 25 * 3600), (".maillage-en-cours-autre", 60)):
        (backups / name).mkdir(parents=True)
        (backups / name / "maillage.sqlite3").write_text("")
        os.utime(backups / name, (time.time() - age, time.time() - age))
    run(site, "backup")
    left = sorted(path.name for path in backups.iterdir())
    assert left[0] == ".maillage-en-cours-autre", "another backup may be at work"
    assert [name.endswith(".zip") for name in left] == [False, True]


def test_an_upgrade_of_a_living_base_is_preceded_by_a_backup(site: Path) -> None:
    connection = sqlite3.connect(site / "maillage.sqlite3")
    with connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'jobs' AND name = '0001_queue'")
        for table in ("deadletter", "jobprogress", "schedule", "workerbeat"):
            connection.execute(f"DROP TABLE jobs_{table}")
    connection.close()
    assert "maillage upgrade" in run(site, "worker", code=1)
    assert "Sauvegarde d'avant" in run(site, "upgrade")
    assert len(list((site / "backups").glob("avant-mise-a-niveau-*.zip"))) == 1
    assert "était à niveau" in run(site, "upgrade")


def test_postgres_addresses_are_checked_before_anything(site: Path) -> None:
    assert "PostgreSQL" in python(
        site,
        """
from maillage.kernel.db.postgres import BadDatabaseUrlError, database_from_url
try:
    database_from_url("mysql://a/b")
except BadDatabaseUrlError as error:
    import sys; sys.stdout.write(str(error))
""",
    )
