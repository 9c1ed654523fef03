"""Who may open what: each named address, for each role, by GET and by POST, against `rights.txt`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.clearing import propose_batch
from maillage.apps.barter.models import Circle, Loop
from maillage.apps.directory.choices import MembershipRole
from maillage.apps.directory.models import Commune, Organization, Territory, Theme
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
    tie,
)
from tests.project.addresses import ARGUMENTS, BODIES, address_of, named
from tests.project.furnished import make_rest

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TABLE = Path(__file__).parent / "rights.txt"
ROLES = ("visitor", "member", "manager elsewhere", "manager", "facilitator", "administrator")


@pytest.fixture
def site() -> dict[str, Any]:
    """One of each thing that an address names, and a browser for each role."""
    owner, stranger = make_person("member"), make_person("member")
    structure, other = make_organization("Le Fournil"), make_organization("Ailleurs")
    for organization, person in ((structure, owner), (other, stranger)):
        tie(person, organization)
    people: dict[str, Any] = {
        "visitor": None,
        "member": make_person("member"),
        "manager elsewhere": stranger,
        "manager": owner,
        "facilitator": make_person("facilitator"),
        "administrator": protect(make_person("administrator")),
    }
    workshop = make_workshop(people["facilitator"], now=timezone.now())
    neighbour = make_organization("La Voisine")
    circle = make_circle(people["facilitator"], "Le cercle", structure, neighbour, other)
    make_books(structure)
    Commune.objects.create(
        insee_code=ARGUMENTS["insee_code"], name="Brumeville", sort_key="brumeville", department_code="99",
        postal_codes=["99000"], latitude=45.8, longitude=1.2, population=900,
        contour={"type": "Polygon", "coordinates": [[[1, 45], [2, 45], [2, 46], [1, 45]]]},
    )  # fmt: skip
    site = {
        "browsers": {role: browser_of(person) for role, person in people.items()},
        "colleague": browser_of(_colleague(structure, MembershipRole.MEMBER)),
        "treasurer": browser_of(_colleague(structure, MembershipRole.TREASURER)),
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
    return make_rest(site, people=people, newcomer=people["member"], other=other, co_signer=stranger)


def browser_of(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def _colleague(structure: Organization, role: str) -> Person:
    """Somebody who belongs to the organisation and does not manage it."""
    person = make_person("member")
    tie(person, structure, role)
    return person


def _loop_with_a_neighbour(facilitator: Person, circle: Circle, structure: Organization) -> Loop:
    neighbour = make_organization("Une voisine")
    make_circle_member(facilitator, circle, neighbour)
    return make_loop(facilitator, circle, structure, neighbour)


def answered(client: Client, method: str, address: str, body: dict[str, Any] | None = None) -> str:
    """The answer in a word: a page, a way elsewhere, an invitation to sign in, not there, not by this method…

    What the request wrote is taken back, so that each role finds the site as it was.
    """
    before = transaction.savepoint()
    answer = client.post(address, body or {}) if method == "post" else client.get(address)
    if answer.streaming:
        b"".join(answer)  # a file is closed once it was read
    transaction.savepoint_rollback(before)
    if answer.status_code == 302:
        return "sign-in" if "/compte/connexion/" in answer["Location"] else "goes-on"
    words = {200: "page", 204: "done", 404: "absent", 405: "not-so", 410: "gone"}
    return words.get(answer.status_code, str(answer.status_code))


def row_of(name: str, arguments: tuple[str, ...], method: str, site: dict[str, Any]) -> str:
    address = address_of(name, arguments, site)
    body = BODIES[name](site) if name in BODIES else None
    found = [answered(site["browsers"][role], method, address, body) for role in ROLES]
    return f"{method:<5}{name:<36}" + "".join(f"{word:<10}" for word in found).rstrip()


def rows_said(method: str) -> list[str]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith(f"{method:<5}")]


def words_of(row: str) -> tuple[str, dict[str, str]]:
    """(address's name, what each role finds)."""
    return row[5:41].strip(), dict(zip(ROLES, row[41:].split(), strict=True))


# On PostgreSQL, `test_queries.py` opens every page as every role: what is read is compared with the table once.
@pytest.mark.parametrize("method", [pytest.param("get", marks=pytest.mark.one_database), "post"])
def test_each_address_opens_to_whom_the_table_says(site: dict[str, Any], method: str) -> None:
    """An address without a line, a line without an address, a role that finds more or less: each is a difference."""
    found = [row_of(name, arguments, method, site) for name, arguments in sorted(named())]
    assert found == rows_said(method)


FOUND_BY_NOBODY = {
    "portal:demonstration": "on a demonstration only; a real site has none of it",
    "portal:demonstration_switch": "on a demonstration only; a real site has none of it",
}


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_finds_what_each_address_names(method: str) -> None:
    """A line where nobody finds anything would say nothing of who may: the thing must be in the site, or the body say enough."""
    rows = dict(words_of(row) for row in rows_said(method))
    unseen = {name for name, words in rows.items() if {words[role] for role in ROLES[1:]} == {"absent"}}
    assert unseen - FOUND_BY_NOBODY.keys() == set()


AS_WHO_MANAGES = {
    "barter:batch_file", "barter:batches_file", "barter:credit_file", "barter:debts_file", "barter:loops_file", "barter:members_file",
    "barter:participation_file", "barter:shares_file", "directory:organization_members_file",
    "barter:account", "barter:batch", "barter:batch_notice", "barter:batches", "barter:circle_sheet", "barter:credit", "barter:debts",
    "barter:limits", "barter:loop", "barter:loops", "barter:member", "barter:members", "barter:participation", "barter:statement",
    "barter:statement_file", "barter:transfer", "codevelopment:meeting_absence", "codevelopment:programme", "codevelopment:session",
    "codevelopment:session_calendar", "codevelopment:session_commitments", "codevelopment:session_note", "codevelopment:session_step",
    "directory:organization_members", "knowledge:cooperations", "knowledge:mine", "knowledge:statement_add",
    "knowledge:statement_withdraw",
}  # fmt: skip
"""What those who belong to an organisation read of it, or say in its name, and its programmes, where they have no seat either."""


@pytest.mark.one_database
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_belongs_to_an_organisation_without_managing_it_finds_what_any_member_does(
    site: dict[str, Any], method: str
) -> None:
    """But for what is everybody's inside: they issue nothing, owe nothing, pay nothing and let nobody in."""
    rows = dict(words_of(row) for row in rows_said(method))
    expected = {
        name: words["manager" if name in AS_WHO_MANAGES else "member"] for name, words in rows.items()
    }
    assert found_by("colleague", method, site) == expected


MONEY_ROOMS = ("barter:", "books:", "ledger:")
BY_MANAGERS = {
    "barter:loop_accept", "barter:loop_refuse", "barter:member_leave",
}  # fmt: skip
"""What commits an organisation beyond its money: its managers answer."""


@pytest.mark.one_database
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_treasurer_finds_what_managers_do_of_money_and_what_members_do_of_the_rest(
    site: dict[str, Any], method: str
) -> None:
    rows = dict(words_of(row) for row in rows_said(method))
    expected = {
        name: words[
            "manager"
            if name in AS_WHO_MANAGES or (name.startswith(MONEY_ROOMS) and name not in BY_MANAGERS)
            else "member"
        ]
        for name, words in rows.items()
    }
    assert found_by("treasurer", method, site) == expected


def found_by(who: str, method: str, site: dict[str, Any]) -> dict[str, str]:
    """What a browser of the site finds at each address."""
    return {
        name: answered(
            site[who],
            method,
            address_of(name, arguments, site),
            BODIES[name](site) if name in BODIES else None,
        )
        for name, arguments in named()
    }
