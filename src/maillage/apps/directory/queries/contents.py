"""What a fiche says, as one value: forms and imports make it, actions save it, versions keep it as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from maillage.apps.directory.choices import CarrierRole, Licence
from maillage.apps.directory.models import Initiative

RECIPE_FIELDS = (
    "recipe_steps",
    "recipe_means",
    "recipe_cost",
    "recipe_time",
    "recipe_people",
    "recipe_pitfalls",
    "recipe_advice",
)
TEXT_FIELDS = (
    "context",
    "activities",
    "audience_text",
    "participation",
    *RECIPE_FIELDS,
    "results",
    "next_steps",
)


@dataclass(frozen=True, kw_only=True)
class PlaceContent:
    """One place of a fiche; coordinates in degrees, both or none."""

    name: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    commune_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, kw_only=True)
class CarrierContent:
    """A carrier or partner: an organisation of the directory, or a name alone."""

    organization_id: int | None = None
    name: str = ""
    role: str = CarrierRole.CARRIER


@dataclass(frozen=True, kw_only=True)
class InitiativeContent:
    """Everything a person may write on a fiche, but for its pictures and documents. Texts are Markdown."""

    title: str
    summary: str = ""
    owner_id: int | None = None
    family: str = ""
    theme_ids: tuple[int, ...] = ()
    main_theme_id: int | None = None
    keywords: str = ""
    audiences: tuple[str, ...] = ()
    stage: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    looks_for_hands: bool = False
    context: str = ""
    activities: str = ""
    audience_text: str = ""
    participation: str = ""
    recipe_steps: str = ""
    recipe_means: str = ""
    recipe_cost: str = ""
    recipe_time: str = ""
    recipe_people: str = ""
    recipe_pitfalls: str = ""
    recipe_advice: str = ""
    results: str = ""
    next_steps: str = ""
    places: tuple[PlaceContent, ...] = ()
    area_id: int | None = None
    carriers: tuple[CarrierContent, ...] = ()
    website: str = ""
    contact_name: str = ""
    contact_name_public: bool = True
    contact_email: str = ""
    contact_email_public: bool = False
    contact_phone: str = ""
    contact_phone_public: bool = False
    opening_hours: str = ""
    licence: str = Licence.CC_BY_SA
    adapted_from_id: int | None = None
    adapted_from_url: str = ""

    def settled(self) -> InitiativeContent:
        """The same, themes in order and each once: the first is the main one unless another was named."""
        main = self.main_theme_id if self.main_theme_id is not None else next(iter(self.theme_ids), None)
        themes = {theme for theme in (*self.theme_ids, main) if theme is not None}
        return replace(self, main_theme_id=main, theme_ids=tuple(sorted(themes)))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives the same content back."""
        data = asdict(self)
        for name in ("started_on", "ended_on"):
            data[name] = data[name].isoformat() if data[name] else None
        for name in ("theme_ids", "audiences", "places", "carriers"):
            data[name] = list(data[name])
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> InitiativeContent:
        """Read a version, also one written before a field existed or after one went."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        for name in ("started_on", "ended_on"):
            values[name] = date.fromisoformat(values[name]) if values.get(name) else None
        for name in ("theme_ids", "audiences"):
            values[name] = tuple(values.get(name) or ())
        values["places"] = tuple(PlaceContent(**place) for place in values.get("places") or ())
        values["carriers"] = tuple(CarrierContent(**carrier) for carrier in values.get("carriers") or ())
        return cls(**values)


SIMPLE_FIELDS = tuple(
    field.name
    for field in fields(InitiativeContent)
    if field.name not in ("theme_ids", "audiences", "places", "carriers")
)
"""The fields that the table holds as they are, under the same name."""


def content_of(initiative: Initiative) -> InitiativeContent:
    """What the fiche says now: at most three queries, none for what was prefetched."""
    values = {name: getattr(initiative, name) for name in SIMPLE_FIELDS}
    places = sorted(initiative.places.all(), key=lambda place: (place.rank, place.pk))
    carriers = sorted(initiative.carriers.all(), key=lambda carrier: (carrier.rank, carrier.pk))
    return InitiativeContent(
        **values,
        audiences=tuple(initiative.audiences),
        theme_ids=tuple(sorted(theme.pk for theme in initiative.themes.all())),
        places=tuple(
            PlaceContent(**{name: getattr(place, name) for name in PLACE_FIELDS}) for place in places
        ),
        carriers=tuple(
            CarrierContent(organization_id=carrier.organization_id, name=carrier.name, role=carrier.role)
            for carrier in carriers
        ),
    )


PLACE_FIELDS = tuple(field.name for field in fields(PlaceContent))
