"""What people sent is given back harmless, and only to those who may read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from maillage.kernel.files import folders


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    for name in ("open/a.webp", "open/b.pdf", "open/c.svg", "open/d.html", "closed/a.webp", "nobody/a.webp"):
        file = settings.MEDIA_ROOT / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"<script>alert(1)</script>")
    (tmp_path / "secret-key").write_text("secret")
    (settings.MEDIA_ROOT / "open" / "link").symlink_to(tmp_path / "secret-key")
    monkeypatch.setattr(folders, "_folders", {})
    folders.declare_folder("open/", lambda viewer, name: True)
    folders.declare_folder("closed", lambda viewer, name: False)
    return tmp_path


pytestmark = pytest.mark.django_db


def test_a_picture_is_shown_and_cannot_run_anything(client: Client) -> None:
    answer = client.get("/fichiers/open/a.webp")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    again = client.get("/fichiers/open/a.webp", headers={"If-Modified-Since": answer["Last-Modified"]})
    assert again.status_code == 304
    b"".join(answer)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("b.pdf", "application/pdf"),
        ("c.svg", "application/octet-stream"),
        ("d.html", "application/octet-stream"),
    ],
)
def test_all_the_rest_is_saved_never_opened(client: Client, name: str, media_type: str) -> None:
    answer = client.get(f"/fichiers/open/{name}")
    assert answer["Content-Type"].startswith(media_type)
    assert answer["Content-Disposition"].startswith("attachment")
    b"".join(answer)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "closed/a.webp",
        "nobody/a.webp",
        "open/absent.webp",
        "open",
        "open/",
        "open/link",
        "open/../closed/a.webp",
        "open/../../secret-key",
        "../secret-key",
        "%2e%2e/secret-key",
        "open/..%5c..%5csecret-key",
        "/etc/passwd",
        "open/%00",
    ],
)
def test_what_is_closed_absent_or_elsewhere_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/fichiers/{name}").status_code == 404


def test_nothing_is_written_there(client: Client) -> None:
    assert client.post("/fichiers/open/a.webp").status_code == 405
