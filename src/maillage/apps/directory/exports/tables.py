"""Initiatives and organisations as tables, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from maillage.apps.directory.exports.records import BATCH_ROWS, HEADERS, export_rows, record_of
from maillage.apps.directory.models import Initiative, Organization
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.kernel.tables.write import Row

INITIATIVE_HEADER = tuple(HEADERS.values())

ORGANIZATION_HEADER = (
    "identifiant",
    "nom",
    "sigle",
    "résumé",
    "description",
    "famille",
    "forme juridique",
    "siren",
    "siret",
    "rna",
    "catégories",
    "adresse",
    "code postal",
    "commune",
    "latitude",
    "longitude",
    "courriel",
    "téléphone",
    "site web",
    "horaires",
    "réseaux",
    "labels",
    "liens",
    "fiche",
    "mise à jour",
)


def initiative_rows(found: QuerySet[Initiative], tree: ThemeTree) -> Iterator[Row]:
    for initiative in export_rows(found):
        yield list(record_of(initiative, tree).values())


def organization_rows(found: QuerySet[Organization]) -> Iterator[Row]:
    """One row an organisation; addresses and numbers only when they are shown on its page."""
    for body in found.prefetch_related("themes").order_by("pk").iterator(chunk_size=BATCH_ROWS):
        path = reverse("directory:organization_detail", args=[body.pk, body.slug])
        shown = body.address_public
        yield [
            body.pk,
            body.name,
            body.short_name,
            body.summary,
            body.description,
            body.family,
            body.legal_form,
            body.siren,
            body.siret,
            body.rna,
            [theme.name for theme in body.themes.all()],
            body.address if shown else "",
            body.postal_code,
            body.city,
            body.latitude if shown else None,
            body.longitude if shown else None,
            body.email if body.email_public else "",
            body.phone if body.phone_public else "",
            body.website,
            body.opening_hours,
            body.networks,
            body.labels,
            "\n".join(f"{label} {url}".strip() for label, url in body.links),
            f"{settings.PUBLIC_URL}{path}",
            body.updated_at,
        ]
