"""The programming interface: what is public, read only, with the filters of the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from maillage.apps.directory.exports.jsonld import CONTEXT, node_of
from maillage.apps.directory.exports.records import points_of, public_url, record_of
from maillage.apps.directory.forms.filters import parse_filter
from maillage.apps.directory.models import Commune, Initiative, Organization, Territory
from maillage.apps.directory.queries.contacts import (
    first_email,
    first_phone,
    shown_contacts,
    with_contacts,
)
from maillage.apps.directory.queries.contents import TEXT_FIELDS
from maillage.apps.directory.queries.filters import filter_initiatives
from maillage.apps.directory.queries.initiatives import with_everything
from maillage.apps.directory.queries.organizations import published_organizations
from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.kernel.http.paging import PageQuery, next_address

router = Router(tags=["directory"])

ID_MAX = 2**63 - 1


class ThemeOut(Schema):
    slug: str
    name: str
    color: str
    icon: str
    parent: str | None


class PlaceOut(Schema):
    name: str
    address: str
    postal_code: str
    city: str
    insee_code: str | None
    latitude: float | None
    longitude: float | None


class InitiativeShort(Schema):
    """An initiative in a list. `themes` are slugs, the main one first; `points` are [longitude, latitude]."""

    id: int
    url: str
    title: str
    summary: str
    themes: list[str]
    family: str
    stage: str
    looks_for_hands: bool
    cities: list[str]
    points: list[tuple[float, float]]
    licence: str
    updated_at: datetime


class InitiativeOut(InitiativeShort):
    """A whole initiative; `texts` are Markdown, by name of the part. Contacts are there only when they are public."""

    keywords: str
    audiences: list[str]
    started_on: date | None
    ended_on: date | None
    texts: dict[str, str]
    places: list[PlaceOut]
    carriers: list[str]
    partners: list[str]
    contact_name: str
    email: str
    phone: str
    website: str
    opening_hours: str
    adapted_from: str | None
    jsonld: dict[str, Any]


class LinkOut(Schema):
    label: str
    url: str


class ContactOut(Schema):
    """A contact: `label` says what for, `name` who answers."""

    label: str
    name: str
    email: str
    phone: str


class OrganizationOut(Schema):
    """An organisation. Its address and its contacts are there only when they are public.

    `email` and `phone` are those of the first contacts that have one.
    """

    id: int
    url: str
    name: str
    short_name: str
    summary: str
    description: str
    family: str
    legal_form: str
    siren: str
    siret: str
    rna: str
    themes: list[str]
    address: str
    postal_code: str
    city: str
    latitude: float | None
    longitude: float | None
    email: str
    phone: str
    contacts: list[ContactOut]
    website: str
    links: list[LinkOut]
    opening_hours: str
    networks: str
    labels: str
    logo: str | None
    updated_at: datetime


class TerritoryOut(Schema):
    """A grouping of communes or an area; `communes` are INSEE codes."""

    slug: str
    name: str
    kind: str
    code: str
    description: str
    communes: list[str]


class InitiativeList(Schema):
    """`next` is the address of the following page, if there is one."""

    count: int
    next: str | None
    items: list[InitiativeShort]


class OrganizationList(Schema):
    count: int
    next: str | None
    items: list[OrganizationOut]


class FilterQuery(Schema):
    """The parameters of the list's address; a value that makes no sense is as if absent."""

    q: str = Query("", description="Words.")
    theme: list[str] = Query([], description="Slugs of themes; each includes those below it.")
    famille: str = Query("", description="Family of the social and solidarity economy.")
    etape: str = Query("", description="Stage.")
    commune: str = Query("", description="INSEE code.")
    territoire: str = Query("", description="Slug of a territory.")
    lat: str = Query("", description="Latitude of the centre, in degrees.")
    lon: str = Query("", description="Longitude of the centre, in degrees.")
    rayon: str = Query("", description="Radius in kilometres, 200 at most.")
    mains: str = Query("", description="1 for those that look for hands.")
    recette: str = Query("", description="1 for those that tell the steps of their recipe.")
    fraicheur: str = Query("", description="Changed since this many days.")
    structure: str = Query("", description="Id of an organisation.")
    bbox: str = Query("", description="West,south,east,north in degrees.")


@router.get("/initiatives", response=InitiativeList, summary="Initiatives that answer a filter")
def list_initiatives(
    request: HttpRequest, page: Query[PageQuery], wanted: Query[FilterQuery]
) -> dict[str, Any]:
    tree = theme_tree()
    found = filter_initiatives(parse_filter(request.GET), tree=tree)
    ids = list(found.order_by("-updated_at", "-pk").values_list("pk", flat=True)[page.span])
    rows = {row.pk: row for row in with_everything(Initiative.objects.filter(pk__in=ids)).order_by("pk")}
    count = found.count()
    return {
        "count": count,
        "next": next_address(request, page, count),
        "items": [_short(rows[pk], tree) for pk in ids if pk in rows],
    }


@router.get("/initiatives/{int:initiative_id}", response=InitiativeOut, summary="One initiative")
def read_initiative(request: HttpRequest, initiative_id: int) -> dict[str, Any]:
    tree = theme_tree()
    found = with_everything(Initiative.objects.published().filter(pk=min(initiative_id, ID_MAX))).first()
    if found is None:
        raise HttpError(404, "Not found")
    return _short(found, tree) | _whole(found, tree)


@router.get("/organizations", response=OrganizationList, summary="Organisations")
def list_organizations(
    request: HttpRequest, page: Query[PageQuery], q: str = "", theme: str = "", famille: str = ""
) -> dict[str, Any]:
    tree = theme_tree()
    theme_ids = tree.branch_ids([theme]) if theme else None
    found = published_organizations(q.replace("\x00", "")[:200], theme_ids, famille.replace("\x00", "")[:30])
    rows = found.prefetch_related("themes", with_contacts()).order_by("sort_key", "pk")[page.span]
    count = found.count()
    return {
        "count": count,
        "next": next_address(request, page, count),
        "items": [_organization(row) for row in rows],
    }


@router.get("/organizations/{int:organization_id}", response=OrganizationOut, summary="One organisation")
def read_organization(request: HttpRequest, organization_id: int) -> dict[str, Any]:
    found = published_organizations().filter(pk=min(organization_id, ID_MAX))
    body = found.prefetch_related("themes", with_contacts()).first()
    if body is None:
        raise HttpError(404, "Not found")
    return _organization(body)


@router.get("/territories", response=list[TerritoryOut], summary="Territories, by name")
def list_territories(request: HttpRequest) -> list[dict[str, Any]]:
    found = Territory.objects.prefetch_related(
        Prefetch("communes", Commune.objects.only("pk").order_by("pk"))
    )
    names = ("slug", "name", "kind", "code", "description")
    return [
        {name: getattr(territory, name) for name in names}
        | {"communes": [commune.pk for commune in territory.communes.all()]}
        for territory in found.defer("contour").order_by("name", "pk")
    ]


@router.get("/themes", response=list[ThemeOut], summary="The tree of themes, parents first")
def list_themes(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "slug": node.theme.slug,
            "name": node.theme.name,
            "color": node.theme.color,
            "icon": node.theme.icon,
            "parent": node.above[-1].slug if node.above else None,
        }
        for node in theme_tree()
    ]


def _short(initiative: Initiative, tree: ThemeTree) -> dict[str, Any]:
    themes = sorted(
        initiative.themes.all(), key=lambda theme: (theme.pk != initiative.main_theme_id, theme.sort_key)
    )
    return {
        "id": initiative.pk,
        "url": public_url(initiative),
        "title": initiative.title,
        "summary": initiative.summary,
        "themes": [theme.slug for theme in themes],
        "family": initiative.family,
        "stage": initiative.stage,
        "looks_for_hands": initiative.looks_for_hands,
        "cities": sorted({place.city for place in initiative.places.all() if place.city}),
        "points": points_of(initiative),
        "licence": initiative.licence,
        "updated_at": initiative.updated_at,
    }


def _whole(initiative: Initiative, tree: ThemeTree) -> dict[str, Any]:
    record = record_of(initiative, tree)
    node = node_of(initiative, tree)
    names = (
        "keywords",
        "contact_name",
        "email",
        "phone",
        "website",
        "opening_hours",
        "started_on",
        "ended_on",
    )
    return {name: record[name] for name in names} | {
        "audiences": initiative.audiences,
        "texts": {name: record[name] for name in TEXT_FIELDS if record[name]},
        "places": [
            {
                "name": place.name,
                "address": place.address,
                "postal_code": place.postal_code,
                "city": place.city,
                "insee_code": place.commune_id,
                "latitude": place.latitude,
                "longitude": place.longitude,
            }
            for place in initiative.places.all()
        ],
        "carriers": record["organization"],
        "partners": record["partners"],
        "adapted_from": node.get("isBasedOn"),
        "jsonld": {"@context": CONTEXT, **node},
    }


def _organization(body: Organization) -> dict[str, Any]:
    path = reverse("directory:organization_detail", args=[body.pk, body.slug])
    same: tuple[str, ...] = (
        "name",
        "short_name",
        "summary",
        "description",
        "family",
        "legal_form",
        "siren",
        "siret",
        "rna",
    )
    same += ("postal_code", "city", "website", "opening_hours", "networks", "labels", "updated_at")
    shown, contacts = body.address_public, shown_contacts(body)
    return {name: getattr(body, name) for name in same} | {
        "id": body.pk,
        "url": f"{settings.PUBLIC_URL}{path}",
        "themes": sorted(theme.slug for theme in body.themes.all()),
        "links": [{"label": label, "url": url} for label, url in body.links],
        "logo": f"{settings.PUBLIC_URL}{body.logo.url}" if body.logo else None,
        "address": body.address if shown else "",
        "latitude": body.latitude if shown else None,
        "longitude": body.longitude if shown else None,
        "email": first_email(contacts),
        "phone": first_phone(contacts),
        "contacts": [{name: getattr(each, name) for name in ContactOut.model_fields} for each in contacts],
    }
