from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from maillage.kernel.files.pictures import BadPictureError, reencode


def picture(format: str, size: tuple[int, int] = (80, 40), **options: object) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "#b4472c").save(out, format=format, **options)
    return SimpleUploadedFile(f"photo.{format.lower()}", out.getvalue())


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_usual_pictures_become_webp(format: str) -> None:
    made = Image.open(reencode(picture(format)))
    assert (made.format, made.size) == ("WEBP", (80, 40))


def test_the_place_where_it_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010E] = "chez Mme Dupont"
    exif.get_ifd(0x8825)[1] = "N"
    sent = picture("JPEG", exif=exif)
    made = reencode(sent)
    read = Image.open(made)
    assert read.size == (40, 80)
    assert not dict(read.getexif())
    made.seek(0)
    assert b"Dupont" not in made.read()


def test_large_pictures_are_made_smaller() -> None:
    assert Image.open(reencode(picture("JPEG", (4000, 3000)))).size == (1600, 1200)


def png_header(width: int, height: int) -> bytes:
    """A PNG that only announces its size: a picture bomb costs nothing to write."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(b"")
    chunks = [
        struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        for body in (header, pixels)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "pas une image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "pas une image"),
        (b"%PDF-1.7 not a picture", "pas une image"),
        (png_header(30_000, 10), "30000 pixels"),
        (png_header(11_000, 11_000), "trop grande"),
        (png_header(100, 100), "abîmée"),
    ],
)
def test_what_is_not_a_picture_gets_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(BadPictureError, match=sentence):
        reencode(SimpleUploadedFile("photo.png", content))


def test_a_truncated_picture_gets_a_sentence() -> None:
    whole = picture("JPEG", (900, 900)).read()
    with pytest.raises(BadPictureError, match="abîmée"):
        reencode(SimpleUploadedFile("photo.jpg", whole[: len(whole) // 3]))


def test_a_picture_that_is_also_a_page_leaves_only_the_picture() -> None:
    polyglot = picture("GIF").read() + b"<script>alert(1)</script>"
    assert b"script" not in reencode(SimpleUploadedFile("photo.gif", polyglot)).read()
