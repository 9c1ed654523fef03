"""Puts the fictional country in place, through the acts that people do in the rooms.

The words are in `content/*.toml`; contours and pictures are drawn. Furnishing again changes nothing.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.initiatives import (
    change_status,
    create_initiative,
    publish_initiative,
    update_initiative,
)
from maillage.apps.directory.actions.organizations import create_organization
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.choices import (
    CarrierRole,
    InvolvementKind,
    MembershipRole,
    MembershipStatus,
    Status,
    TerritoryKind,
)
from maillage.apps.directory.models import (
    Commune,
    Initiative,
    InitiativePicture,
    Involvement,
    Membership,
    Organization,
    Territory,
    Theme,
)
from maillage.apps.directory.queries.contacts import ContactContent
from maillage.apps.directory.queries.contents import (
    TEXT_FIELDS,
    CarrierContent,
    InitiativeContent,
    PlaceContent,
)
from maillage.apps.directory.queries.organizations import OrganizationContent
from maillage.apps.directory.queries.search_places import commune_number
from maillage.cores.text import sort_key
from maillage.kernel.events import ContentChanged, publish
from maillage.kernel.files.pictures import reencode
from maillage.kernel.site.models import SiteSettings
from maillage.project.demo.barter import add_circle, propose_loops
from maillage.project.demo.books import book_events
from maillage.project.demo.clearing import debt_events
from maillage.project.demo.codevelopment import add_programme
from maillage.project.demo.credit import add_credit
from maillage.project.demo.files import bring_files
from maillage.project.demo.ground import commune_contours
from maillage.project.demo.invoices import invoice_events
from maillage.project.demo.knowledge import add_knowledge
from maillage.project.demo.listings import add_listings, answer_one
from maillage.project.demo.patterns import woven_picture
from maillage.project.demo.settled import settled_events
from maillage.project.demo.timeline import play

CONTENT = Path(__file__).parent / "content"
PASSWORD = "demonstration"  # noqa: S105  # told to everybody: only invented people have it
SCATTER_DEG = 0.012
PLAIN_FIELDS = ("title", "summary", "stage", "started_on", "looks_for_hands", "keywords", *TEXT_FIELDS)


@dataclass
class Country:
    """What has been put in place so far, by the keys of the content."""

    now: datetime
    people: dict[str, Person] = field(default_factory=dict)
    communes: dict[str, Commune] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    initiatives: dict[str, Initiative] = field(default_factory=dict)

    @property
    def facilitator(self) -> Person:
        return self.people["animatrice"]


def furnish(*, now: datetime) -> None:
    """Put everything in place as of `now`; does nothing where the demonstration's people stand already."""
    if Person.objects.filter(is_demonstration=True).exists():
        return
    country = Country(now)
    ground = _read("communes")
    _name_site(ground)
    _add_people(country)
    _add_ground(country, ground)
    create_default_themes(actor=country.facilitator, now=now)
    country.themes = {theme.slug: theme for theme in Theme.objects.all()}
    _add_organizations(country)
    for rank, entry in enumerate(_read("recipes")["initiative"]):
        _add_recipe(country, entry, rank)
    for rank, entry in enumerate(_read("initiatives")["initiative"]):
        _add_short(country, entry, rank)
    _leave_work_to_do(country)
    bring_files(facilitator=country.facilitator, now=now)
    listings = add_listings(
        _read("listings")["listing"],
        people=country.people,
        organizations=country.organizations,
        initiatives=country.initiatives,
        communes=country.communes,
        themes=country.themes,
        now=now,
    )
    answer_one(
        listings,
        actor=country.people["gestionnaire"],
        organization=country.organizations["ressourcerie"],
        now=now,
    )
    add_knowledge(
        _read("knowledge"), facilitator=country.facilitator, organizations=country.organizations, now=now
    )
    add_programme(_read("codevelopment"), facilitator=country.facilitator, people=country.people, now=now)
    circle = add_circle(
        _read("barter"),
        facilitator=country.facilitator,
        people=country.people,
        organizations=country.organizations,
        now=now,
    )
    add_credit(
        _read("credit"),
        circle=circle,
        facilitator=country.facilitator,
        organizations=country.organizations,
        now=now,
    )
    events = [
        *book_events(organizations=country.organizations, people=country.people, now=now),
        *invoice_events(
            _read("invoices"), facilitator=country.facilitator, organizations=country.organizations
        ),
        *settled_events(organizations=country.organizations, people=country.people),
        *debt_events(
            _read("clearing"),
            circle=circle,
            facilitator=country.facilitator,
            organizations=country.organizations,
            now=now,
        ),
    ]
    play(events, now=now)
    propose_loops(circle, facilitator=country.facilitator, now=now)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / f"{name}.toml").read_text(encoding="utf-8"))


def _name_site(ground: dict[str, Any]) -> None:
    latitudes, longitudes = zip(*(entry["center"] for entry in ground["commune"]), strict=True)
    site = SiteSettings.objects.filter(pk=1).first() or SiteSettings()
    site.name = "Maillage de Brume-et-Vallons"
    site.tagline = "Ce que l’on fait ensemble, ici"
    site.territory_name = ground["territory"]
    site.contact_email = "bonjour@brume.example"
    site.latitude = sum(latitudes) / len(latitudes)
    site.longitude = sum(longitudes) / len(longitudes)
    site.zoom = 10
    site.publisher_name = "Fédération des initiatives solidaires de Brume-et-Vallons (inventée)"
    site.publisher_address = "Le Métier à tisser, 00100 Saint-Aubrac-la-Brume"
    site.publication_director = "Solène Vidal (personne inventée)"
    site.host_name = "Cet ordinateur"
    site.host_address = "Là où vous avez lancé la démonstration"
    site.privacy_contact = "donnees@brume.example"
    site.save()


def _add_people(country: Country) -> None:
    password = make_password(PASSWORD)
    for entry in _read("people")["person"]:
        person = Person.objects.create(
            email=entry["email"],
            password=password,
            name=entry["name"],
            role=Role(entry["role"]),
            is_demonstration=True,
        )
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        country.people[entry["key"]] = person


def _add_ground(country: Country, ground: dict[str, Any]) -> None:
    entries = ground["commune"]
    contours = commune_contours([tuple(entry["center"]) for entry in entries])
    for entry, contour in zip(entries, contours, strict=True):
        country.communes[entry["code"]] = Commune.objects.create(
            insee_code=entry["code"],
            name=entry["name"],
            sort_key=sort_key(entry["name"]),
            postal_codes=[entry["postal_code"]],
            department_code=ground["department_code"],
            grouping_code=ground["grouping_code"],
            population=entry["population"],
            latitude=entry["center"][0],
            longitude=entry["center"][1],
            contour=contour,
        )
    territory = Territory.objects.create(
        kind=TerritoryKind.GROUPING,
        name=ground["territory"],
        slug="brume-et-vallons",
        code=ground["grouping_code"],
        description="Douze communes inventées, entre étangs et vallons.",
    )
    territory.communes.set(country.communes.values())
    places = {"commune": [commune_number(code) for code in country.communes], "territory": [territory.pk]}
    for kind, ids in places.items():
        publish(ContentChanged(kind=kind, ids=tuple(ids), person_id=None, at=country.now))


def _add_organizations(country: Country) -> None:
    managers = dict(_ties("manages", country))
    for rank, entry in enumerate(_read("organizations")["organization"]):
        commune = country.communes[entry["commune"]]
        latitude, longitude = _near(commune, entry["key"])
        content = OrganizationContent(
            name=entry["name"],
            short_name=entry.get("short_name", ""),
            legal_form=entry["legal_form"],
            family=entry["family"],
            summary=entry["summary"],
            description=entry.get("description", "").strip(),
            theme_ids=tuple(country.themes[slug].pk for slug in entry["themes"]),
            website=entry.get("website", ""),
            opening_hours=entry.get("opening_hours", ""),
            networks=entry.get("networks", ""),
            labels=entry.get("labels", ""),
            contacts=(
                ContactContent(email=f"bonjour@{entry['key']}.example", public=rank % 3 == 0),
                *map(ContactContent.from_json, entry.get("contacts", ())),
            ),
            city=commune.name,
            postal_code=commune.postal_codes[0],
            commune_id=commune.pk,
            latitude=latitude,
            longitude=longitude,
        )
        actor = managers.get(entry["key"])
        since = country.now - timedelta(days=400 - 5 * rank)
        country.organizations[entry["key"]] = create_organization(
            actor=actor, content=content, status=Status.PUBLISHED, now=since
        )
    for name, role in (("member_of", MembershipRole.MEMBER), ("treasurer_of", MembershipRole.TREASURER)):
        for key, person in _ties(name, country):
            Membership.objects.create(
                organization=country.organizations[key],
                person=person,
                role=role,
                status=MembershipStatus.ACTIVE,
                created_at=country.now - timedelta(days=90),
            )


def _ties(name: str, country: Country) -> list[tuple[str, Person]]:
    """(organisation's key, person) pairs; where two manage one organisation, the first named adds it."""
    pairs = [
        (key, country.people[entry["key"]])
        for entry in _read("people")["person"]
        for key in entry.get(name, ())
    ]
    return list(reversed(pairs))


def _add_recipe(country: Country, entry: dict[str, Any], rank: int) -> None:
    """A fiche told at length: written in two times, published, with a picture."""
    began = country.now - timedelta(days=300 - 9 * rank)
    content = _content(country, entry)
    actor = _author(country, entry["owner"])
    first = replace(content, results="", next_steps="", recipe_advice="")
    made = create_initiative(
        actor=actor, content=first, now=began, on_behalf_of=country.organizations[entry["owner"]]
    )
    publish_initiative(actor=country.facilitator, initiative_id=made.pk, now=began + timedelta(days=2))
    made.refresh_from_db()
    if content != first:
        update_initiative(
            actor=actor,
            initiative_id=made.pk,
            content=content,
            version_seen=made.version,
            now=country.now - timedelta(days=3 * rank + 1),
            comment="Les résultats de l’année",
        )
    _add_picture(made, content, entry["key"], country)
    country.initiatives[entry["key"]] = made


def _add_short(country: Country, entry: dict[str, Any], rank: int) -> None:
    since = country.now - timedelta(days=7 * rank + 4)
    owner = country.organizations[entry["owner"]]
    made = create_initiative(
        actor=country.facilitator, content=_content(country, entry), now=since, on_behalf_of=owner
    )
    publish_initiative(actor=country.facilitator, initiative_id=made.pk, now=since)


def _content(country: Country, entry: dict[str, Any]) -> InitiativeContent:
    owner = country.organizations[entry["owner"]]
    values = {name: entry[name] for name in PLAIN_FIELDS if name in entry}
    texts = {name: value.strip() for name, value in values.items() if isinstance(value, str)}
    themes = [country.themes[slug].pk for slug in entry["themes"]]
    codes = [entry["commune"], *entry.get("places", ())]
    carriers = [CarrierContent(organization_id=owner.pk, role=CarrierRole.CARRIER)] + [
        CarrierContent(organization_id=country.organizations[key].pk, role=CarrierRole.PARTNER)
        for key in entry.get("partners", ())
    ]
    origin = country.initiatives.get(entry.get("adapted_from", ""))
    return InitiativeContent(
        **{**values, **texts},
        owner_id=owner.pk,
        family=owner.family,
        theme_ids=tuple(themes),
        main_theme_id=themes[0],
        audiences=tuple(entry.get("audiences", ())),
        places=tuple(_place(country, code, entry["title"]) for code in codes),
        carriers=tuple(carriers),
        website=owner.website,
        adapted_from_id=origin.pk if origin else None,
    ).settled()


def _place(country: Country, code: str, seed: str) -> PlaceContent:
    commune = country.communes[code]
    latitude, longitude = _near(commune, seed)
    return PlaceContent(
        city=commune.name,
        postal_code=commune.postal_codes[0],
        commune_id=commune.pk,
        latitude=latitude,
        longitude=longitude,
    )


def _near(commune: Commune, seed: str) -> tuple[float, float]:
    """A point around the centre of a commune, always the same for one seed."""
    one, other = hashlib.sha256(seed.encode()).digest()[:2]
    assert commune.latitude is not None and commune.longitude is not None
    return (
        round(commune.latitude + (one / 255 - 0.5) * 2 * SCATTER_DEG, 6),
        round(commune.longitude + (other / 255 - 0.5) * 2 * SCATTER_DEG, 6),
    )


def _author(country: Country, owner_key: str) -> Person:
    return dict(_ties("manages", country)).get(owner_key, country.facilitator)


def _add_picture(initiative: Initiative, content: InitiativeContent, key: str, country: Country) -> None:
    theme = next(theme for theme in country.themes.values() if theme.pk == content.main_theme_id)
    InitiativePicture.objects.create(
        initiative=initiative,
        image=reencode(woven_picture(key, theme.color)),
        alternative_text="Fils croisés, comme une toile que l’on tisse",
        credit="Dessin fait pour la démonstration",
    )


def _leave_work_to_do(country: Country) -> None:
    """What a facilitator and a manager find on arriving: fiches to read again, a draft, messages."""
    manager = country.people["gestionnaire"]
    owner = country.organizations["ressourcerie"]
    base = {"commune": "00104", "owner": "ressourcerie", "stage": "idea"}
    for title, summary, themes, status in (
        (
            "Un dépôt de la Ressourcerie à Pierrefonte",
            "Un second lieu où déposer ses objets, deux après-midi par semaine.",
            ["reemploi"],
            Status.PROPOSED,
        ),
        (
            "La fabrique de meubles d’enfants",
            "Des meubles d’école démontés et refaits à la taille des petits.",
            ["reemploi", "education"],
            Status.PROPOSED,
        ),
        (
            "Une matinée pour les pièces détachées",
            "Mettre en commun les pièces que l’on garde « au cas où ».",
            ["reemploi"],
            Status.DRAFT,
        ),
    ):
        content = _content(country, {**base, "title": title, "summary": summary, "themes": themes})
        when = country.now - timedelta(days=1, hours=len(title))
        made = create_initiative(actor=manager, content=content, now=when, on_behalf_of=owner)
        if status != Status.DRAFT:
            change_status(actor=manager, initiative_id=made.pk, status=status, now=when, on_behalf_of=owner)
    shop = country.initiatives["ressourcerie-boutique"]
    for kind, name, message in (
        (
            InvolvementKind.TAKE_PART,
            "Camille Perrin",
            "Bonjour, je sais coudre et je suis libre le mercredi après-midi.",
        ),
        (
            InvolvementKind.DO_THE_SAME,
            "Nora Achour",
            "Nous sommes cinq à vouloir ouvrir une ressourcerie. Pouvons-nous venir voir ?",
        ),
    ):
        Involvement.objects.create(
            initiative=shop,
            kind=kind,
            name=name,
            email=f"{name.split()[0].lower()}@visite.example",
            message=message,
            created_at=country.now - timedelta(days=2),
        )
