"""Columns of boxes that people tick, one for each answer of a question: "Thèmes [Culture]" with "Oui", "Non" or a cross in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from maillage.apps.directory.readers.building import Record, Value
from maillage.apps.directory.readers.fields import fold_header
from maillage.apps.directory.readers.headers import SURVEY_CODE, field_of_header, loose_field_of_header
from maillage.kernel.tables.header import BLANK, TICKED

_QUESTION = re.compile(
    r"(?P<question>[^\[\]]{3,200}?)"
    r"(?:\s*\[(?P<a>[^\[\]]{2,120})\]|\s*[/:>|]\s*(?P<b>[^/:>|?\[\]]{2,120})|\s+[–-]\s+(?P<c>[^–?\[\]]{2,120}))"
)


@lru_cache(maxsize=4096)
def choice_of_header(header: str) -> str:
    """The category that a column of boxes is about, where its header says first what it is one of; empty for other headers."""
    match = _QUESTION.fullmatch(SURVEY_CODE.sub("", header.strip()))
    if match is None:
        return ""
    question = match["question"].strip()
    if "categories" not in (field_of_header(question), loose_field_of_header(question)):
        return ""
    return next(filter(None, match.group("a", "b", "c"))).strip()


def holds_boxes(values: Iterable[str]) -> bool:
    """Whether the values of a column are those of boxes, ticked or not."""
    return all(value.strip().lower() in TICKED | BLANK for value in values)


def boxes_among(fields: Mapping[str, str]) -> dict[str, str]:
    """The category by column of boxes, among columns that feed the categories; empty for the one that repeats their answers."""
    told = {column: choice_of_header(column) for column, name in fields.items() if name == "categories"}
    boxes = {column: choice for column, choice in told.items() if choice}
    asked = {fold_header(column[: column.rfind(choice)]) for column, choice in boxes.items()}
    return boxes | {column: "" for column in told if column not in boxes and fold_header(column) in asked}


def with_ticked(record: Record, boxes: Mapping[str, str]) -> Record:
    """The record with the words of the boxes that are ticked, and without those that are not."""
    values = dict(record.values)
    ticked = any(boxes[column] and _said(values.get(column)) in TICKED for column in boxes)
    for column, choice in boxes.items():
        said = _said(values.get(column))
        if not choice and ticked:
            values.pop(column, None)  # KoboToolbox repeats the answers there, parted by blanks
        elif choice and said in TICKED:
            values[column] = [choice]
        elif choice and said in BLANK:
            del values[column]
    return replace(record, values=values)


def _said(value: Value | None) -> str:
    return value.strip().lower() if isinstance(value, str) else ""
