"""Each fault that one plants is named, with its mend."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maillage.project.doctor import check_mail, file_system_of
from tests.project.house import python, run


def found(site: Path, **settings: str) -> dict[str, dict[str, str]]:
    lines = run(site, "doctor", "--json", code=None, **settings)
    findings = json.loads(lines[lines.index("[") : lines.rindex("]") + 1])
    return {finding["name"]: finding for finding in findings}


def test_a_healthy_site_has_no_fault(site: Path) -> None:
    findings = found(site)
    assert [name for name, finding in findings.items() if finding["level"] == "panne"] in ([], ["interface"])
    assert findings["base"]["said"].startswith("SQLite 3.")
    assert all(finding["mend"] for finding in findings.values() if finding["level"] != "bon")


def open_to_others(site: Path) -> None:
    site.chmod(0o755)


def open_key(site: Path) -> None:
    (site / "secret-key").chmod(0o644)


def short_key(site: Path) -> None:
    (site / "secret-key").write_text("court")


def no_key(site: Path) -> None:
    (site / "secret-key").unlink()


def old_shape(site: Path) -> None:
    connection = sqlite3.connect(site / "maillage.sqlite3")
    with connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'jobs' AND name = '0001_queue'")
    connection.close()


def newer_release(site: Path) -> None:
    connection = sqlite3.connect(site / "maillage.sqlite3")
    with connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '9999_later', '2026-01-01')"
        )
    connection.close()


def no_database(site: Path) -> None:
    (site / "maillage.sqlite3").write_bytes(os.urandom(20_000))


def no_tables(site: Path) -> None:
    (site / "maillage.sqlite3").write_bytes(b"")


def later_clock(site: Path) -> None:
    connection = sqlite3.connect(site / "maillage.sqlite3")
    with connection:
        connection.execute("UPDATE django_migrations SET applied = '2999-01-01 00:00:00'")
    connection.close()


def stray_document(site: Path) -> None:
    python(
        site,
        """
from django.utils import timezone
from maillage.kernel.search.documents import SearchDocument
from maillage.kernel.search.index import providers, write_documents
write_documents([SearchDocument(kind=providers()[0].kind, object_id=999, title="x", url="/x", updated_at=timezone.now())])
""",
    )


def wrong_balance(site: Path) -> None:
    python(
        site,
        """
from django.utils import timezone
from maillage.apps.ledger.models import Account, Unit
unit = Unit.objects.create(name="unité", plural="unités", opened_at=timezone.now())
Account.objects.create(unit=unit, purpose="common", balance=100, opened_at=timezone.now())
""",
    )


@pytest.mark.parametrize(
    ("plant", "name", "mend"),
    [
        (open_to_others, "dossier", "chmod 700"),
        (open_key, "clé", "chmod 600"),
        (short_key, "clé", "secret-key"),
        (no_key, "clé", "maillage serve"),
        (old_shape, "mise à niveau", "maillage upgrade"),
        (newer_release, "mise à niveau", "Réinstallez cette version"),
        (no_database, "base", "maillage restore"),
        (no_tables, "comptes", "mise à niveau"),
        (later_clock, "horloge", "timedatectl"),
        (stray_document, "recherche", "maillage reindex"),
        (wrong_balance, "comptes", "sauvegarde"),
    ],
)
def test_a_planted_fault_is_named(site: Path, plant: Callable[[Path], None], name: str, mend: str) -> None:
    plant(site)
    finding = found(site)[name]
    assert finding["level"] == "panne"
    assert mend in finding["mend"]


@pytest.mark.parametrize(
    ("chosen", "name", "mend"),
    [
        ({"MAILLAGE_DATABASE_URL": "postgresql://personne@127.0.0.1:9/rien"}, "base", "database_url"),
        ({"MAILLAGE_PUBLIC_URL": "http://maillage.exemple.org"}, "adresse", "TLS"),
        ({"MAILLAGE_PUBLIC_URL": "maillage"}, "adresse", "public_url"),
        (
            {"MAILLAGE_PUBLIC_URL": "https://exemple.org/maillage"},
            "adresse",
            "à la racine, https://exemple.org",
        ),
        ({"MAILLAGE_HOSTS": "*"}, "adresse", "Nommez"),
        ({"MAILLAGE_DEBUG": "oui"}, "débogage", "debug"),
        ({"MAILLAGE_EMAIL_URL": "smtp+plain://127.0.0.1:9"}, "courriel", "email_url"),
    ],
)
def test_a_wrong_setting_is_named(site: Path, chosen: dict[str, str], name: str, mend: str) -> None:
    finding = found(site, **chosen)[name]
    assert finding["level"] == "panne"
    assert mend in finding["mend"]


@pytest.mark.parametrize(
    ("sender", "level"),
    [
        ("Le réseau <contact@exemple.org>", "bon"),
        ("maillage@localhost", "attention"),
        ("Le réseau <contact", "attention"),
    ],
)
def test_a_sender_that_servers_refuse_is_named(
    settings: Any, monkeypatch: pytest.MonkeyPatch, sender: str, level: str
) -> None:
    monkeypatch.setitem(settings.CONFIG.values, "email_url", "smtp://mail.exemple.org")
    settings.DEFAULT_FROM_EMAIL = sender
    finding = check_mail()
    assert finding.level == level
    assert ("email_from" in finding.mend) == (level == "attention")


def test_what_a_faulty_base_refuses_is_told_once(site: Path) -> None:
    no_database(site)
    findings = found(site)
    assert [name for name, finding in findings.items() if finding["level"] == "panne"] in (
        ["base"],
        ["base", "interface"],
    )


def test_a_damaged_base_is_recognised(site: Path) -> None:
    file = site / "maillage.sqlite3"
    with file.open("r+b") as stream:
        stream.seek(file.stat().st_size // 2)
        stream.write(os.urandom(40_000))
    said = run(site, "doctor", code=1)
    assert "restore" in said or "abîmée" in said or "refuse" in said


def test_a_network_disk_is_recognised() -> None:
    mounts = [("/", "ext4"), ("/var/lib/maillage", "nfs4"), ("/var/lib/maillage-local", "ext4")]
    assert file_system_of(Path("/var/lib/maillage/data"), mounts) == "nfs4"
    assert file_system_of(Path("/var/lib/maillage-local"), mounts) == "ext4"
    assert file_system_of(Path("/srv"), mounts) == "ext4"
    assert file_system_of(Path("/srv"), []) == ""
