"""How often each page asks the database: as `queries.txt` says, and as often for thirty things as for three.

REFRESH_QUERIES=1 python -m pytest tests/project/test_queries.py      # writes the table again; read its difference
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.apps.accounts.actions.invitations import invite_person
from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.clearing import propose_batch
from maillage.apps.books.actions.booking import BookedPart, InvoiceToBook, book_invoice
from maillage.apps.directory.actions.imports import import_file
from maillage.apps.directory.actions.involvement import send_involvement
from maillage.apps.directory.choices import MembershipRole, MembershipStatus
from maillage.apps.directory.models import Commune, ImportRun, Territory, Theme
from maillage.apps.directory.queries.contents import CarrierContent
from maillage.apps.exchange.actions.meeting import reply_to
from maillage.apps.knowledge.actions.workshops import add_words, compose_groups, take_seat
from maillage.kernel.search.index import rebuild
from tests.apps.books.making import make_draft
from tests.factories import (
    LIMOGES,
    NOW,
    make_books,
    make_circle,
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
from tests.project.addresses import ARGUMENTS, address_of, named
from tests.project.furnished import make_rest
from tests.project.test_rights import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TABLE = Path(__file__).parent / "queries.txt"
ROLES = ("visitor", "manager", "facilitator", "administrator")
SIZES = (3, 30)
QUERIES_MAX = 12


@pytest.fixture(params=[pytest.param(SIZES[0], marks=pytest.mark.one_database), SIZES[1]])
def site(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> dict[str, Any]:
    """A furnished site with `size` of each thing that lists hold, the first of each tied to all the others."""
    settings.MEDIA_ROOT = tmp_path
    size: int = request.param
    people = {role: make_person("member" if role == "manager" else role) for role in ROLES[1:]}
    protect(people["administrator"])
    top = Theme.objects.create(name="Entraide", slug="entraide", color="#336699", icon="sprout")
    themes = [
        top,
        *(Theme.objects.create(name=f"Thème {n}", slug=f"theme-{n}", parent=top) for n in range(2)),
    ]
    communes = [
        Commune.objects.create(
            insee_code=ARGUMENTS["insee_code"] if not n else f"8700{n}", name=f"Commune {n}", sort_key=f"commune {n}", department_code="87",
            postal_codes=[f"8700{n}"], latitude=45.8 + n / 10, longitude=1.2, population=1000 + n,
        )
        for n in range(9)
    ]  # fmt: skip
    territories = [
        Territory.objects.create(name=f"Pays {n}", slug=f"pays-{n}", kind="area") for n in range(size)
    ]
    for territory in territories:
        territory.communes.set(communes[:3])
    structures = [
        make_organization(f"Structure {n}", theme_ids=(themes[n % 3].pk,), city="Limoges")
        for n in range(size)
    ]
    for structure in structures:
        tie(people["manager"], structure)
    carriers = tuple(
        CarrierContent(organization_id=each.pk, name="", role=role)
        for each, role in zip(structures, ("carrier", "partner", "partner"), strict=False)
    )
    fiches = []
    for number in range(size):
        place = replace(LIMOGES, commune_id=communes[number % 9].insee_code, latitude=45.83 + number / 100)
        fiches.append(
            make_initiative(
                f"Jardin partagé {number}", actor=people["manager"], owner_id=structures[number % 3].pk,
                theme_ids=tuple(theme.pk for theme in themes), main_theme_id=top.pk, carriers=carriers,
                summary="Un jardin ouvert à tout le monde.", activities="On sème.", places=(place,), keywords="jardin, semis",
            )
        )  # fmt: skip
    for number, (before, after) in enumerate(pairwise(fiches)):
        type(after).objects.filter(pk=after.pk).update(adapted_from=before if number < 2 else fiches[0])
    for number in range(size):
        waiting = make_person(email=f"voisin{number}@exemple.org")
        tie(
            waiting,
            structures[0],
            MembershipRole.MEMBER,
            MembershipStatus.REQUESTED if number % 2 else MembershipStatus.ACTIVE,
        )
        invite_person(
            actor=people["administrator"], email=f"invite{number}@exemple.org", role="member", now=NOW
        )
        send_involvement(
            viewer=waiting, initiative_id=fiches[0].pk, kind="take_part", name="Voisine", email=waiting.email,
            message="J’aimerais aider.", now=NOW,
        )  # fmt: skip
    listings = [
        make_listing(
            f"Local de {100 + number} m²", actor=people["manager"] if direction == "need" and number >= size - 3 else None, direction=direction,
            organization_id=structures[number % 3].pk if direction == "need" else structures[-1 - number % 2].pk,
            theme_ids=(top.pk,), city="Limoges", commune_id=communes[number % 9].insee_code, now=timezone.now(),
        )
        for direction in ("offer", "need")
        for number in range(size)
    ]  # fmt: skip
    for _ in range(2):  # what a fiche shows of its project's needs
        make_listing(actor=people["manager"], initiative_id=fiches[0].pk, now=timezone.now())
    for number in range(size):
        reply_to(
            actor=Person.objects.get(email=f"voisin{number}@exemple.org"), listing_id=listings[-1].pk,
            message="Le nôtre est libre.", organization=structures[0] if number % 2 else None,
            from_listing=listings[number], now=NOW,
        )  # fmt: skip
    for number in range(2 if size == SIZES[0] else 4):
        rows = "".join(f"{n};Compost {number} {n};46.{n:03};1.87;Compost;87001\n" for n in range(size))
        stream = io.BytesIO(f"id;nom;latitude;longitude;catégories;code insee\n{rows}".encode())
        import_file(
            actor=people["facilitator"],
            stream=stream,
            name=f"compost{number}.csv",
            now=NOW,
            source=f"s{number}",
        )
    for _ in range(size):
        programme = make_programme(people["facilitator"], people["manager"], size=5 + size)
    workshop = make_workshop(people["facilitator"], now=timezone.now())
    seats = [
        take_seat(workshop_id=workshop.pk, structure=structure.name, now=timezone.now())
        for structure in structures
    ]
    for number, seat in enumerate(seats):
        make_statement(structures[0], f"Geste {number}")
        make_statement(structures[number], "Geste 0")
        make_statement(structures[number], "Animer", relation="seeks")
        add_words(seat_id=seat.pk, kind="savoir", relation="holds", words=f"Mot {number}", now=timezone.now())
    compose_groups(actor=people["facilitator"], workshop_id=workshop.pk, seed=1, now=timezone.now())
    few = structures[: min(size, 6)]  # enough to see a page that asks once more for each
    circles = [
        make_circle(people["facilitator"], f"Cercle {number}", *(() if number else few))
        for number in range(len(few))
    ]
    interview, *_others = [
        make_interview(people["facilitator"], member, items=1 if number else size)
        for number, member in enumerate(circles[0].members.order_by("pk"))
    ]
    for provider in few[1:]:
        for way in ("received", "provided", "reserved"):
            exchange = make_exchange(people["facilitator"], circles[0], structures[0], provider, way=way)
    make_books(structures[0])
    for number, other in enumerate(structures[1:]):
        part = BookedPart(10_000, 2_000, is_service=True)
        invoice = InvoiceToBook(
            structures[0].pk, other.pk, f"F{number}", timezone.localdate(), "Vente", (part,)
        )
        book_invoice(actor=None, invoice=invoice, now=timezone.now())
    drafts = [
        make_draft(structures[0], structures[1 + number % 2], key=f"draft-{number}") for number in range(size)
    ]
    loops = [
        make_loop(people["facilitator"], circles[0], few[number], few[number + 1])
        for number in range(0, len(few) - 1, 2)
    ]
    site = {
        "browsers": {role: browser_of(people.get(role)) for role in ROLES},
        "statement": make_statement(structures[0], "Geste 0"),
        "programme": programme,
        "circle": circles[0],
        "debts": make_debts(people["facilitator"], circles[0], count=len(few)),
        "batch": propose_batch(actor=people["facilitator"], circle_id=circles[0].pk, now=NOW),
        "loop": loops[0],
        "interview": interview,
        "exchange": exchange,
        "workshop": workshop,
        "seat": seats[0],
        "initiative": fiches[0],
        "organization": structures[0],
        "listing": listings[-1],
        "invoice": drafts[-1],
        "theme": top,
        "territory": territories[0],
        "person": people["manager"],
    }
    run = ImportRun.objects.order_by("pk").last()
    site = make_rest(
        site, people=people, newcomer=make_person(), other=structures[1], co_signer=waiting, size=size
    )
    rebuild()
    return {**site, "applied run": run, "size": size}


def counted(site: dict[str, Any], *, of_all: bool) -> Iterator[tuple[str, str, int]]:
    """(address's name, role, queries) of each address that answers a page or a file to one of the roles: the least of them.

    `of_all`: then of each other role that it answers so.
    """
    for name, arguments in sorted(named()):
        address, is_warm = address_of(name, arguments, site), False
        for role in ROLES:
            browser = site["browsers"][role]
            if not is_warm:  # what a process reads once is read here
                _read(browser.get(address))
            count = _queries(browser, address)
            if (
                is_warm and count is not None and count > QUERIES_MAX
            ):  # unless it is read once for this role only
                count = _queries(browser, address)
            if count is None:
                continue
            is_warm = True
            yield name, role, count
            if not of_all:
                break


def _queries(browser: Client, address: str) -> int | None:
    """How often a page or a file asked the database; None when the answer is neither."""
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(address)
        _read(answer)
    said = [one for one in asked.captured_queries if not _is_bookkeeping(one["sql"])]
    return len(said) if answer.status_code == 200 else None


def _read(answer: Any) -> None:
    """A file is closed once it was read."""
    if answer.streaming:
        b"".join(answer)


def _is_bookkeeping(sql: str) -> bool:
    return sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT"))


def test_pages_ask_as_often_as_the_table_says_whatever_their_length(site: dict[str, Any]) -> None:
    """And not too often, whoever reads: those who may do more are shown more."""
    rows = list(counted(site, of_all=site["size"] == SIZES[-1]))
    found: dict[str, tuple[str, int]] = {}
    for name, role, count in rows:
        found.setdefault(name, (role, count))
    lines = {f"{name:<36}{role:<16}": count for name, (role, count) in found.items()}
    if os.environ.get("REFRESH_QUERIES"):
        TABLE.write_text("".join(f"{line}{count}\n" for line, count in lines.items()), encoding="utf-8")
    said = {line[:52]: int(line[52:]) for line in TABLE.read_text(encoding="utf-8").splitlines()}
    assert lines == said
    most: dict[str, int] = {}
    for name, _role, count in rows:
        most[name] = max(count, most.get(name, 0))
    if site["size"] == SIZES[-1]:
        assert {name: count for name, count in most.items() if count > QUERIES_MAX} == {}


def test_no_page_asks_too_often() -> None:
    counts = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    assert [line[0] for line in counts if int(line[2]) > QUERIES_MAX] == []
