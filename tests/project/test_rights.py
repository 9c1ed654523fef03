"""Who may open what: each named address, for each role, by GET and by POST, against `rights.txt`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.clearing import propose_batch
from maillage.apps.barter.models import Circle, Loop
from maillage.apps.directory.choices import MembershipRole, MembershipStatus
from maillage.apps.directory.models import Membership, Organization, Territory, Theme
from maillage.apps.knowledge.actions.workshops import take_seat
from tests.apps.books.making import make_draft
from tests.factories import (
    NOW,
    make_books,
    make_circle,
    make_circle_member,
    make_debts,
    make_exchange,
    make_initiative,
    make_interview,
    make_listing,
    make_loop,
    make_organization,
    make_person,
    make_programme,
    make_statement,
    make_workshop,
    protect,
)

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parent / "rights.txt"
ROLES = ("visitor", "member", "manager elsewhere", "manager", "facilitator", "administrator")
OTHERS = ("account_", "mfa_", "socialaccount_", "oidc_", "proconnect_", "api:", "api_docs", "health")
"""Addresses of libraries, and the interface that is public by nature: each has tests of its own."""


def named(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, names of its arguments) of each address of the rooms and of the portal."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            if entry.name and not f"{prefix}{entry.name}".startswith(OTHERS):
                yield f"{prefix}{entry.name}", tuple(entry.pattern.converters)
        else:
            yield from named(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


ARGUMENTS = {
    "zoom": 4, "x": 8, "y": 5, "number": 1, "kind": "participer", "form": "csv", "step": "themes", "key": "essai",
    "picture_pk": 1, "document_pk": 1, "letter_id": 1, "decision": "retry", "ending": "csv", "token": "inconnu",
    "invitation_id": 1, "name": "initiatives/absente.webp", "insee_code": "99999",
    "group_id": 999, "entry_id": 999, "lettering_id": 999, "settlement_id": 999,
}  # fmt: skip


@pytest.fixture
def site() -> dict[str, Any]:
    """One of each thing that an address names, and a browser for each role."""
    owner, stranger = make_person("member"), make_person("member")
    structure, other = make_organization("Le Fournil"), make_organization("Ailleurs")
    for organization, person in ((structure, owner), (other, stranger)):
        Membership.objects.create(
            organization=organization,
            person=person,
            role=MembershipRole.MANAGER,
            status=MembershipStatus.ACTIVE,
            created_at=NOW,
        )
    people: dict[str, Person | None] = {
        "visitor": None,
        "member": make_person("member"),
        "manager elsewhere": stranger,
        "manager": owner,
        "facilitator": make_person("facilitator"),
        "administrator": protect(make_person("administrator")),
    }
    workshop = make_workshop(people["facilitator"], now=timezone.now())
    neighbour = make_organization("La Voisine")
    circle = make_circle(people["facilitator"], "Le cercle", structure, neighbour)
    make_books(structure)
    return {
        "browsers": {role: browser_of(person) for role, person in people.items()},
        "statement": make_statement(structure, "Réparer un vélo"),
        "programme": make_programme(people["facilitator"], people["member"]),
        "circle": circle,
        "interview": make_interview(people["facilitator"], circle.members.get(organization=structure)),
        "exchange": make_exchange(people["facilitator"], circle, structure, neighbour),
        "debts": make_debts(people["facilitator"], circle),
        "batch": propose_batch(actor=people["facilitator"], circle_id=circle.pk, now=NOW),
        "workshop": workshop,
        "seat": take_seat(workshop_id=workshop.pk, structure=structure.name, now=timezone.now()),
        "initiative": make_initiative("Le four", owner_id=structure.pk),
        "organization": structure,
        "listing": make_listing("Local", organization_id=structure.pk),
        "invoice": make_draft(structure, other),
        "theme": Theme.objects.create(name="Entraide", slug="entraide", color="#336699", icon="sprout"),
        "territory": Territory.objects.create(name="Brume", slug="brume", kind="area"),
        "person": people["member"],
        "loop": _loop_with_a_neighbour(people["facilitator"], circle, structure),
    }


def browser_of(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def address_of(name: str, arguments: tuple[str, ...], site: dict[str, Any]) -> str:
    values = {**ARGUMENTS, "person_id": site["person"].pk, "pk": 1, "slug": "x"}
    room, _colon, view = name.rpartition(":")
    for start, key in (
        ("initiative", "initiative"), ("picture", "initiative"), ("document", "initiative"), ("version", "initiative"),
        ("adaptations", "initiative"), ("involve", "initiative"), ("organization", "organization"), ("theme", "theme"),
        ("territory", "territory"),
    ):  # fmt: skip
        if room == "directory" and view.startswith(start):
            values["pk"] = site[key].pk
            values["slug"] = site[key].slug
    if room == "exchange" and view.startswith(("listing", "match")):
        values["pk"], values["slug"] = site["listing"].pk, site["listing"].slug
    if room == "books":
        values["pk"] = site["organization"].pk if view == "invoicing_settings" else site["invoice"].pk
    if room == "knowledge":
        values |= _of_knowledge(view, site)
    if room == "codevelopment":
        values |= _of_codevelopment(view, site)
    if room == "barter":
        values |= _of_barter(view, site)
    if room == "books" and view.startswith("accounts"):
        values["pk"] = site["organization"].pk
    if view.startswith("involvement"):
        values["pk"] = 1
    if name == "portal:welcome_step":
        values["slug"] = "territoire"
    if name == "portal:guide":
        values["slug"] = "chercher"
    if name == "portal:legal_edit":
        values["key"] = "privacy"
    return reverse(name, kwargs={argument: values[argument] for argument in arguments})


def _loop_with_a_neighbour(facilitator: Person, circle: Circle, structure: Organization) -> Loop:
    neighbour = make_organization("Une voisine")
    make_circle_member(facilitator, circle, neighbour)
    return make_loop(facilitator, circle, structure, neighbour)


def _of_knowledge(view: str, site: dict[str, Any]) -> dict[str, Any]:
    """What the addresses of the knowledge speak of: an organisation, a statement, its term, a workshop, a seat in it."""
    values: dict[str, Any] = {"code": site["workshop"].code, "kind": "savoir"}
    if view.startswith("term"):
        term = site["statement"].term
        return values | {"pk": term.pk, "slug": term.slug}
    if view in ("organization", "statement_add"):
        return values | {"pk": site["organization"].pk, "slug": site["organization"].slug}
    if view.startswith("statement"):
        return values | {"pk": site["statement"].pk}
    if view == "interview":
        return values | {"pk": site["seat"].pk}
    return values | {"pk": site["workshop"].pk}


def _of_codevelopment(view: str, site: dict[str, Any]) -> dict[str, Any]:
    """A programme, the first of its participants, and the session where that one sits at the first meeting."""
    programme = site["programme"]
    first = programme.participants.order_by("pk").first()
    held = first.seats.order_by("circle__meeting__number").first().circle_id
    return {
        "pk": held if view.startswith("session") else programme.pk,
        "participant_pk": first.pk,
        "step": "story",
    }


def _of_barter(view: str, site: dict[str, Any]) -> dict[str, Any]:
    """A circle, the first of its members, an interview and the first thing noted in it."""
    circle, interview = site["circle"], site["interview"]
    return {
        "pk": circle.pk,
        "member_pk": circle.members.order_by("pk").first().pk,
        "loop_pk": site["loop"].pk,
        "interview_pk": interview.pk,
        "item_pk": interview.items.order_by("pk").first().pk,
        "account_pk": site["exchange"].payer_id,
        "transfer_pk": site["exchange"].pk,
        "way": "recu",
        "form": "csv",
        "debt_pk": site["debts"][0].pk,
        "batch_pk": site["batch"].pk,
        "step": {"debt_answer": "confirmer", "batch_end": "executer"}.get(view, "salles"),
    }


def answered(client: Client, method: str, address: str) -> str:
    """The answer in a word: a page, a way elsewhere, an invitation to sign in, not there, not by this method…

    What the request wrote is taken back, so that each role finds the site as it was.
    """
    before = transaction.savepoint()
    answer = getattr(client, method)(address)
    transaction.savepoint_rollback(before)
    if answer.status_code == 302:
        return "sign-in" if "/compte/connexion/" in answer["Location"] else "goes-on"
    words = {200: "page", 204: "done", 404: "absent", 405: "not-so", 410: "gone"}
    return words.get(answer.status_code, str(answer.status_code))


def row_of(name: str, arguments: tuple[str, ...], method: str, site: dict[str, Any]) -> str:
    address = address_of(name, arguments, site)
    found = [answered(site["browsers"][role], method, address) for role in ROLES]
    return f"{method:<5}{name:<36}" + "".join(f"{word:<10}" for word in found).rstrip()


@pytest.mark.parametrize("method", ["get", "post"])
def test_each_address_opens_to_whom_the_table_says(site: dict[str, Any], method: str) -> None:
    """An address without a line, a line without an address, a role that finds more or less: each is a difference."""
    found = [row_of(name, arguments, method, site) for name, arguments in sorted(named())]
    said = [
        line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith(f"{method:<5}")
    ]
    assert found == said
