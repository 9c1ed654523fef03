"""Bytes of unknown encoding into text, without losing a byte."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import IO, Any

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PROBE_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 20
_BUFFER_BYTES = 1 << 17
_BROKEN_SHARE_MAX = 0.2
_ESCAPED = re.compile(r"[\udc80-\udcff]+")


@dataclass(frozen=True)
class Encoding:
    """`broken` says that the text is UTF-8 but for a few bytes, kept as lone surrogates (see `mend`)."""

    name: str
    broken: bool = False


def detect_encoding(stream: IO[bytes]) -> Encoding:
    """The encoding of the whole stream, which is left at its beginning.

    A byte-order mark wins; then UTF-8 when all of it decodes; then UTF-16 without mark; then broken UTF-8
    when most of its accents are well formed; else the likeliest of the eight-bit encodings of western Europe.
    """
    stream.seek(0)
    head = stream.read(_PROBE_BYTES)
    stream.seek(0)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name)
    if sixteen := _unmarked_utf16(head):
        return Encoding(sixteen)
    if _is_utf8(stream):
        return Encoding("utf-8")
    good, bad, sample = _count_utf8(stream)
    if bad <= _BROKEN_SHARE_MAX * good:
        return Encoding("utf-8", broken=True)
    return Encoding(_eight_bits(sample))


def open_text(stream: IO[bytes], encoding: Encoding) -> io.TextIOWrapper:
    """The stream as text; undecodable bytes become lone surrogates, that `mend` puts right cell by cell.

    The stream stays its owner's to close.
    """
    stream.seek(0)
    borrowed = io.BufferedReader(_Borrowed(stream), _BUFFER_BYTES)
    return io.TextIOWrapper(borrowed, encoding=encoding.name, errors="surrogateescape", newline="")


class _Borrowed(io.RawIOBase):
    """Reads another's stream and leaves it open: text wrappers close what they wrap when they go."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def decode(data: bytes) -> tuple[str, Encoding]:
    encoding = detect_encoding(io.BytesIO(data))
    try:
        return data.decode(encoding.name, errors="surrogateescape"), encoding
    except UnicodeDecodeError:  # a truncated UTF-16 or UTF-32 knows no surrogateescape
        return data.decode(encoding.name, errors="replace"), encoding


def mend(text: str) -> tuple[str, bool]:
    """The text with its undecodable bytes read as Windows-1252, and whether there were any."""
    try:
        text.encode()  # several times faster than to look for what cannot be encoded
    except UnicodeEncodeError:
        mended, count = _ESCAPED.subn(_as_windows, text)
        return mended, count > 0
    if any(map(text.__contains__, _TWICE_BEGINS)) and _TWICE.search(text):
        return _encoded_once(text)
    return text, False


_TWICE = re.compile(
    "[\u00c2\u00c3\u00c5\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
"""« Ã© » where « é » was meant: UTF-8 that a program read as Windows-1252 and wrote again in UTF-8."""
_TWICE_BEGINS = ("Ã", "Â", "Å", "â")
_UNDEFINED = {0x81: 0x81, 0x8D: 0x8D, 0x8F: 0x8F, 0x90: 0x90, 0x9D: 0x9D}
"""Bytes that Windows-1252 does not define, and that pass through as they are."""


def _encoded_once(text: str) -> tuple[str, bool]:
    """The text that was encoded twice, and whether all of it was; anything else stays as it is."""
    try:
        written = b"".join(
            bytes([_UNDEFINED[ord(each)]]) if ord(each) in _UNDEFINED else each.encode("cp1252")
            for each in text
        )
        return written.decode("utf-8"), True
    except UnicodeError:
        return text, False


def _as_windows(match: re.Match[str]) -> str:
    return match.group().encode("ascii", "surrogateescape").decode("cp1252", "replace")


def _unmarked_utf16(head: bytes) -> str:
    """A text of western Europe in UTF-16 has a zero in nearly every other byte."""
    even, odd = head[0:4000:2], head[1:4000:2]
    if len(even) < 4:
        return ""
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return ""


def _is_utf8(stream: IO[bytes]) -> bool:
    """Whether the whole stream decodes: nearly every file does, and no mistake then has to be counted."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def _count_utf8(stream: IO[bytes]) -> tuple[int, int, bytes]:
    """Well-formed sequences of several bytes, undecodable bytes, and a sample around the first of these."""
    good = bad = 0
    sample = b""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    while chunk := stream.read(_CHUNK_BYTES):
        if chunk.isascii():
            continue
        text = decoder.decode(chunk)
        broken = sum(len(found) for found in _ESCAPED.findall(text))
        if broken and not sample:
            sample = chunk
        bad += broken
        good += len(text) - len(text.encode("ascii", "ignore")) - broken
    bad += len(decoder.decode(b"", True))
    stream.seek(0)
    return good, bad, sample


def _eight_bits(sample: bytes) -> str:
    """Windows-1252 unless the sample clearly says otherwise: it is what French office software writes."""
    found = from_bytes(sample[:200_000], cp_isolation=["cp1252", "iso8859_15", "mac_roman", "cp850"]).best()
    if found is None or found.encoding in ("cp1252", "iso8859_15", "latin_1"):
        return "cp1252"
    return found.encoding
