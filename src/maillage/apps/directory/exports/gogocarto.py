"""Initiatives in the full form of GoGoCarto's API, which other maps of alternatives read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from maillage.apps.directory.exports.records import plain_value, record_of
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.themes import ThemeTree

OPENING = '{"licence": "https://creativecommons.org/licenses/by-sa/4.0/", "ontology": "gogofull", "data": ['
MOVED = (
    "id",
    "title",
    "latitude",
    "longitude",
    "address",
    "postal_code",
    "city",
    "activities",
    "source_url",
    "updated_at",
)


def gogocarto_lines(initiatives: Iterable[Initiative], tree: ThemeTree) -> Iterator[str]:
    return elements_lines(element_of(initiative, tree) for initiative in initiatives)


def elements_lines(elements: Iterable[dict[str, Any]]) -> Iterator[str]:
    """An answer of their API, one element at a time."""
    yield OPENING
    separator = "\n"
    for element in elements:
        yield separator + json.dumps(element, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def element_of(initiative: Initiative, tree: ThemeTree) -> dict[str, Any]:
    """Their names where they have one, ours for the recipe and the rest."""
    record = {name: plain_value(value) for name, value in record_of(initiative, tree).items()}
    element: dict[str, Any] = {
        "id": str(initiative.pk),
        "name": initiative.title,
        "geo": {"latitude": record["latitude"], "longitude": record["longitude"]},
        "address": {
            "streetAddress": record["address"],
            "postalCode": record["postal_code"],
            "addressLocality": record["city"],
        },
        "status": 1,
        "createdAt": initiative.created_at.isoformat(),
        "updatedAt": record["updated_at"],
        "description": record["activities"],
        "sourceUrl": record["source_url"],
    }
    if record["latitude"] is None:
        del element["geo"]
    rest = {
        name: value for name, value in record.items() if name not in MOVED and value not in ("", None, [])
    }
    return element | rest
