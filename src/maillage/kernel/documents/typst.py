"""Documents that people print or hand in, made with typst: PDF/A-3a and PDF/UA-1 in one file.

A document is a typst source beside the templates of its room (`templates/<room>/documents/<name>.typ`); it reads its
words from `data` and may import `/house.typ`, which holds the look and the rendering of people's text. Text only ever
travels as JSON data, never as typst source, so that nothing a person writes can be run; signs that no font draws are left
out of it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.template.utils import get_app_template_dirs

from maillage.kernel.documents.fonts import fonts
from maillage.kernel.documents.signs import is_about_signs, with_signs_drawn

HOUSE = Path(__file__).parent / "house.typ"
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
INVOICE_STANDARDS: list[typst.PDFStandard] = ["a-3b", "ua-1"]
"""Level B names what Factur-X asks for; the pages stay tagged and readable aloud."""


class DocumentNotMadeError(RuntimeError):
    """A document's source is missing or wrong: a fault of the house, not of the person who asked."""


def render_pdf(
    template_name: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    files: Mapping[str, bytes] | None = None,
    standards: list[typst.PDFStandard] = STANDARDS,
) -> bytes:
    """The PDF of a document, the same bytes for the same words, files and moment.

    `data` holds JSON values; `at` dates the document; `files` are the pictures that the source shows, or what it
    attaches, by plain name ("qr.svg"). Raises DocumentNotMadeError.
    """
    with tempfile.TemporaryDirectory(prefix="maillage-document-") as folder:
        root = Path(folder)
        shutil.copyfile(HOUSE, root / "house.typ")
        main = root / "main.typ"
        shutil.copyfile(find_source(template_name), main)
        for name, content in (files or {}).items():
            if Path(name).name != name:
                raise DocumentNotMadeError(f"not a plain file name: {name!r}")
            (root / name).write_bytes(content)
        compiler = typst.Compiler(root=str(root), font_paths=fonts())

        def compiled(words: Any) -> Any:
            return compiler.compile(
                str(main),
                format="pdf",
                sys_inputs={"data": json.dumps(words, ensure_ascii=False)},
                pdf_standards=standards,
                timestamp=at.replace(microsecond=0),  # a PDF dates to the second, and the compiler insists
            )

        try:
            made = _made_of_what_is_drawn(compiled, data)
        except typst.TypstError as fault:
            raise DocumentNotMadeError(f"{template_name}: {fault.message}") from fault
    if not isinstance(made, bytes):
        raise DocumentNotMadeError(f"{template_name}: no single PDF came out")
    return made


def _made_of_what_is_drawn(compiled: Callable[[Any], Any], data: Mapping[str, Any]) -> Any:
    """What `compiled` makes of the words, or of those of their signs that the fonts draw. Raises TypstError."""
    try:
        return compiled(data)
    except typst.TypstError as fault:
        if not is_about_signs(fault):
            raise
    try:
        return compiled(with_signs_drawn(data))
    except typst.TypstError as fault:
        if not is_about_signs(fault):
            raise
    return compiled(with_signs_drawn(data, is_strict=True))  # signs that are drawn alone, and not together


def find_source(template_name: str) -> Path:
    """The file of a document's source among the templates of the installed applications."""
    for folder in get_app_template_dirs("templates"):
        path = Path(folder) / template_name
        if path.suffix == ".typ" and path.is_file():
            return path
    raise DocumentNotMadeError(f"no source for the document {template_name!r}")
