"""People, organisations and initiatives made through the actions of the rooms, with what a test does not care for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from allauth.mfa.models import Authenticator
from django.utils import timezone

from maillage.apps.accounts.actions.people import create_person
from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.circles import open_circle
from maillage.apps.barter.actions.credit import Deal, make_deal
from maillage.apps.barter.actions.debts import DebtContent, answer_debt, enter_debt
from maillage.apps.barter.actions.interviews import ItemContent, note_item, start_interview
from maillage.apps.barter.actions.loops import search_loops
from maillage.apps.barter.actions.members import sign_agreement
from maillage.apps.barter.choices import Measure, Resource, Sureness
from maillage.apps.barter.models import Circle, CircleMember, Debt, Interview, Loop
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.books.actions.opening import BooksChoices, open_books
from maillage.apps.books.models import Books
from maillage.apps.codevelopment.actions.composing import compose_programme
from maillage.apps.codevelopment.actions.people import add_participants
from maillage.apps.codevelopment.actions.programmes import open_programme
from maillage.apps.codevelopment.models import Programme
from maillage.apps.codevelopment.queries.contents import ParticipantContent
from maillage.apps.directory.actions.initiatives import create_initiative, publish_initiative
from maillage.apps.directory.actions.organizations import create_organization
from maillage.apps.directory.choices import MembershipRole, MembershipStatus, Status
from maillage.apps.directory.models import Initiative, Membership, Organization
from maillage.apps.directory.queries.contacts import ContactContent
from maillage.apps.directory.queries.contents import InitiativeContent, PlaceContent
from maillage.apps.directory.queries.organizations import OrganizationContent
from maillage.apps.exchange.actions.listings import change_status, confirm_criteria, create_listing
from maillage.apps.exchange.choices import Direction, Kind
from maillage.apps.exchange.choices import Status as ListingStatus
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import ListingContent
from maillage.apps.exchange.queries.reading import criteria_read_in
from maillage.apps.knowledge.actions.statements import state
from maillage.apps.knowledge.actions.workshops import open_workshop
from maillage.apps.knowledge.choices import Kind as TermKind
from maillage.apps.knowledge.choices import Relation
from maillage.apps.knowledge.models import Statement, Workshop
from maillage.apps.ledger.models import Transfer
from maillage.apps.ledger.queries.contents import Order

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TOTP_SECRET = "JBSWY3DPEHPK3PXP"
LIMOGES = PlaceContent(city="Limoges", postal_code="87000", latitude=45.83, longitude=1.26)
_numbers = count(1)


def make_person(
    role: str = "member", *, email: str = "", name: str = "", password: str | None = None
) -> Person:
    number = next(_numbers)
    return create_person(
        email=email or f"{role}{number}@exemple.fr",
        name=name or f"{role.title()} {number}",
        role=role,
        password=password,
        now=NOW,
    )


def protect(person: Person) -> Person:
    """Give a second factor, which the site demands of its administrators."""
    Authenticator.objects.create(user=person, type="totp", data={"secret": TOTP_SECRET})
    return person


def make_organization(
    name: str = "",
    *,
    actor: Person | None = None,
    status: str = Status.PUBLISHED,
    email: str = "",
    **said: object,
) -> Organization:
    """`email` is that of a contact which is not shown."""
    if email:
        said["contacts"] = (ContactContent(email=email),)
    content = OrganizationContent(name=name or f"Structure {next(_numbers)}", **said)  # type: ignore[arg-type]
    return create_organization(actor=actor, content=content, status=status, now=NOW)


def tie(
    person: Person,
    organization: Organization,
    role: str = MembershipRole.MANAGER,
    status: str = MembershipStatus.ACTIVE,
) -> Membership:
    return Membership.objects.create(
        organization=organization, person=person, role=role, status=status, created_at=NOW
    )


def managed_by(person: Person, name: str) -> Organization:
    """An organisation, and who manages it."""
    body = make_organization(name)
    tie(person, body)
    return body


def make_initiative(
    title: str = "", *, actor: Person | None = None, published: bool = True, **said: object
) -> Initiative:
    said.setdefault("places", (LIMOGES,))
    content = InitiativeContent(title=title or f"Initiative {next(_numbers)}", **said)  # type: ignore[arg-type]
    made = create_initiative(actor=actor, content=content, now=NOW)
    if published:
        publish_initiative(actor=None, initiative_id=made.pk, now=NOW)
        made.refresh_from_db()
    return made


def make_listing(
    title: str = "", *, actor: Person | None = None, opened: bool = True, now: datetime = NOW, **said: object
) -> Listing:
    """A need, or an offer when `direction` says so, with the criteria that its words say."""
    said = {"direction": Direction.NEED, "kind": Kind.PREMISES, **said}
    content = ListingContent(title=title or f"Besoin {next(_numbers)}", **said)  # type: ignore[arg-type]
    made = create_listing(actor=actor, content=content, now=now)
    criteria = criteria_read_in(made, today=now.date())
    confirm_criteria(actor=actor, listing_id=made.pk, criteria=criteria, now=now)
    if opened:
        change_status(actor=actor, listing_id=made.pk, status=ListingStatus.OPEN, now=now)
    made.refresh_from_db()
    return made


def make_statement(
    organization: Organization,
    words: str = "",
    *,
    kind: str = TermKind.SAVOIR_FAIRE,
    relation: str = Relation.HOLDS,
    actor: Person | None = None,
    now: datetime = NOW,
) -> Statement:
    """What an organisation has, or looks for when `relation` says so."""
    return state(
        actor=actor,
        organization_id=organization.pk,
        kind=kind,
        words=words or f"Geste {next(_numbers)}",
        relation=relation,
        now=now,
    )


def make_workshop(actor: Person, title: str = "Entretiens croisés", *, now: datetime = NOW) -> Workshop:
    return open_workshop(actor=actor, title=title, held_on=now.date(), now=now)


def make_programme(actor: Person, *participants: Person, size: int = 10, now: datetime = NOW) -> Programme:
    """Two meetings of `size` people in groups; the first are `participants`, under their addresses."""
    made = open_programme(actor=actor, title="Pairs du pays", rounds_count=2, now=now)
    named = [(person.name, person.email) for person in participants]
    named += [(f"Personne {number}", "") for number in range(size - len(named))]
    contents = [
        ParticipantContent(
            name=f"{name} {number}",
            structure=f"Structure {number}",
            email=email,
            profiles=(("compta", "animation", "bâtiment")[number % 3],),
            sectors=(("alimentation", "habitat")[number % 2],),
        )
        for number, (name, email) in enumerate(named)
    ]
    add_participants(actor=actor, programme_id=made.pk, contents=contents, now=now)
    return compose_programme(actor=actor, programme_id=made.pk, seed=1, effort=0.1, now=now)


def make_circle(actor: Person, name: str = "", *organizations: Organization, now: datetime = NOW) -> Circle:
    """A barter circle whose members signed in office mode, in `actor`'s hands."""
    made = open_circle(
        actor=actor, name=name or f"Cercle {next(_numbers)}", agreement="Donner autant que recevoir.", now=now
    )
    for organization in organizations:
        make_circle_member(actor, made, organization, now=now)
    return made


def make_circle_member(
    actor: Person, circle: Circle, organization: Organization, *, now: datetime = NOW
) -> CircleMember:
    return sign_agreement(
        acting=Acting(person=actor, organization=organization, in_office_mode=True),
        circle_id=circle.pk,
        seen=circle.agreements.count(),
        signatory="Camille Roux",
        capacity="présidente",
        now=now,
    )


def make_exchange(
    actor: Person, circle: Circle, receiver: Organization, provider: Organization, *, way: str = "received"
) -> Transfer:
    """Something worth ten units; `way` as in `barter.actions.credit.Deal`."""
    accounts = {each.owner_id: each for each in circle.credit.unit.accounts.filter(owner__isnull=False)}
    order = Order(
        payer_id=accounts[receiver.pk].pk, payee_id=accounts[provider.pk].pk, amount=10_00, label="Chaises"
    )
    mine = provider if way == "provided" else receiver
    return make_deal(
        acting=Acting(person=actor, organization=mine, in_office_mode=True),
        circle=circle,
        deal=Deal(way=way, order=order),
        key=f"factory {next(_numbers)}",
        now=timezone.now(),
    )


def make_debts(actor: Person, circle: Circle, *, count: int = 1, now: datetime = NOW) -> list[Debt]:
    """Confirmed debts between the first two members of the circle, each way in turn; a second member joins if need be."""
    if circle.members.count() < 2:
        make_circle_member(actor, circle, make_organization(f"Voisine {next(_numbers)}"), now=now)
    pair = list(circle.members.select_related("organization").order_by("pk")[:2])
    made = []
    for number in range(2 * count):
        one, other = pair if number % 2 else reversed(pair)
        content = DebtContent(one.pk, other.pk, 10_000 + number, f"D{next(_numbers)}")
        debt = enter_debt(
            acting=Acting(person=actor, organization=other.organization, in_office_mode=True),
            circle_id=circle.pk,
            content=content,
            now=now,
        )
        made.append(
            answer_debt(
                acting=Acting(person=actor, organization=one.organization, in_office_mode=True),
                debt_id=debt.pk,
                contests=False,
                reason="",
                now=now,
            )
        )
    return made


def make_loop(actor: Person, circle: Circle, one: Organization, other: Organization) -> Loop:
    """Two members who each have what the other looks for; it is found by a search."""
    for giver, taker, title in ((one, other, "Chaises pliantes"), (other, one, "Sonorisation de plein air")):
        for direction, owner in ((Direction.OFFER, giver), (Direction.NEED, taker)):
            make_listing(
                title,
                direction=direction,
                kind=Kind.EQUIPMENT,
                organization_id=owner.pk,
                value_cents=80_00,
                now=timezone.now(),
            )
    key = f"factory {next(_numbers)}"
    search = search_loops(circle_id=circle.pk, actor=actor, key=key, now=timezone.now())
    return search.loops.order_by("pk").first() or Loop.objects.get(circle=circle)


def make_interview(actor: Person, member: CircleMember, *, items: int = 1, now: datetime = NOW) -> Interview:
    """An interview under way, in which offers of a room were noted."""
    made = start_interview(actor=actor, member_id=member.pk, visited_on=now.date(), now=now)
    for number in range(items):
        note_item(
            interview_id=made.pk,
            step="salles",
            content=ItemContent(
                direction=Direction.OFFER,
                resource=Resource.ROOMS,
                title=f"Salle de {12 + number} places",
                quantity=10,
                measure=Measure.HALF_DAY,
                unit_value_cents=80_00,
                sureness=Sureness.SURE,
            ),
            now=now,
        )
    made.refresh_from_db()
    return made


def make_books(organization: Organization, *, siren: str = "732829320") -> Books:
    """Accounts of the year of today, empty."""
    today = timezone.localdate()
    return open_books(
        actor=None,
        organization_id=organization.pk,
        choices=BooksChoices("associative", siren=siren),
        starts_on=date(today.year, 1, 1),
        ends_on=date(today.year, 12, 31),
        now=NOW,
    )
