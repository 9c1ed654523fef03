"""A territory: communes put together, or a contour drawn, pasted or loaded."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.choices import TerritoryKind
from maillage.apps.directory.models import Commune, Territory
from maillage.apps.directory.queries.territories import communes_named
from maillage.apps.directory.readers.contours import CONTOUR_FAULTS
from maillage.cores.geo.contours import BadContourError, read_contour
from maillage.kernel.ui.fields import LongText, ShortText
from maillage.kernel.ui.forms import Plain

CONTOUR_BYTES_MAX = 2_000_000
COMMUNES_MAX = 5_000
LINES_MAX = 5_000
FAULTS_SHOWN = 10


class TerritoryForm(Plain):
    """What a facilitator says of a territory. `cleaned_data` has `commune_ids` and `contour` (or None)."""

    name = ShortText(label=_("Name"), max_length=160)
    description = LongText(label=_("Description"), rows=3)
    communes = forms.CharField(
        label=_("Communes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One per line: a name, or an INSEE code. “EPCI 200054781” or “DEP 87” takes them all."),
    )
    file = forms.FileField(
        label=_("Or a contour from a GeoJSON file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
    )
    contour = forms.CharField(
        label=_("Or a contour drawn on the map, or pasted as GeoJSON"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "data-contour": ""}),
    )

    def clean_communes(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["communes"].replace(",", "\n").splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > LINES_MAX:
            raise ValidationError(_("That is too many lines: %(max)s at most."), params={"max": LINES_MAX})
        found: dict[str, None] = {}
        faults = []
        for number, line in enumerate(lines, start=1):
            try:
                found.update(dict.fromkeys(_communes_of(line)))
            except ValidationError as fault:
                faults.append(
                    _("Line %(number)d: %(fault)s") % {"number": number, "fault": fault.messages[0]}
                )
        if faults:
            raise ValidationError(faults[:FAULTS_SHOWN])
        if len(found) > COMMUNES_MAX:
            raise ValidationError(
                _("That is too many communes: %(max)s at most."), params={"max": COMMUNES_MAX}
            )
        return list(found)

    def clean_file(self) -> dict[str, Any] | None:
        upload = self.cleaned_data["file"]
        if upload is None:
            return None
        if upload.size > CONTOUR_BYTES_MAX:
            raise ValidationError(_("This file is too big for a contour: 2 MB at most."))
        try:
            return read_contour_text(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError(_("This file is not text in UTF-8.")) from None

    def clean_contour(self) -> dict[str, Any] | None:
        text = self.cleaned_data["contour"].strip()
        return read_contour_text(text) if text else None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["contour"] = data.pop("file", None) or data.get("contour")
        data["commune_ids"] = data.pop("communes", [])
        if not self.errors and not data["contour"] and not data["commune_ids"]:
            self.add_error("communes", _("Name at least one commune, or give a contour."))
        return data


def read_contour_text(text: str) -> dict[str, Any]:
    """The contour that a GeoJSON text holds. Raises ValidationError naming the fault and the ring."""
    if len(text) > CONTOUR_BYTES_MAX:
        raise ValidationError(_("This text is too long for a contour: 2 MB at most."))
    try:
        return read_contour(json.loads(text))
    except RecursionError:
        raise ValidationError(_("This GeoJSON has too many levels, one inside the other.")) from None
    except BadContourError as fault:
        said = {"ring": fault.ring, "value": fault.value}
        raise ValidationError(CONTOUR_FAULTS[fault.code], params=said) from None
    except ValueError:
        raise ValidationError(_("This is not GeoJSON: the text is not even JSON.")) from None


def said_of(territory: Territory) -> dict[str, Any]:
    """What the form says of a territory that exists."""
    drawn = territory.contour if territory.kind == TerritoryKind.AREA else None
    communes = (
        "" if drawn else "\n".join(territory.communes.order_by("sort_key", "pk").values_list("pk", flat=True))
    )
    return {
        "name": territory.name,
        "description": territory.description,
        "communes": communes,
        "contour": json.dumps(drawn) if drawn else "",
    }


def _communes_of(line: str) -> list[str]:
    """The INSEE codes that a line means. Raises ValidationError."""
    head, _space, code = line.partition(" ")
    if head.upper() in ("EPCI", "DEP") and code:
        column = "grouping_code" if head.upper() == "EPCI" else "department_code"
        group = Commune.objects.filter(**{column: code.strip().upper()}).order_by("pk")
        found = list(group.values_list("pk", flat=True)[: COMMUNES_MAX + 1])
    else:
        found = list(Commune.objects.filter(pk=line.upper()).values_list("pk", flat=True))
        if not found:
            named = communes_named(line)
            if len(named) > 1:
                codes = ", ".join(f"{commune.name} {commune.pk}" for commune in named[:4])
                raise ValidationError(
                    _("several communes are called “%(line)s”: write the code (%(codes)s)."),
                    params={"line": line[:60], "codes": codes},
                )
            found = [commune.pk for commune in named]
    if not found:
        raise ValidationError(_("we know no commune “%(line)s”."), params={"line": line[:60]})
    return found
