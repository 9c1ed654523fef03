"""One fiche as flat named values: the names are those that imports recognise, so that what goes out can come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from maillage.apps.directory.choices import CarrierRole
from maillage.apps.directory.models import Commune, Initiative, InitiativePlace
from maillage.apps.directory.queries.contents import TEXT_FIELDS
from maillage.apps.directory.queries.initiatives import with_everything
from maillage.apps.directory.queries.themes import ThemeTree

BATCH_ROWS = 500

HEADERS = {
    "id": "identifiant",
    "title": "titre",
    "summary": "résumé",
    "activities": "description",
    "categories": "catégories",
    "keywords": "mots clés",
    "family": "famille",
    "stage": "étape",
    "started_on": "date de début",
    "ended_on": "date de fin",
    "latitude": "latitude",
    "longitude": "longitude",
    "address": "adresse",
    "postal_code": "code postal",
    "city": "commune",
    "insee_code": "code insee",
    "organization": "structure porteuse",
    "partners": "partenaires",
    "contact_name": "personne contact",
    "email": "courriel",
    "phone": "téléphone",
    "website": "site web",
    "opening_hours": "horaires",
    "context": "contexte",
    "audience_text": "pour qui",
    "participation": "comment participer",
    "looks_for_hands": "cherche des bras",
    "recipe_steps": "recette étapes",
    "recipe_means": "recette moyens",
    "recipe_cost": "recette coût",
    "recipe_time": "recette temps",
    "recipe_people": "recette personnes",
    "recipe_pitfalls": "recette pièges",
    "recipe_advice": "recette conseils",
    "results": "résultats",
    "next_steps": "suites",
    "licence": "licence",
    "source_url": "fiche",
    "updated_at": "mise à jour",
}
"""By name of the value: the heading of its column, in the words of those who open the file."""


def export_rows(found: QuerySet[Initiative]) -> Iterator[Initiative]:
    """The fiches, whole, a batch at a time: memory stays the same whatever their number."""
    whole = with_everything(found).prefetch_related(
        Prefetch("area__communes", Commune.objects.order_by("pk"))
    )
    return whole.order_by("pk").iterator(chunk_size=BATCH_ROWS)


def record_of(initiative: Initiative, tree: ThemeTree) -> dict[str, Any]:
    """The values under the names of `HEADERS`; contacts only when they are shown on the fiche."""
    place = first_place(initiative)
    carriers = list(initiative.carriers.all())
    names = {
        role: [
            said.organization.name if said.organization else said.name
            for said in carriers
            if said.role == role
        ]
        for role in CarrierRole.values
    }
    values: dict[str, Any] = {
        "id": initiative.pk,
        "title": initiative.title,
        "summary": initiative.summary,
        "categories": theme_names(initiative, tree),
        "keywords": initiative.keywords,
        "family": initiative.family,
        "stage": initiative.stage,
        "started_on": initiative.started_on,
        "ended_on": initiative.ended_on,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "address": place.address if place else "",
        "postal_code": place.postal_code if place else "",
        "city": place.city if place else "",
        "insee_code": (place.commune_id or "") if place else "",
        "organization": names[CarrierRole.CARRIER] or ([initiative.owner.name] if initiative.owner else []),
        "partners": names[CarrierRole.PARTNER],
        "contact_name": initiative.contact_name if initiative.contact_name_public else "",
        "email": initiative.contact_email if initiative.contact_email_public else "",
        "phone": initiative.contact_phone if initiative.contact_phone_public else "",
        "website": initiative.website,
        "opening_hours": initiative.opening_hours,
        "looks_for_hands": "oui" if initiative.looks_for_hands else "",
        "licence": initiative.licence,
        "source_url": public_url(initiative),
        "updated_at": initiative.updated_at,
    }
    values |= {name: getattr(initiative, name) for name in TEXT_FIELDS}
    return {name: values[name] for name in HEADERS}


def first_place(initiative: Initiative) -> InitiativePlace | None:
    """The place that stands for the fiche where only one fits: the first with coordinates, else the first."""
    places = list(initiative.places.all())
    return next((place for place in places if place.latitude is not None), places[0] if places else None)


def points_of(initiative: Initiative) -> list[tuple[float, float]]:
    """(longitude, latitude) of its places, in their order."""
    return [
        (place.longitude, place.latitude)
        for place in initiative.places.all()
        if place.longitude is not None and place.latitude is not None
    ]


def theme_names(initiative: Initiative, tree: ThemeTree) -> list[str]:
    """Its themes, the main one first."""
    chosen = sorted(
        initiative.themes.all(), key=lambda theme: (theme.pk != initiative.main_theme_id, theme.sort_key)
    )
    return [theme.name for theme in chosen]


def public_url(initiative: Initiative) -> str:
    path = reverse("directory:initiative_detail", args=[initiative.pk, initiative.slug])
    return f"{settings.PUBLIC_URL}{path}"


def plain_value(value: Any) -> Any:
    """A JSON value: dates in ISO form."""
    return value.isoformat() if hasattr(value, "isoformat") else value
