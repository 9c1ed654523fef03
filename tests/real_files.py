"""Real files of initiatives, which stand beside the project where they are at hand and are no part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(
    os.environ.get("MAILLAGE_TEST_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)


def real_file(name: str) -> Path:
    """Its path; the test is skipped, and the run says so aloud, where the file is not at hand."""
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"real files are not at hand: {path} (MAILLAGE_TEST_SHARED_DATA names their folder)")
    return path
