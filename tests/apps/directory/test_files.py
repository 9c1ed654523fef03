"""Files of fiches: checked by their content, drawn again, shown to those who may see the fiche."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.initiatives import create_initiative
from maillage.apps.directory.models import Initiative, InitiativePicture
from maillage.apps.directory.queries.contents import InitiativeContent
from tests.apps.directory.conftest import NOW

Publish = Callable[..., Initiative]


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft(member: Person) -> Initiative:
    return create_initiative(actor=member, content=InitiativeContent(title="Le four"), now=NOW)


def png(width: int = 40, height: int = 30) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "#448844").save(out, "PNG")
    return out.getvalue()


def send_picture(client: Client, fiche: Initiative, name: str, content: bytes, words: str = "Un four") -> str:
    answer = client.post(
        reverse("directory:picture_add", args=[fiche.pk, fiche.slug]),
        {"picture": SimpleUploadedFile(name, content), "alternative_text": words, "credit": "Maya"},
        follow=True,
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_picture_is_drawn_again_and_shown_with_the_fiche(
    client: Client, draft: Initiative, member: Person
) -> None:
    client.force_login(member)
    send_picture(client, draft, "four.png", png())
    picture = InitiativePicture.objects.get()
    assert (picture.width, picture.height, picture.credit) == (40, 30, "Maya")
    answer = client.get(picture.image.url)
    answer.getvalue()
    assert answer["Content-Type"] == "image/webp"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")
    assert Client().get(picture.image.url).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("large.png", png(30_000, 1)),
        ("script.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("both.gif", b"GIF89a/*<script>alert(1)</script>*/"),
        ("nothing.png", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(
    client: Client, draft: Initiative, member: Person, name: str, content: bytes
) -> None:
    client.force_login(member)
    page = send_picture(client, draft, name, content)
    assert "Erreur" in page
    assert "Maya" in page, "what was typed stays"
    assert not InitiativePicture.objects.exists()


def test_a_picture_needs_words(client: Client, draft: Initiative, member: Person) -> None:
    client.force_login(member)
    assert "Erreur" in send_picture(client, draft, "four.png", png(), words="")
    assert not InitiativePicture.objects.exists()


def test_documents_are_known_by_their_content(client: Client, draft: Initiative, member: Person) -> None:
    client.force_login(member)
    address = reverse("directory:document_add", args=[draft.pk, draft.slug])
    refused = client.post(
        address, {"document": SimpleUploadedFile("a.pdf", b"MZ\x90\x00"), "title": "Statuts"}
    )
    assert "Erreur" in refused.content.decode()
    client.post(address, {"document": SimpleUploadedFile("a.pdf", b"%PDF-1.7 ..."), "title": "Statuts"})
    document = draft.documents.get()
    answer = client.get(document.file.url)
    answer.getvalue()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")


def test_only_those_who_edit_the_fiche_add_to_it(
    client: Client, draft: Initiative, facilitator: Person
) -> None:
    other = Person.objects.create_user("autre@exemple.test")
    client.force_login(other)
    answer = client.post(
        reverse("directory:picture_add", args=[draft.pk, draft.slug]),
        {"picture": SimpleUploadedFile("a.png", png()), "alternative_text": "x"},
    )
    assert answer.status_code == 404


def test_nothing_else_of_the_storage_is_served(client: Client, db: None, tmp_path: Path) -> None:
    (tmp_path / "imports").mkdir()
    (tmp_path / "imports" / "secret.csv").write_text("secret")
    (tmp_path / "initiatives").mkdir()
    (tmp_path / "initiatives" / "orphan.webp").write_bytes(b"x")
    for name in (
        "imports/secret.csv",
        "initiatives/orphan.webp",
        "../secret-key",
        "initiatives/../imports/secret.csv",
    ):
        assert client.get(f"/fichiers/{name}").status_code == 404
