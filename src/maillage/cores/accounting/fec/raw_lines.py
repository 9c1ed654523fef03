"""From blocks of bytes to lines of text, one at a time, whatever the size of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from maillage.cores.accounting.fec.findings import Findings

LINE_BYTES_MAX = 64 * 1024
FILE_BYTES_MAX = 4 * 1024**3
_BOM = b"\xef\xbb\xbf"
_CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f]")
_WINDOWS = re.compile(rb"[\x80-\x9f]")


_OTHER_FILES = (
    (
        b"PK\x03\x04",
        "Le fichier est une archive ZIP ou un classeur : donnez le fichier texte qu'il contient.",
    ),
    (b"\x1f\x8b", "Le fichier est compressé (gzip) : donnez le fichier texte qu'il contient."),
    (b"%PDF", "Le fichier est un PDF : demandez le fichier texte au logiciel de comptabilité."),
)
"""How files begin that people give in place of a FEC, and what to do then."""


class UnreadableFec(Exception):
    """A file of which nothing can be said line by line. Carries a French sentence, and the line (0: the whole)."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.sentence, self.line = sentence, line


@dataclass
class Source:
    """The lines of a file, and what is learnt on the way: its ends of line, its characters."""

    blocks: Iterable[bytes]
    findings: Findings
    bytes_read: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    is_last_ended: bool = True
    ascii_only: bool = True
    utf8_line: int = 0
    latin_line: int = 0
    windows_line: int = 0
    _suspicious: bool = False

    def lines(self) -> Iterator[str]:
        """Each line without its end. Raises UnreadableFec."""
        for number, raw in enumerate(self._raw_lines(), start=1):
            if raw.isascii():
                text = raw.decode("ascii")
            else:
                text = self._decode(raw, number)
            if self._suspicious and _CONTROL.search(text):
                found = _CONTROL.search(text)
                assert found is not None
                said = f"caractère de code {ord(found[0])}"
                self.findings.note("LIG-05", number, said=said)
            yield text

    def _decode(self, raw: bytes, number: int) -> str:
        self.ascii_only = False
        try:
            text = raw.decode("utf-8")
            self.utf8_line = self.utf8_line or number
        except UnicodeDecodeError:
            text = raw.decode("iso8859_15")
            self.latin_line = self.latin_line or number
            if _WINDOWS.search(raw):
                self.windows_line = self.windows_line or number
        return text

    def _raw_lines(self) -> Iterator[bytes]:
        rest, end = b"", b""
        for block in self.blocks:
            if not self.bytes_read:
                block = self._open(block)
                end = b"\n" if b"\n" in block or b"\r" not in block else b"\r"
            self.bytes_read += len(block)
            if self.bytes_read > FILE_BYTES_MAX:
                raise UnreadableFec("Le fichier dépasse 4 Go : ce n'est pas un FEC que l'on sache lire.")
            if b"\0" in block:
                raise UnreadableFec("Le fichier contient des octets nuls : ce n'est pas du texte simple.")
            self._suspicious = _CONTROLS.search(block) is not None or _has_lone_return(block, end)
            parts = (rest + block).split(end)
            rest = parts.pop()
            if len(rest) > LINE_BYTES_MAX:
                raise UnreadableFec("Une ligne dépasse 64 Ko : les lignes ne sont pas séparées.")
            yield from self._ended(parts, end)
        if rest:
            self.is_last_ended = False
            yield rest

    def _ended(self, parts: list[bytes], end: bytes) -> Iterator[bytes]:
        crlf = 0
        for part in parts:
            if part[-1:] == b"\r":
                crlf += 1
                part = part[:-1]
            if len(part) > LINE_BYTES_MAX:
                raise UnreadableFec("Une ligne dépasse 64 Ko : les lignes ne sont pas séparées.")
            yield part
        for kind, count in (("CRLF", crlf), ("CR" if end == b"\r" else "LF", len(parts) - crlf)):
            if count:
                self.ends[kind] = self.ends.get(kind, 0) + count

    def _open(self, block: bytes) -> bytes:
        if block.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UnreadableFec("Le fichier est en UTF-16 : enregistrez-le en ISO 8859-15 ou en ASCII.")
        for mark, sentence in _OTHER_FILES:
            if block.startswith(mark):
                raise UnreadableFec(sentence)
        if block.startswith(_BOM):
            self.findings.note("FIC-08", 1, said="marque UTF-8 au début")
            block = block[len(_BOM) :]
        if block.lstrip()[:1] == b"<":
            raise UnreadableFec(
                "Le fichier est en XML : cette forme est permise par le texte, mais n'est pas lue ici."
            )
        if "JournalCode".encode("cp500") in block[:200]:
            raise UnreadableFec(
                "Le fichier est en EBCDIC : permis par le texte, mais à convertir avant de le lire ici."
            )
        return block

    @property
    def encoding(self) -> str:
        """The name of the characters met so far; empty when several are mixed."""
        if self.utf8_line and self.latin_line:
            return ""
        if self.utf8_line:
            return "UTF-8"
        if self.windows_line:
            return "Windows-1252"
        return "ASCII" if self.ascii_only else "ISO 8859-15"

    def judge(self) -> None:
        """Once all is read, note what concerns the file as a whole.

        A few words of ISO 8859-15 are also UTF-8, so that a mixture is only remarked.
        """
        if self.utf8_line and self.latin_line:
            said = f"UTF-8 à la ligne {self.utf8_line}, ISO 8859-15 à la ligne {self.latin_line}"
            self.findings.note("FIC-12", max(self.utf8_line, self.latin_line), said=said)
        elif self.utf8_line:
            self.findings.note("FIC-07", self.utf8_line, said="caractères en UTF-8")
        if self.windows_line:
            self.findings.note("FIC-06", self.windows_line, said="caractère propre à Windows-1252")
        if len(self.ends) > 1:
            said = ", ".join(f"{count} fois {kind}" for kind, count in sorted(self.ends.items()))
            self.findings.note("FIC-10", 0, said=f"fins de ligne mêlées : {said}")
        if not self.is_last_ended:
            self.findings.note("FIC-10", 0, said="la dernière ligne n'a pas de fin")


def _has_lone_return(block: bytes, end: bytes) -> bool:
    """A carriage return in the middle of a line; one cut from its line feed by the end of a block may be taken for one."""
    return end == b"\n" and block.count(b"\r") != block.count(b"\r\n")
