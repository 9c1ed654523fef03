"""The tables that lists leave in, read back as a spreadsheet would."""

from __future__ import annotations

import csv
import io
from typing import Any

from openpyxl import load_workbook


def body_of(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.status_code
    assert "attachment" in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    if file := getattr(answer, "file_to_stream", None):
        file.close()  # as a server does; `answer.close` would also tell the databases that a request has ended
    return content


def csv_rows(answer: Any) -> list[dict[str, str]]:
    """The rows by the names of their columns."""
    return list(csv.DictReader(io.StringIO(body_of(answer).decode("utf-8-sig")), delimiter=";"))


def xlsx_rows(answer: Any) -> list[dict[str, Any]]:
    header, *rows = load_workbook(io.BytesIO(body_of(answer))).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]
