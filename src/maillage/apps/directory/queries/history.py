"""The history of a fiche: what each version changed, in words that people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.apps.directory.choices import (
    FIELD_LABELS,
    Audience,
    CarrierRole,
    Family,
    Licence,
    Stage,
    Status,
)
from maillage.apps.directory.models import (
    Initiative,
    InitiativeVersion,
    Organization,
    OrganizationVersion,
    Territory,
    Theme,
)
from maillage.apps.directory.queries.contents import InitiativeContent, PlaceContent
from maillage.apps.directory.queries.differences import Piece, differences, excerpt


@dataclass(frozen=True)
class FieldChange:
    """One field that differs between two versions."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Names:
    """The names behind the ids of a few contents, read at once."""

    themes: dict[int, str]
    organizations: dict[int, str]
    territories: dict[int, str]
    initiatives: dict[int, str]


@overload
def shown_versions(subject: Initiative, *, all_of_them: bool) -> QuerySet[InitiativeVersion]: ...
@overload
def shown_versions(subject: Organization, *, all_of_them: bool) -> QuerySet[OrganizationVersion]: ...
def shown_versions(subject: Initiative | Organization, *, all_of_them: bool) -> QuerySet[Any]:
    """The versions that a reader may see: all for those who edit, for others those since it was published.

    What a draft said was never public. The first version shown is the last one that was made before
    the publication; all of them are when none is older (a fiche that came published).
    """
    kept: QuerySet[Any] = subject.versions.all()
    versions = kept.select_related("author", "on_behalf_of")
    if all_of_them or subject.published_at is None:
        return versions
    published = kept.filter(created_at__lte=subject.published_at).order_by("-number")
    return versions.filter(number__gte=Coalesce(Subquery(published.values("number")[:1]), 0))


def field_changes(before: InitiativeContent, after: InitiativeContent) -> list[FieldChange]:
    """The fields that differ, in the order of the form, each with its readable differences."""
    names = names_in(before, after)
    changes = []
    for field, label in FIELD_LABELS.items():
        if getattr(before, field) == getattr(after, field):
            continue
        old, new = readable(before, field, names), readable(after, field, names)
        changes.append(FieldChange(str(label), list(excerpt(differences(old, new)))))
    return changes


def readable(content: InitiativeContent, field: str, names: Names) -> str:
    """The value of a field as a person would say it."""
    value = getattr(content, field)
    if value is None or value == "" or value == ():
        return ""
    if field == "places":
        return "\n".join(place_line(place) for place in value)
    if field == "carriers":
        return "\n".join(
            f"{names.organizations.get(said.organization_id, said.name or '?')} ({CarrierRole(said.role).label})"
            for said in value
        )
    if field == "theme_ids":
        return ", ".join(names.themes.get(pk, "?") for pk in value)
    if field in ("started_on", "ended_on"):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _named(field, value, names)


def place_line(place: PlaceContent) -> str:
    """A place on one line: name, address, town, coordinates."""
    town = f"{place.postal_code} {place.city}".strip()
    point = (
        f"{place.latitude:.5f}, {place.longitude:.5f}"
        if place.latitude is not None and place.longitude is not None
        else ""
    )
    return ", ".join(part for part in (place.name, place.address, town, point) if part)


def names_in(*contents: InitiativeContent) -> Names:
    """The names that the ids of these contents stand for: at most four queries."""
    themes = {pk for said in contents for pk in (*said.theme_ids, said.main_theme_id) if pk}
    carried = (carrier.organization_id for said in contents for carrier in said.carriers)
    bodies = {pk for pk in (*(said.owner_id for said in contents), *carried) if pk}
    areas = {said.area_id for said in contents if said.area_id}
    origins = {said.adapted_from_id for said in contents if said.adapted_from_id}
    return Names(
        dict(Theme.objects.filter(pk__in=themes).values_list("pk", "name")) if themes else {},
        dict(Organization.objects.filter(pk__in=bodies).values_list("pk", "name")) if bodies else {},
        dict(Territory.objects.filter(pk__in=areas).values_list("pk", "name")) if areas else {},
        _titles(origins) if origins else {},
    )


def _titles(ids: set[int]) -> dict[int, str]:
    """The titles of these fiches; a fiche that is not public keeps its own to itself."""
    hidden = _("a fiche that is not published")
    found = Initiative.objects.filter(pk__in=ids).values_list("pk", "title", "status")
    return {pk: title if status == Status.PUBLISHED else hidden for pk, title, status in found}


def _named(field: str, value: Any, names: Names) -> str:
    if field == "audiences":
        return ", ".join(str(_label(Audience, said)) for said in value)
    if field == "main_theme_id":
        return names.themes.get(value, "?")
    if field == "owner_id":
        return names.organizations.get(value, "?")
    if field == "area_id":
        return names.territories.get(value, "?")
    if field == "adapted_from_id":
        return names.initiatives.get(value, pgettext("fiche that exists no more", "gone"))
    choices = {"family": Family, "stage": Stage, "licence": Licence}.get(field)
    return str(_label(choices, value)) if choices else str(value)


def _label(choices: Any, value: str) -> str:
    return choices(value).label if value in choices.values else value
