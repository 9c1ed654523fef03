from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.kernel.files import documents
from maillage.kernel.files.documents import BadDocumentError, check_document


def packed(**entries: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    return packed(**{"[Content_Types].xml": b"<x/>", "word__document.xml": b"<x/>", **more})


def test_usual_documents_are_known_by_their_content() -> None:
    odt = packed(mimetype=b"application/vnd.oasis.opendocument.text")
    for name, content, wanted in [
        ("statuts.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("compte rendu.odt", odt, "application/vnd.oasis.opendocument.text"),
        ("lettre.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("liste.csv", "nom;ville\nÉcole;Guéret".encode(), "text/csv"),
    ]:
        accepted = check_document(SimpleUploadedFile(name, content))
        assert (accepted.media_type, accepted.size_bytes) == (wanted, len(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("dessin.svg", b"<svg/>"),
        ("statuts.pdf", b"<html>not a pdf"),
        ("lettre.docx", b"PK\x03\x04 broken"),
        ("lettre.docx", packed(autre=b"x")),
        ("macro.docx", docx(word__vbaProject=b"x")),
        ("texte.odt", packed(mimetype=b"application/zip")),
        ("donnees.csv", b"a;b\x00c"),
        ("sans-extension", b"%PDF-1.7"),
    ],
)
def test_what_its_name_does_not_say_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(BadDocumentError, match="n’est pas d’un genre"):
        check_document(SimpleUploadedFile(name, content))


def test_empty_and_heavy_documents_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadDocumentError, match="vide"):
        check_document(SimpleUploadedFile("a.pdf", b""))
    monkeypatch.setattr(documents, "SIZE_BYTES_MAX", 4)
    with pytest.raises(BadDocumentError, match="pèse plus de"):
        check_document(SimpleUploadedFile("a.pdf", b"%PDF-"))


def test_a_package_that_would_unpack_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "UNPACKED_BYTES_MAX", 1000)
    with pytest.raises(BadDocumentError):
        check_document(SimpleUploadedFile("a.docx", docx(word__media=b"0" * 2000)))


def test_names_are_made_safe() -> None:
    accepted = check_document(SimpleUploadedFile('..\\..\\a"b<c>\n.pdf', b"%PDF-1.7"))
    assert not set(accepted.name) & set('"<>\n\\/')


def test_a_package_whose_bits_changed_is_refused() -> None:
    odt = bytearray(packed(mimetype=b"application/vnd.oasis.opendocument.text"))
    odt[38:46] = b"\xff" * 8
    with pytest.raises(BadDocumentError):
        check_document(SimpleUploadedFile("a.odt", bytes(odt)))
