"""Initiatives and organisations as tables, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from maillage.apps.directory.exports.organizations import HEADERS as ORGANIZATION_HEADERS
from maillage.apps.directory.exports.organizations import export_bodies, organization_record
from maillage.apps.directory.exports.records import HEADERS, export_rows, record_of
from maillage.apps.directory.models import Initiative, Organization
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.kernel.tables.write import Row

INITIATIVE_HEADER = tuple(HEADERS.values())
ORGANIZATION_HEADER = tuple(ORGANIZATION_HEADERS.values())


def initiative_rows(found: QuerySet[Initiative], tree: ThemeTree) -> Iterator[Row]:
    for initiative in export_rows(found):
        yield list(record_of(initiative, tree).values())


def organization_rows(found: QuerySet[Organization]) -> Iterator[Row]:
    """One row an organisation; addresses and numbers only when they are shown on its page."""
    for body in export_bodies(found):
        yield list(organization_record(body).values())
