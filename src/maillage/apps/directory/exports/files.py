"""The forms in which the directory leaves, as bytes: what pages stream and what the command line writes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from maillage.apps.directory.exports.geojson import geojson_lines
from maillage.apps.directory.exports.gogocarto import gogocarto_lines
from maillage.apps.directory.exports.jsonld import jsonld_lines
from maillage.apps.directory.exports.kml import kml_lines
from maillage.apps.directory.exports.organizations import (
    export_bodies,
    organizations_geojson,
    organizations_gogocarto,
    organizations_jsonld,
    organizations_kml,
)
from maillage.apps.directory.exports.records import export_rows
from maillage.apps.directory.exports.tables import (
    INITIATIVE_HEADER,
    ORGANIZATION_HEADER,
    initiative_rows,
    organization_rows,
)
from maillage.apps.directory.models import Initiative, Organization
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.kernel.tables.write import CSV_MEDIA_TYPE, XLSX_MEDIA_TYPE, Row, csv_lines, write_xlsx

Lines = Callable[[Iterable[Initiative], ThemeTree, str], Iterator[str]]
BodyLines = Callable[[Iterable[Organization], str], Iterator[str]]
_SPILL_BYTES = 2_000_000
_CHUNK_BYTES = 64_000


@dataclass(frozen=True)
class Form:
    """One form: its media type, the ending of its file, and what writes the text of initiatives and of organisations."""

    media_type: str
    ending: str
    lines: Lines | None = None
    body_lines: BodyLines | None = None


FORMS: dict[str, Form] = {
    "csv": Form(CSV_MEDIA_TYPE, "csv"),
    "xlsx": Form(XLSX_MEDIA_TYPE, "xlsx"),
    "geojson": Form(
        "application/geo+json; charset=utf-8",
        "geojson",
        lambda r, t, _: geojson_lines(r, t),
        lambda r, _: organizations_geojson(r),
    ),
    "kml": Form("application/vnd.google-earth.kml+xml; charset=utf-8", "kml", kml_lines, organizations_kml),
    "jsonld": Form(
        "application/ld+json; charset=utf-8",
        "jsonld",
        lambda r, t, _: jsonld_lines(r, t),
        lambda r, _: organizations_jsonld(r),
    ),
    "gogocarto": Form(
        "application/json; charset=utf-8",
        "json",
        lambda r, t, _: gogocarto_lines(r, t),
        lambda r, _: organizations_gogocarto(r),
    ),
}


def initiative_chunks(
    form: str, found: QuerySet[Initiative], tree: ThemeTree, site_name: str
) -> Iterator[bytes]:
    """The initiatives `found` in the form of that name, piece by piece. Raises KeyError for a form unknown."""
    write = FORMS[form].lines
    if write is None:
        return _table(form, INITIATIVE_HEADER, initiative_rows(found, tree), "initiatives")
    return (line.encode("utf-8", "replace") for line in write(export_rows(found), tree, site_name))


def organization_chunks(form: str, found: QuerySet[Organization], site_name: str) -> Iterator[bytes]:
    """The organisations `found` in the form of that name, piece by piece. Raises KeyError for a form unknown."""
    write = FORMS[form].body_lines
    if write is None:
        return _table(form, ORGANIZATION_HEADER, organization_rows(found), "structures")
    return (line.encode("utf-8", "replace") for line in write(export_bodies(found), site_name))


def _table(form: str, header: Iterable[str], rows: Iterable[Row], title: str) -> Iterator[bytes]:
    titles = [str(cell) for cell in header]
    return csv_lines(titles, rows) if form == "csv" else _workbook(titles, rows, title)


def _workbook(header: list[str], rows: Iterable[Row], title: str) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(max_size=_SPILL_BYTES) as file:
        write_xlsx(file, header, rows, sheet_title=title)
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
