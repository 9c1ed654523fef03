"""What an organisation's fiche says, as one value, and the reads of its pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from maillage.apps.directory.choices import MembershipStatus, Status
from maillage.apps.directory.models import Initiative, Membership, Organization, Theme
from maillage.apps.directory.queries.contacts import CONTACT_FIELDS, ContactContent, contacts_of
from maillage.apps.directory.queries.initiatives import with_card
from maillage.cores.text import sort_key


@dataclass(frozen=True, kw_only=True)
class OrganizationContent:
    """Everything a manager may write on the fiche, but for its logo. `description` is Markdown.

    `links` are (label, address) pairs.
    """

    name: str
    short_name: str = ""
    legal_form: str = ""
    family: str = ""
    siren: str = ""
    siret: str = ""
    rna: str = ""
    summary: str = ""
    description: str = ""
    theme_ids: tuple[int, ...] = ()
    contacts: tuple[ContactContent, ...] = ()
    address_public: bool = True
    website: str = ""
    links: tuple[tuple[str, str], ...] = ()
    opening_hours: str = ""
    networks: str = ""
    labels: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    commune_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["theme_ids"] = list(self.theme_ids)
        data["links"] = [list(pair) for pair in self.links]
        data["contacts"] = [dict(vars(contact)) for contact in self.contacts]
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> OrganizationContent:
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        values["theme_ids"] = tuple(values.get("theme_ids") or ())
        values["links"] = tuple((label, url) for label, url in values.get("links") or ())
        values["contacts"] = tuple(map(ContactContent.from_json, values.get("contacts") or ()))
        return cls(**values)


ORGANIZATION_FIELDS = tuple(
    field.name
    for field in fields(OrganizationContent)
    if field.name not in ("theme_ids", "links", "contacts")
)
"""The fields that the table holds as they are, under the same name."""


def organization_content(organization: Organization) -> OrganizationContent:
    """What the fiche says now."""
    values = {name: getattr(organization, name) for name in ORGANIZATION_FIELDS}
    return OrganizationContent(
        **values,
        theme_ids=tuple(sorted(theme.pk for theme in organization.themes.all())),
        links=tuple((str(label), str(url)) for label, url in organization.links),
        contacts=tuple(contacts_of(organization)),
    )


def organization_named(name: str) -> Organization | None:
    """The published organisation that goes by that name, when there is exactly one."""
    found = list(
        Organization.objects.filter(status=Status.PUBLISHED, sort_key=sort_key(name)).order_by("pk")[:2]
    )
    return found[0] if len(found) == 1 else None


def published_organizations(
    words: str = "", theme_ids: set[int] | None = None, family: str = ""
) -> QuerySet[Organization]:
    """The organisations that visitors see, in no order; `words` are looked for in the name and the town."""
    found = Organization.objects.filter(status=Status.PUBLISHED)
    for word in sort_key(words).split():
        found = found.filter(Q(sort_key__contains=word) | Q(city__icontains=word))
    if theme_ids is not None:
        tagged = Organization.themes.through.objects.filter(theme_id__in=theme_ids)
        found = found.filter(pk__in=tagged.values("organization_id"))
    if family:
        found = found.filter(family=family)
    return found


def initiatives_of(organization: Organization) -> QuerySet[Initiative]:
    """The published fiches that an organisation owns, carries or supports, freshest first."""
    tied = Q(owner=organization) | Q(pk__in=organization.carried.values("initiative_id"))
    return Initiative.objects.published().filter(tied).order_by("-updated_at", "-pk")


def first_fiches_of(organization: Organization, limit: int) -> tuple[list[Initiative], int]:
    """The freshest of them with what their cards show, and how many there are in all."""
    counted: QuerySet[Any] = with_card(initiatives_of(organization).annotate(counted=Window(Count("pk"))))
    first = list(counted[:limit])
    return first, first[0].counted if first else 0


_THEME = ("pk", "name", "color")


def themes_and_contacts_of(organization: Organization) -> tuple[list[Theme], list[ContactContent]]:
    """Its themes (their name and colour) and its contacts, each in their order: few of both, hence one query."""
    names = [f"themes__{name}" for name in _THEME] + [f"contacts__{name}" for name in ("pk", *CONTACT_FIELDS)]
    order = ("themes__rank", "themes__sort_key", "themes__pk", "contacts__rank", "contacts__pk")
    themes: dict[int, Theme] = {}
    contacts: dict[int, ContactContent] = {}
    for row in Organization.objects.filter(pk=organization.pk).order_by(*order).values_list(*names):
        theme, contact = row[: len(_THEME)], row[len(_THEME) :]
        if theme[0] is not None:
            themes[theme[0]] = Theme(**dict(zip(_THEME, theme, strict=True)))
        if contact[0] is not None:
            contacts[contact[0]] = ContactContent(**dict(zip(CONTACT_FIELDS, contact[1:], strict=True)))
    return list(themes.values()), list(contacts.values())


def members_of(organization: Organization) -> QuerySet[Membership]:
    """The ties in force, invitations and requests included, managers first."""
    return (
        organization.memberships.exclude(status=MembershipStatus.ENDED)
        .select_related("person")
        .order_by("role", "status", "created_at", "pk")
    )


def names_of_organizations(ids: Iterable[int]) -> dict[int, str]:
    found = Organization.objects.filter(pk__in=list(ids)).order_by("pk")
    return dict(found.values_list("pk", "name"))


OWNERS_MAX = 2000


def owners_among(tied: QuerySet[Membership] | None, owner_id: int | None) -> list[tuple[int, str]]:
    """(key, name) of the organisations of some ties, or of all of them, and of the present owner, by name."""
    bodies = Organization.objects.order_by("sort_key", "pk")
    if tied is not None:
        bodies = bodies.filter(Q(pk__in=tied.values("organization_id")) | Q(pk=owner_id))
    return list(bodies.values_list("pk", "name")[:OWNERS_MAX])


def published_names(count_max: int) -> list[str]:
    """The names of the first organisations that everybody sees, in their order."""
    shown = Organization.objects.filter(status=Status.PUBLISHED).order_by("sort_key", "pk")
    return list(shown.values_list("name", flat=True)[:count_max])
