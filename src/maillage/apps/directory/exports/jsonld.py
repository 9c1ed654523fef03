"""Initiatives in the words of schema.org, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from maillage.apps.directory.choices import CarrierRole, Licence
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
    places = [place_of(place) for place in initiative.places.all()]
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
        "email": record["email"],
        "telephone": record["phone"],
        "sameAs": initiative.website,
        "image": pictures,
        "dateModified": initiative.updated_at.isoformat(),
        "license": LICENCES.get(Licence(initiative.licence), ""),
        "isBasedOn": _origin(initiative),
    }
    return filled(node)


def place_of(place: InitiativePlace) -> dict[str, Any]:
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
    return filled(node)


def _bodies(initiative: Initiative, role: str) -> list[dict[str, Any]]:
    names = [
        said.organization.name if said.organization else said.name
        for said in initiative.carriers.all()
        if said.role == role
    ]
    return [{"@type": "Organization", "name": name} for name in names]


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
