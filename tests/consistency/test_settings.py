"""The settings of a site in service are safe, and the tables are those of the models."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.consistency.sources import ROOT
from tests.project.house import environment

pytestmark = pytest.mark.django_db


def test_a_site_under_https_passes_django_own_examination(tmp_path: Path) -> None:
    """`check --deploy` on what an operator sets: an address and a secret; nothing may be left to say."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment(
            tmp_path,
            MAILLAGE_PUBLIC_URL="https://maillage.exemple.fr",
            MAILLAGE_SECRET_KEY="k" * 10 + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
            MAILLAGE_HSTS_SECONDS="31536000",
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
