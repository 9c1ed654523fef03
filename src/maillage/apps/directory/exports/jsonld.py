"""Initiatives in the words of schema.org, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from maillage.apps.directory.choices import FIELD_LABELS, Audience, CarrierRole, Licence, Status
from maillage.apps.directory.exports.records import public_url, record_of, theme_names
from maillage.apps.directory.models import Initiative, InitiativePlace
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.kernel.ui.markdown import plain_text

CONTEXT = "https://schema.org"
LICENCES = {
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.ODBL: "https://opendatacommons.org/licenses/odbl/1-0/",
    Licence.ETALAB: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}


def jsonld_lines(initiatives: Iterable[Initiative], tree: ThemeTree) -> Iterator[str]:
    """One graph, piece by piece."""
    return graph_lines(node_of(initiative, tree) for initiative in initiatives)


def graph_lines(nodes: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield '{"@context": "https://schema.org", "@graph": ['
    separator = "\n"
    for node in nodes:
        yield separator + json.dumps(node, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def node_of(initiative: Initiative, tree: ThemeTree) -> dict[str, Any]:
    """A schema.org Project; what is empty is left out."""
    record = record_of(initiative, tree)
    places = [place_of(place, initiative.opening_hours) for place in initiative.places.all()]
    pictures = [f"{settings.PUBLIC_URL}{picture.image.url}" for picture in initiative.pictures.all()]
    node: dict[str, Any] = {
        "@type": "Project",
        "@id": public_url(initiative),
        "url": public_url(initiative),
        "identifier": str(initiative.pk),
        "name": initiative.title,
        "abstract": initiative.summary,
        "description": plain_text(initiative.activities or initiative.context),
        "keywords": [word.strip() for word in initiative.keywords.split(",") if word.strip()],
        "category": theme_names(initiative, tree),
        "location": places[0] if len(places) == 1 else places,
        "areaServed": initiative.area.name if initiative.area else "",
        "foundingDate": initiative.started_on.isoformat() if initiative.started_on else "",
        "dissolutionDate": initiative.ended_on.isoformat() if initiative.ended_on else "",
        "parentOrganization": _bodies(initiative, CarrierRole.CARRIER),
        "sponsor": _bodies(initiative, CarrierRole.PARTNER),
        "contactPoint": _contact(record),
        "email": record["email"],
        "telephone": record["phone"],
        "sameAs": initiative.website,
        "image": pictures,
        "dateModified": initiative.updated_at.isoformat(),
        "license": LICENCES.get(Licence(initiative.licence), ""),
        "isBasedOn": _origin(initiative),
        "audience": _audiences(initiative),
        "subjectOf": how_to_of(initiative),
    }
    return filled(node)


def how_to_of(initiative: Initiative) -> dict[str, Any]:
    """The recipe, as schema.org's HowTo: a step and a supply for each line of what the fiche says; {} without one."""
    said = filled(
        {
            "step": [{"@type": "HowToStep", "text": line} for line in _lines(initiative.recipe_steps)],
            "supply": [{"@type": "HowToSupply", "name": line} for line in _lines(initiative.recipe_means)],
            "estimatedCost": plain_text(initiative.recipe_cost),
            "hasPart": _notes(initiative),
        }
    )
    if time := plain_text(initiative.recipe_time):
        said["totalTime"] = {"@type": "Duration", "name": time}  # in words: "two winters" is no ISO duration
    return {"@type": "HowTo", "name": initiative.title, **said} if said else {}


_NOTES = (
    ("CreativeWork", "people", "recipe_people"),
    ("HowToTip", "pitfalls", "recipe_pitfalls"),
    ("HowToTip", "advice", "recipe_advice"),
)
"""What schema.org's HowTo has no word for: (its kind, the name that readers know it by, our field)."""


def _notes(initiative: Initiative) -> list[dict[str, Any]]:
    """Who is needed, the pitfalls and the advice, each under the title that it has on the page."""
    return [
        {"@type": kind, "identifier": key, "name": str(FIELD_LABELS[name]), "text": text}
        for kind, key, name in _NOTES
        if (text := plain_text(getattr(initiative, name)))
    ]


def _contact(record: dict[str, Any]) -> dict[str, Any]:
    """The person to ask for, as the page names them; how to reach them only when they show it."""
    if not record["contact_name"]:
        return {}
    reached = {"email": record["email"], "telephone": record["phone"]}
    return filled({"@type": "ContactPoint", "name": record["contact_name"], **reached})


def _lines(text: str) -> list[str]:
    return [words for line in text.splitlines() if (words := plain_text(line).strip())]


def _audiences(initiative: Initiative) -> list[dict[str, Any]]:
    known = [str(Audience(value).label) for value in initiative.audiences if value in Audience.values]
    audiences = [{"@type": "Audience", "audienceType": label} for label in known]
    words = plain_text(initiative.audience_text)
    return audiences + ([{"@type": "Audience", "description": words}] if words else [])


def place_of(place: InitiativePlace, opening_hours: str = "") -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": place.address,
        "postalCode": place.postal_code,
        "addressLocality": place.city,
        "addressCountry": "FR" if place.commune_id else "",
    }
    node: dict[str, Any] = {"@type": "Place", "name": place.name, "address": filled(address)}
    if place.latitude is not None:
        node["geo"] = {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}
    node["openingHoursSpecification"] = hours_of(opening_hours)
    return filled(node)


def _bodies(initiative: Initiative, role: str) -> list[dict[str, Any]]:
    """Those who carry it, or help: with the address of their page and their opening hours when they have a page."""
    bodies = []
    for said in (each for each in initiative.carriers.all() if each.role == role):
        body = said.organization
        node: dict[str, Any] = {"@type": "Organization", "name": body.name if body else said.name}
        if body is not None and body.status == Status.PUBLISHED:
            path = reverse("directory:organization_detail", args=[body.pk, body.slug])
            node["url"] = f"{settings.PUBLIC_URL}{path}"
            if hours := hours_of(body.opening_hours):
                node["location"] = {"@type": "Place", "openingHoursSpecification": hours}
        bodies.append(node)
    return bodies


def _origin(initiative: Initiative) -> str:
    above = initiative.adapted_from
    if above is not None and above.status == "published":
        return public_url(above)
    return initiative.adapted_from_url


def hours_of(said: str) -> dict[str, Any]:
    """Opening hours as people write them: schema.org's own form is for machines, and its description is free."""
    words = plain_text(said)
    return {"@type": "OpeningHoursSpecification", "description": words} if words else {}


def filled(node: dict[str, Any]) -> dict[str, Any]:
    """The node without what is empty."""
    return {name: value for name, value in node.items() if value not in ("", None, [], {})}
