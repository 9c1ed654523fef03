"""Organisations in each form in which they leave: their own values under the names that imports recognise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from maillage.apps.directory.exports.geojson import collection_lines, geometry_of
from maillage.apps.directory.exports.gogocarto import elements_lines
from maillage.apps.directory.exports.jsonld import filled, graph_lines, hours_of
from maillage.apps.directory.exports.kml import document_lines, placemark_of
from maillage.apps.directory.exports.records import BATCH_ROWS, plain_value
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.contacts import (
    ContactContent,
    contact_line,
    first_email,
    first_phone,
    shown_contacts,
    with_contacts,
)

HEADERS = {
    "id": "identifiant",
    "name": "nom",
    "short_name": "sigle",
    "summary": "résumé",
    "description": "description",
    "family": "famille",
    "legal_form": "forme juridique",
    "siren": "siren",
    "siret": "siret",
    "rna": "rna",
    "categories": "catégories",
    "address": "adresse",
    "postal_code": "code postal",
    "city": "commune",
    "latitude": "latitude",
    "longitude": "longitude",
    "email": "courriel",
    "phone": "téléphone",
    "contacts": "contacts",
    "website": "site web",
    "opening_hours": "horaires",
    "networks": "réseaux",
    "labels": "labels",
    "links": "liens",
    "source_url": "fiche",
    "updated_at": "mise à jour",
}
"""By name of the value: the heading of its column, in the words of those who open the file."""

_MOVED = (
    "id",
    "name",
    "latitude",
    "longitude",
    "address",
    "postal_code",
    "city",
    "description",
    "source_url",
)


def export_bodies(found: QuerySet[Organization]) -> Iterator[Organization]:
    """The organisations, whole, a batch at a time: memory stays the same whatever their number."""
    return found.prefetch_related("themes", with_contacts()).order_by("pk").iterator(chunk_size=BATCH_ROWS)


def organization_record(body: Organization) -> dict[str, Any]:
    """The values under the names of `HEADERS`; addresses and numbers only when they are shown on its page.

    `email` and `phone` are those of the first contacts that have one; `contacts` tells all of them, one a line.
    """
    shown, contacts = body.address_public, shown_contacts(body)
    values: dict[str, Any] = {name: getattr(body, name) for name in HEADERS if hasattr(body, name)}
    return {name: values.get(name) for name in HEADERS} | {
        "categories": [theme.name for theme in body.themes.all()],
        "address": body.address if shown else "",
        "latitude": body.latitude if shown else None,
        "longitude": body.longitude if shown else None,
        "email": first_email(contacts),
        "phone": first_phone(contacts),
        "contacts": "\n".join(map(contact_line, contacts)),
        "links": "\n".join(f"{label} {url}".strip() for label, url in body.links),
        "source_url": organization_public_url(body),
    }


def organization_public_url(body: Organization) -> str:
    path = reverse("directory:organization_detail", args=[body.pk, body.slug])
    return f"{settings.PUBLIC_URL}{path}"


def organizations_geojson(bodies: Iterable[Organization]) -> Iterator[str]:
    return collection_lines(map(organization_feature, bodies))


def organizations_kml(bodies: Iterable[Organization], title: str) -> Iterator[str]:
    return document_lines(map(organization_placemark, bodies), title)


def organizations_jsonld(bodies: Iterable[Organization]) -> Iterator[str]:
    return graph_lines(map(organization_node, bodies))


def organizations_gogocarto(bodies: Iterable[Organization]) -> Iterator[str]:
    return elements_lines(map(organization_element, bodies))


def organization_feature(body: Organization) -> dict[str, Any]:
    kept = filled({name: plain_value(value) for name, value in organization_record(body).items()})
    for name in ("latitude", "longitude", "id"):
        kept.pop(name, None)
    return {
        "type": "Feature",
        "id": f"structure-{body.pk}",
        "geometry": geometry_of(_points(body)),
        "properties": kept,
    }


def organization_placemark(body: Organization) -> str:
    return placemark_of(
        identifier=f"structure-{body.pk}",
        title=body.name,
        description=body.description or body.summary,
        record={
            name: value
            for name, value in organization_record(body).items()
            if name not in ("name", "description", "latitude", "longitude")
        },
        points=_points(body),
    )


def organization_element(body: Organization) -> dict[str, Any]:
    """Their names where GoGoCarto has one, ours for the numbers and the rest."""
    record = {name: plain_value(value) for name, value in organization_record(body).items()}
    element: dict[str, Any] = {
        "id": f"structure-{body.pk}",
        "name": body.name,
        "geo": filled({"latitude": record["latitude"], "longitude": record["longitude"]}),
        "address": filled(
            {
                "streetAddress": record["address"],
                "postalCode": record["postal_code"],
                "addressLocality": record["city"],
            }
        ),
        "status": 1,
        "createdAt": body.created_at.isoformat(),
        "updatedAt": record.pop("updated_at"),
        "description": record["description"],
        "sourceUrl": record["source_url"],
    }
    return filled(element) | filled({name: value for name, value in record.items() if name not in _MOVED})


def organization_node(body: Organization) -> dict[str, Any]:
    """A schema.org Organization; its opening hours are those of its place, as schema.org has it."""
    record = organization_record(body)
    address = filled(
        {
            "streetAddress": record["address"],
            "postalCode": record["postal_code"],
            "addressLocality": record["city"],
            "addressCountry": "FR" if body.commune_id else "",
        }
    )
    address = {"@type": "PostalAddress", **address} if address else {}
    place = filled(
        {
            "address": address,
            "geo": filled({"latitude": record["latitude"], "longitude": record["longitude"]}),
            "openingHoursSpecification": hours_of(body.opening_hours),
        }
    )
    if "geo" in place:
        place["geo"] = {"@type": "GeoCoordinates", **place["geo"]}
    return filled(
        {
            "@type": "Organization",
            "@id": record["source_url"],
            "url": record["source_url"],
            "name": body.name,
            "alternateName": body.short_name,
            "abstract": body.summary,
            "description": body.description or body.summary,
            "category": record["categories"],
            "address": address,
            "location": {"@type": "Place", **place} if place else {},
            "email": record["email"],
            "telephone": record["phone"],
            "contactPoint": [contact_point(contact) for contact in shown_contacts(body)],
            "sameAs": [url for url in (body.website, *(url for _label, url in body.links)) if url],
            "identifier": [
                {"@type": "PropertyValue", "propertyID": name.upper(), "value": record[name]}
                for name in ("siren", "siret", "rna")
                if record[name]
            ],
            "logo": f"{settings.PUBLIC_URL}{body.logo.url}" if body.logo else "",
            "memberOf": {"@type": "Organization", "name": body.networks} if body.networks else {},
            "dateModified": body.updated_at.isoformat(),
        }
    )


def contact_point(contact: ContactContent) -> dict[str, Any]:
    """A schema.org ContactPoint."""
    said = {
        "contactType": contact.label,
        "name": contact.name,
        "email": contact.email,
        "telephone": contact.phone,
    }
    return {"@type": "ContactPoint", **filled(said)}


def _points(body: Organization) -> list[tuple[float, float]]:
    if not body.address_public or body.latitude is None or body.longitude is None:
        return []
    return [(body.longitude, body.latitude)]
