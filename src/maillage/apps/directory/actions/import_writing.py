"""Writes many fiches at once: a batch of rows becomes fiches, places, themes, carriers and versions in a few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.utils.text import slugify

from maillage.apps.directory.choices import CategoryDecision, Licence, Status
from maillage.apps.directory.models import (
    CategoryMapping,
    ImportRun,
    Initiative,
    InitiativeCarrier,
    InitiativePlace,
    InitiativeVersion,
    Organization,
)
from maillage.apps.directory.queries.commune_at import CommuneFinder
from maillage.apps.directory.queries.commune_book import CommuneBook
from maillage.apps.directory.queries.contents import (
    PLACE_FIELDS,
    SIMPLE_FIELDS,
    CarrierContent,
    InitiativeContent,
    PlaceContent,
    content_of,
)
from maillage.apps.directory.queries.duplicates import name_key
from maillage.apps.directory.queries.import_categories import category_key
from maillage.apps.directory.queries.initiatives import with_everything
from maillage.apps.directory.queries.placing import with_town
from maillage.apps.directory.readers.rows import ImportedRow
from maillage.cores.geo.mercator import cell_of
from maillage.cores.text import sort_key
from maillage.kernel.db.bulk import insert_rows, take_ids

KEYWORDS_CHARS_MAX = 500


@dataclass(frozen=True)
class WriteOrder:
    """One row to write: a new fiche, or `initiative_id` brought up to date."""

    ordinal: int
    row: ImportedRow
    initiative_id: int | None = None


@dataclass(frozen=True)
class Written:
    """What was written for a row, and the fiche's versions before (None for a new one) and after.

    Of a new one also its `slug` and `content`, for the search index.
    """

    ordinal: int
    initiative_id: int
    version_before: int | None
    version_after: int
    slug: str = ""
    content: InitiativeContent | None = None


class ImportBooks:
    """What every row of an import is looked up in: communes, themes by category, organisations by SIRET."""

    def __init__(self, run: ImportRun) -> None:
        self.communes = CommuneBook()
        self.finder = CommuneFinder()
        self._themes: dict[str, int | None] = {}
        decided = CategoryMapping.objects.filter(source__in=("", run.source)).order_by("source", "pk")
        for mapping in decided.select_related("theme"):
            self._themes[mapping.key] = (
                mapping.theme_id if mapping.decision != CategoryDecision.IGNORE else None
            )
        self._sirets: dict[str, int] = {}

    def load_sirets(self, rows: Sequence[ImportedRow]) -> None:
        wanted = {row.siret for row in rows if row.siret} - self._sirets.keys()
        if wanted:
            self._sirets.update(Organization.objects.filter(siret__in=wanted).values_list("siret", "pk"))

    def organization_of(self, siret: str) -> int | None:
        return self._sirets.get(siret)

    def theme_ids(self, labels: Sequence[str]) -> tuple[list[int], list[str]]:
        """The themes of a row's categories in their order, each once, and the labels that have none."""
        themes: dict[int, None] = {}
        others = []
        for label in labels:
            theme_id = self._themes.get(category_key(label))
            if theme_id is None:
                others.append(label)
            else:
                themes[theme_id] = None
        return list(themes), others


def content_of_row(row: ImportedRow, run: ImportRun, books: ImportBooks) -> InitiativeContent:
    """What a new fiche says from a row: categories without a theme become keywords, nothing is lost."""
    themes, others = books.theme_ids(row.categories)
    sections: Mapping[str, Any] = row.sections  # all of them texts: parts of the fiche by their names
    return InitiativeContent(
        title=row.title,
        summary=row.summary,
        family=row.family,
        theme_ids=tuple(sorted(themes)),
        main_theme_id=themes[0] if themes else None,
        keywords=_keywords([*row.keywords, *others]),
        stage=row.stage,
        started_on=row.started_on,
        ended_on=row.ended_on,
        activities=row.description if row.description != row.summary else "",
        places=_places(row, books.communes),
        carriers=_carriers(row, books),
        website=row.website,
        contact_name=row.contact_name,
        contact_name_public=run.contacts_public or not row.contact_name,
        contact_email=row.email,
        contact_email_public=bool(row.email) and run.contacts_public,
        contact_phone=row.phone,
        contact_phone_public=bool(row.phone) and run.contacts_public,
        opening_hours=row.opening_hours,
        licence=row.licence or Licence.CC_BY_SA,
        **sections,
    )


_SHOWN_OR_NOT = {
    "contact_name": "contact_name_public",
    "contact_email": "contact_email_public",
    "contact_phone": "contact_phone_public",
}
_NOT_OF_A_ROW = {"owner_id", "licence", *_SHOWN_OR_NOT.values()}


def merged_content(current: InitiativeContent, said: InitiativeContent) -> InitiativeContent:
    """`current` with all that the row says; what the row is silent about stays."""
    changes: dict[str, Any] = {}
    for name in (*SIMPLE_FIELDS, "theme_ids"):
        value = getattr(said, name)
        if value not in ("", None, (), False) and name not in _NOT_OF_A_ROW:
            changes[name] = value
    for name, is_public in _SHOWN_OR_NOT.items():
        if brought := getattr(said, name):
            was_shown = brought == getattr(current, name) and getattr(current, is_public)
            changes[is_public] = was_shown or getattr(said, is_public)
    if said.places and not current.places:
        if current.area_id is None or _has_address(said.places[0]):  # else the middle of its area's contour
            changes["places"] = said.places
    elif said.places and len(current.places) == 1:  # a row tells one place: a fiche of several keeps its own
        changes["places"] = (_merged_place(current.places[0], said.places[0]),)
    if said.carriers and not current.carriers:
        changes["carriers"] = said.carriers
    return replace(current, **changes)


def _merged_place(current: PlaceContent, said: PlaceContent) -> PlaceContent:
    """The row's place under the name that it has here, and in the town that it has here when the row names none."""
    merged = replace(said, name=current.name)
    if said.city or said.commune_id or said.postal_code not in ("", current.postal_code):
        return merged
    return replace(merged, city=current.city, postal_code=current.postal_code, commune_id=current.commune_id)


def _in_town(content: InitiativeContent, row: ImportedRow, books: ImportBooks) -> InitiativeContent:
    """The content with the town where its place stands, when neither the row nor the fiche names one."""
    if row.city or row.insee_code or row.latitude is None or len(content.places) != 1:
        return content
    return replace(content, places=(with_town(content.places[0], books.finder),))


def _has_address(place: PlaceContent) -> bool:
    return bool(place.address or place.postal_code or place.city)


def _keywords(labels: Sequence[str]) -> str:
    kept = ""
    for label in dict.fromkeys(labels):
        longer = f"{kept}, {label}" if kept else label
        if len(longer) > KEYWORDS_CHARS_MAX:
            break
        kept = longer
    return kept


def _places(row: ImportedRow, communes: CommuneBook) -> tuple[PlaceContent, ...]:
    """The row's place; without a position of its own, the centre of its commune."""
    commune = communes.find(insee_code=row.insee_code, postal_code=row.postal_code, city=row.city)
    latitude, longitude = row.latitude, row.longitude
    if latitude is None and commune is not None:
        latitude, longitude = commune.latitude, commune.longitude
    if latitude is None and not (row.address or row.postal_code or row.city):
        return ()
    return (
        PlaceContent(
            address=row.address,
            postal_code=row.postal_code,
            city=row.city,
            commune_id=commune.insee_code if commune else None,
            latitude=latitude,
            longitude=longitude,
        ),
    )


def _carriers(row: ImportedRow, books: ImportBooks) -> tuple[CarrierContent, ...]:
    organization_id = books.organization_of(row.siret) if row.siret else None
    if organization_id is None and not row.organization:
        return ()
    return (CarrierContent(organization_id=organization_id, name=row.organization),)


def write_batch(
    *, run: ImportRun, orders: Sequence[WriteOrder], books: ImportBooks, now: datetime
) -> list[Written]:
    """Write a batch inside the caller's transaction; the fiches in the order of `orders`."""
    books.load_sirets([order.row for order in orders])
    new = [order for order in orders if order.initiative_id is None]
    known = [order for order in orders if order.initiative_id is not None]
    return [*_create(run, new, books, now), *_update(run, known, books, now)]


def _create(run: ImportRun, orders: Sequence[WriteOrder], books: ImportBooks, now: datetime) -> list[Written]:
    if not orders:
        return []
    contents = [_in_town(content_of_row(order.row, run, books), order.row, books) for order in orders]
    ids = list(take_ids(Initiative, len(orders)))
    common = (
        Status.PUBLISHED if run.publishes else Status.PROPOSED,
        run.source,
        1,
        run.created_by_id,
        now,
        now,
        now if run.publishes else None,
    )
    rows = [
        (
            pk,
            *_columns(content),
            order.row.external_id,
            order.row.source_url,
            order.row.content_hash(),
            *common,
        )
        for pk, order, content in zip(ids, orders, contents, strict=True)
    ]
    insert_rows(Initiative, _CREATED_COLUMNS, rows)
    _write_parts(ids, contents)
    _keep_versions([(pk, 1) for pk in ids], contents, run, now)
    return [
        Written(order.ordinal, row[0], None, 1, row[_SLUG_AT], content)
        for order, row, content in zip(orders, rows, contents, strict=True)
    ]


_CREATED_COLUMNS = (
    "id", *SIMPLE_FIELDS, "audiences", "slug", "sort_key", "external_id", "source_url", "source_hash", "status", "source", "version",
    "created_by_id", "created_at", "updated_at", "published_at",
)  # fmt: skip


_SLUG_AT = _CREATED_COLUMNS.index("slug")


def _columns(content: InitiativeContent) -> list[Any]:
    """The columns that follow from what a fiche says, in the order of `_CREATED_COLUMNS`."""
    slug = slugify(content.title)[:220] or "fiche"
    return [*_simple_values(content), list(content.audiences), slug, name_key(content.title)]


_simple_values = attrgetter(*SIMPLE_FIELDS)
_place_values = attrgetter(*PLACE_FIELDS)


_UPDATED_FIELDS = (
    *SIMPLE_FIELDS, "audiences", "slug", "sort_key", "version", "updated_at", "source", "external_id", "source_url", "source_hash",
)  # fmt: skip


def _update(run: ImportRun, orders: Sequence[WriteOrder], books: ImportBooks, now: datetime) -> list[Written]:
    if not orders:
        return []
    by_id = {order.initiative_id: order for order in orders if order.initiative_id is not None}
    locked = Initiative.objects.select_for_update().filter(pk__in=by_id).order_by("pk")
    ids = list(locked.values_list("pk", flat=True))
    initiatives = list(with_everything(Initiative.objects.filter(pk__in=ids).order_by("pk")))
    contents, written = [], []
    for initiative in initiatives:
        order = by_id[initiative.pk]
        merged = merged_content(content_of(initiative), content_of_row(order.row, run, books))
        contents.append(_in_town(merged, order.row, books))
        written.append(Written(order.ordinal, initiative.pk, initiative.version, initiative.version + 1))
        initiative.version += 1
        initiative.updated_at = now
        if not initiative.external_id or initiative.source == run.source:
            initiative.source, initiative.external_id = run.source, order.row.external_id
            initiative.source_hash = order.row.content_hash()
            initiative.source_url = order.row.source_url or initiative.source_url
        _fill(initiative, contents[-1])
    Initiative.objects.bulk_update(initiatives, _UPDATED_FIELDS, batch_size=200)
    InitiativePlace.objects.filter(initiative_id__in=ids).delete()
    InitiativeCarrier.objects.filter(initiative_id__in=ids).delete()
    Initiative.themes.through.objects.filter(initiative_id__in=ids).delete()
    _write_parts([initiative.pk for initiative in initiatives], contents)
    _keep_versions([(initiative.pk, initiative.version) for initiative in initiatives], contents, run, now)
    return written


def _fill(initiative: Initiative, content: InitiativeContent) -> None:
    for name in SIMPLE_FIELDS:
        setattr(initiative, name, getattr(content, name))
    initiative.audiences = list(content.audiences)
    initiative.slug = slugify(content.title)[:220] or "fiche"
    initiative.sort_key = sort_key(content.title)


def _write_parts(ids: Sequence[int], contents: Sequence[InitiativeContent]) -> None:
    places: list[tuple[object, ...]] = []
    themes: list[tuple[int, int]] = []
    carriers: list[tuple[object, ...]] = []
    for pk, content in zip(ids, contents, strict=True):
        for rank, place in enumerate(content.places):
            cell = None
            if place.latitude is not None and place.longitude is not None:
                cell = cell_of(place.latitude, place.longitude)
            places.append((pk, rank, cell, *_place_values(place)))
        themes.extend((pk, theme_id) for theme_id in content.theme_ids)
        carriers.extend(
            (pk, rank, said.organization_id, said.name, said.role)
            for rank, said in enumerate(content.carriers)
        )
    insert_rows(InitiativePlace, ("initiative_id", "rank", "cell", *PLACE_FIELDS), places)
    insert_rows(Initiative.themes.through, ("initiative_id", "theme_id"), themes)
    insert_rows(InitiativeCarrier, ("initiative_id", "rank", "organization_id", "name", "role"), carriers)


def _keep_versions(
    numbers: Sequence[tuple[int, int]], contents: Sequence[InitiativeContent], run: ImportRun, now: datetime
) -> None:
    """One version per (fiche, number), saying what `content` says."""
    common = (run.name[:200], run.created_by_id, now)
    rows = [
        (pk, number, version_data(content), *common)
        for (pk, number), content in zip(numbers, contents, strict=True)
    ]
    names = ("initiative_id", "number", "data", "comment", "author_id", "created_at")
    insert_rows(InitiativeVersion, names, rows)


def version_data(content: InitiativeContent) -> dict[str, Any]:
    """The same as `content.to_json()`, without its deep copies."""
    data = dict(vars(content))
    for name in ("started_on", "ended_on"):
        data[name] = data[name].isoformat() if data[name] else None
    for name in ("theme_ids", "audiences"):
        data[name] = list(data[name])
    for name in ("places", "carriers"):
        data[name] = [dict(vars(part)) for part in data[name]]
    return data
