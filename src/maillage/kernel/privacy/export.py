"""Everything that the house holds about one person, in one ZIP: JSON to reuse, a page to read, the files."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, Value
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils import timezone

from maillage.kernel.privacy.declarations import PersonalData, personal_declarations
from maillage.kernel.site.settings import get_site


def export_person(person: Any, *, now: datetime) -> bytes:
    """The ZIP: `donnees.json`, `donnees.html`, and `fichiers/`."""
    sections = [(said, [_row(said, row) for row in said.rows_of(person)]) for said in _exported()]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(
            "donnees.json",
            json.dumps(_as_json(sections, now), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2),
        )
        pack.writestr("donnees.html", _as_page(person, sections, now))
        for said in _exported():
            for row in said.rows_of(person):
                _add_files(pack, said, row)
    return archive.getvalue()


def held_about(person: Any) -> list[tuple[PersonalData, int]]:
    """What is exported of `person`, and how many rows of each: one query, those without any left out."""
    declared = _exported()
    counts = [
        said.rows_of(person)
        .order_by()
        .annotate(declared=Value(number))
        .values("declared")
        .annotate(count=Count("pk", distinct=True))
        .values_list("declared", "count")
        for number, said in enumerate(declared)
    ]
    found = dict(counts[0].union(*counts[1:], all=True)) if counts else {}
    return [(said, found[number]) for number, said in enumerate(declared) if found.get(number)]


def _exported() -> list[PersonalData]:
    return [said for said in personal_declarations() if said.exported]


def _row(said: PersonalData, row: models.Model) -> dict[str, Any]:
    return {name: _value(row, name) for name in said.fields}


def _value(row: models.Model, name: str) -> Any:
    column = row._meta.get_field(name)
    if isinstance(column, models.FileField):
        return getattr(row, name).name
    if column.is_relation:
        related = getattr(row, name)
        return None if related is None else str(related)
    return getattr(row, name)


def _as_json(sections: list[tuple[PersonalData, list[dict[str, Any]]]], now: datetime) -> dict[str, Any]:
    return {
        "made_at": now,
        "site": get_site().name,
        "sections": [
            {
                "model": said.model,
                "label": str(said.label),
                "purpose": str(said.purpose),
                "retention": str(said.retention),
                "rows": rows,
            }
            for said, rows in sections
        ],
    }


def _as_page(person: Any, sections: list[tuple[PersonalData, list[dict[str, Any]]]], now: datetime) -> str:
    shown = [
        {
            "said": said,
            "rows": [[(said.fields[name], _readable(value)) for name, value in row.items()] for row in rows],
        }
        for said, rows in sections
    ]
    context = {"person": person, "sections": shown, "made_at": now, "site": get_site()}
    return render_to_string("privacy/export.html", context)


def _readable(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    return str(value)


def _add_files(pack: zipfile.ZipFile, said: PersonalData, row: models.Model) -> None:
    for name in said.fields:
        file = getattr(row, name)
        if isinstance(file, FieldFile) and file.name and default_storage.exists(file.name):
            with default_storage.open(file.name, "rb") as stream:
                pack.writestr(str(PurePosixPath("fichiers") / PurePosixPath(file.name)), stream.read())
