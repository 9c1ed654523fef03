"""Signs that none of the fonts of the documents draws, such as emoji: a page is made without them rather than not made.

The standards that documents declare refuse a page on which a sign is missing. The fonts do not say what they hold, so
each sign is tried once, alone, on a page of its own, which takes two milliseconds; that is done only for the words of a
page that was refused.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from maillage.kernel.documents.fonts import fonts

MISSING = "\u25a1"
"""An empty square, where a letter or a digit cannot be drawn; other signs are left out."""
COMMON_MAX = "\u024f"
"""Up to here, what is printable is drawn: letters of Latin, digits, punctuation."""
ALWAYS_DRAWN = frozenset("\u00a0\u202f\u2019\u2018\u201c\u201d\u2013\u2014\u2026\u2022\u20ac\u2192\u25a1")
"""What French and the documents themselves need beyond it: spaces, quotation marks, dashes, the euro."""
TRIED_MAX = 500
"""How many different signs of one page are tried; the next ones are taken for missing."""
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
PROBE = '#set document(title: "-")\n#set text(lang: "fr")\n#sys.inputs.sign'


def is_about_signs(fault: typst.TypstError) -> bool:
    """Whether a page was refused for a sign that cannot be drawn, or that the standards forbid."""
    return "could not be displayed" in fault.message or "disallowed codepoint" in fault.message


def with_signs_drawn(data: Any, *, is_strict: bool = False) -> Any:
    """The same words, lists and mappings, without what cannot be drawn; `is_strict` keeps common signs alone."""
    unusual = sorted({sign for text in _texts(data) for sign in text if not _is_common(sign)})
    tried = () if is_strict else unusual[:TRIED_MAX]
    kept = {sign for sign in tried if _is_drawn(sign)}
    return _rewritten(data, {ord(sign): _instead_of(sign) for sign in unusual if sign not in kept})


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    return [text for each in value for text in _texts(each)] if isinstance(value, (list, tuple)) else []


def _rewritten(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        said = value.translate(table)
        return said if said.strip() or not value.strip() else MISSING
    if isinstance(value, dict):
        return {key: _rewritten(each, table) for key, each in value.items()}
    return [_rewritten(each, table) for each in value] if isinstance(value, (list, tuple)) else value


def _is_common(sign: str) -> bool:
    return sign in "\n\t" or sign in ALWAYS_DRAWN or (sign <= COMMON_MAX and sign.isprintable())


def _instead_of(sign: str) -> str:
    return MISSING if unicodedata.category(sign)[0] in "LN" else ""


@cache
def _is_drawn(sign: str) -> bool:
    if unicodedata.category(sign) in ("Cc", "Cs", "Cn", "Co"):
        return False
    with TemporaryDirectory(prefix="maillage-sign-") as folder:
        page = Path(folder) / "main.typ"
        page.write_text(PROBE, encoding="utf-8")
        try:
            compiler = typst.Compiler(root=folder, font_paths=fonts())
            compiler.compile(str(page), format="pdf", sys_inputs={"sign": sign}, pdf_standards=STANDARDS)
        except typst.TypstError:
            return False
    return True
