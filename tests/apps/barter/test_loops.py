"""Loops of a circle: found from its needs and offers, answered by each party, made all at once; races and bad moments."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.access import is_facilitator
from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions import loops as actions
from maillage.apps.barter.actions.invoicing import draft_invoice
from maillage.apps.barter.actions.loops import (
    LoopOverError,
    NotAPartyError,
    answer_loop,
    expire_loops,
    search_everywhere,
    search_loops,
)
from maillage.apps.barter.actions.members import change_member_state
from maillage.apps.barter.choices import LoopEnd, LoopPart, LoopReply, LoopState, MemberState
from maillage.apps.barter.models import Circle, Interview, InterviewItem, Loop, LoopLeg, LoopSearch
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.barter.queries.loops import accounts_by_member, loops_waiting, parties_of, refused_pairs
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.contacts import own_email
from maillage.apps.exchange.actions.listings import change_status, confirm_criteria, update_listing
from maillage.apps.exchange.choices import Direction, Kind, Status
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import listing_content
from maillage.apps.exchange.queries.matching import best_for
from maillage.apps.ledger.actions.accounts import change_limits
from maillage.apps.ledger.actions.acts import Doer
from maillage.apps.ledger.models import Transfer
from maillage.apps.ledger.queries.contents import Limits
from maillage.cores.text.criteria import Criterion
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.models import Notification
from tests.factories import NOW, make_circle_member, make_listing, make_organization, make_person, tie

pytestmark = pytest.mark.django_db

WORDS = {
    "bureaux": ("Deux bureaux de chêne à roulettes", Kind.EQUIPMENT, 120_00),
    "annonces": ("Annonces publicitaires à la radio locale", Kind.MEDIA, 100_00),
    "buffet": ("Buffet froid pour un vernissage de printemps", Kind.PRODUCT, 150_00),
    "compta": ("Comptabilité annuelle et bilan comptable", Kind.ADVICE, 240_00),
}


def listing(organization: Organization, what: str, direction: str, *, value: bool = True) -> Listing:
    title, kind, cents = WORDS[what]
    return make_listing(
        title,
        direction=direction,
        kind=kind,
        organization_id=organization.pk,
        value_cents=cents if value else None,
    )


@pytest.fixture
def bakery(circle: Circle, solene: Person) -> Organization:
    made = make_organization("Le Fournil")
    tie(make_person(name="Bilal", email="bilal@exemple.test"), made)
    make_circle_member(solene, circle, made)
    return made


@pytest.fixture
def ring(centre: Organization, radio: Organization, bakery: Organization) -> dict[str, Listing]:
    """The centre gives desks to the radio, which gives spots to the bakery, which gives a buffet to the centre."""
    ends = {"bureaux": (centre, radio), "annonces": (radio, bakery), "buffet": (bakery, centre)}
    made = {}
    for what, (giver, taker) in ends.items():
        made[f"{what} offer"] = listing(giver, what, Direction.OFFER)
        made[f"{what} need"] = listing(taker, what, Direction.NEED)
    return made


def search(circle: Circle, solene: Person, key: str = "k1", *, days: int = 0) -> LoopSearch:
    return search_loops(circle_id=circle.pk, actor=solene, key=key, now=NOW + timedelta(days=days))


def only_loop(circle: Circle) -> Loop:
    return Loop.objects.get(circle=circle, state=LoopState.PROPOSED)


def say(
    loop: Loop, person: Person, organization: Organization, reply: str = LoopReply.ACCEPTED, **said: Any
) -> Loop:
    acting = Acting(person=person, organization=organization, in_office_mode=is_facilitator(person))
    return answer_loop(acting=acting, loop_id=loop.pk, reply=reply, now=said.pop("now", NOW), **said)


def refuse(loop: Loop, person: Person, organization: Organization, part: str = LoopPart.GIVEN) -> Loop:
    return say(loop, person, organization, LoopReply.REFUSED, refused=part, reason="Le camion est prêté")


def balances(circle: Circle) -> dict[str, int]:
    return {str(each.owner): each.balance for each in accounts_by_member(circle).values()}


def test_a_loop_is_found_and_proposed(
    circle: Circle, solene: Person, maya: Person, ring: dict[str, Listing]
) -> None:
    found = search(circle, solene)
    assert (found.needs, found.offers, found.new_count, found.is_proven) == (3, 3, 1, True)
    assert found.weight == found.bound > 0
    loop = only_loop(circle)
    legs = {str(leg.giver): (str(leg.taker), leg.offer_title, leg.value_cents) for leg in loop.legs.all()}
    assert legs == {
        "La Recyclerie": ("Radio Brume", WORDS["bureaux"][0], 120_00),
        "Radio Brume": ("Le Fournil", WORDS["annonces"][0], 100_00),
        "Le Fournil": ("La Recyclerie", WORDS["buffet"][0], 150_00),
    }
    assert all(leg.reasons and 0 < leg.fit <= 1 for leg in loop.legs.all())
    assert {str(each.member): each.difference_cents for each in parties_of(loop)} == {
        "La Recyclerie": -30_00,
        "Radio Brume": -20_00,
        "Le Fournil": 50_00,
    }
    told = Notification.objects.filter(kind="barter.loop").values_list("person__name", flat=True)
    assert sorted(told) == ["Bilal", "Maya"]
    mine = circle.members.filter(organization__name="La Recyclerie")
    assert [pair[0] for pair in loops_waiting(circle, mine)] == [loop]


def test_the_same_kind_and_enough_hours_are_no_answer(
    circle: Circle, solene: Person, maya: Person, ring: dict[str, Listing]
) -> None:
    """Were accounts an answer to a need of repairs, a ring would go through them."""
    hours = [(Criterion("duration", "hour", 8, 8), "")]
    for what, title in (("buffet offer", "Heures de comptabilité"), ("buffet need", "Heures de réparation")):
        changed = replace(listing_content(ring[what]), title=title, kind=Kind.SKILLS, text="")
        update_listing(actor=maya, listing_id=ring[what].pk, content=changed, now=NOW)
        confirm_criteria(actor=maya, listing_id=ring[what].pk, criteria=hours, now=NOW)
    assert best_for(Listing.objects.get(pk=ring["buffet need"].pk), today=NOW.date())
    assert search(circle, solene).new_count == 0


def test_a_search_again_keeps_what_is_proposed(
    circle: Circle, solene: Person, ring: dict[str, Listing]
) -> None:
    """The same key is the same search; another one finds nothing new, and its gap counts what is proposed."""
    first = search(circle, solene)
    assert search(circle, solene) == first
    second = search(circle, solene, "k2")
    assert (second.new_count, second.weight) == (0, first.weight) and second.bound == first.bound
    assert Loop.objects.count() == 1


def test_all_accept_and_it_is_made_at_once(
    circle: Circle,
    solene: Person,
    maya: Person,
    centre: Organization,
    radio: Organization,
    bakery: Organization,
    ring: dict[str, Listing],
) -> None:
    search(circle, solene)
    loop = only_loop(circle)
    assert say(loop, maya, centre).is_open and say(loop, maya, centre).is_open
    assert say(loop, solene, radio).is_open
    assert not Transfer.objects.exists()
    assert say(loop, solene, bakery).state == LoopState.MADE
    assert balances(circle) == {"La Recyclerie": -30_00, "Radio Brume": -20_00, "Le Fournil": 50_00}
    assert {each.status for each in Listing.objects.all()} == {Status.AGREED}
    legs = LoopLeg.objects.filter(loop=loop).select_related("transfer")
    assert all(leg.transfer and leg.transfer.amount == leg.value_cents for leg in legs)
    assert all(leg.transfer.subject.listing_id == leg.offer_id for leg in legs if leg.transfer)
    assert say(loop, solene, bakery).state == LoopState.MADE and Transfer.objects.count() == 3
    verbs = AuditEntry.objects.filter(verb__startswith="loop.").values_list("verb", flat=True)
    assert sorted(verbs) == ["loop.accepted"] * 3 + ["loop.made", "loop.search"]
    with pytest.raises(LoopOverError):
        refuse(loop, maya, centre)


@pytest.mark.parametrize(
    ("quantity", "measure", "line", "words"),
    [
        (20, "seat", ("20.0000", "6.2500", "C62"), "20 places ou billets"),
        (4, "hour", ("4.0000", "31.2500", "HUR"), ""),
        (1, "half_day", ("1.0000", "125.0000", "C62"), "1 demi-journée"),
        (1_000_000, "piece", ("1.0000", "125.0000", "C62"), "1000000 pièces ou fois"),
        (1, "", ("1.0000", "125.0000", "C62"), ""),
    ],
)
def test_the_invoice_of_a_gift_says_how_many_of_what(
    circle: Circle,
    solene: Person,
    maya: Person,
    centre: Organization,
    radio: Organization,
    bakery: Organization,
    ring: dict[str, Listing],
    quantity: int,
    measure: str,
    line: tuple[str, str, str],
    words: str,
) -> None:
    """A buffet at 150,00 €, VAT included, counted by an interview as tickets, hours… whatever its kind says, tickets are no goods."""
    search(circle, solene)
    loop = only_loop(circle)
    for person, body in ((maya, centre), (solene, radio), (solene, bakery)):
        say(loop, person, body)
    leg = LoopLeg.objects.select_related("transfer").get(loop=loop, offer=ring["buffet offer"])
    LoopLeg.objects.filter(pk=leg.pk).update(quantity=quantity, measure=measure)
    interview = Interview.objects.create(
        member=leg.giver, facilitator=solene, visited_on=NOW.date(), started_at=NOW
    )
    item = InterviewItem(interview=interview, listing=leg.offer, measure="seat", created_at=NOW)
    item.direction, item.resource, item.title = Direction.OFFER, "tickets", "Buffet"
    item.save()
    acting = Acting(person=solene, organization=bakery, in_office_mode=True)
    assert leg.transfer is not None
    draft = draft_invoice(acting=acting, circle=circle, transfer_id=leg.transfer.pk, now=NOW)
    [made] = draft.lines.all()
    assert (str(made.quantity), str(made.price), made.unit) == line
    assert made.description == words and draft.gross_cents == draft.prepaid_cents == 150_00
    assert draft.nature == "services"


def test_a_refusal_ends_it_and_the_pair_never_comes_back(
    circle: Circle,
    solene: Person,
    maya: Person,
    centre: Organization,
    radio: Organization,
    ring: dict[str, Listing],
) -> None:
    """Another offer of desks closes another loop after the refusal: the search goes on without the refused link."""
    search(circle, solene)
    loop = only_loop(circle)
    say(loop, solene, radio)
    ended = refuse(loop, maya, centre)
    assert (ended.state, ended.end) == (LoopState.OVER, LoopEnd.REFUSED)
    pair = (ring["bureaux offer"].pk, ring["bureaux need"].pk)
    assert refused_pairs(circle) == {pair}
    assert search(circle, solene, "k2").new_count == 0
    other = listing(centre, "bureaux", Direction.OFFER)
    assert search(circle, solene, "k3").new_count == 1
    assert other.pk in only_loop(circle).legs.values_list("offer_id", flat=True)


def test_a_refusal_while_the_last_acceptance_arrives(
    circle: Circle,
    solene: Person,
    maya: Person,
    centre: Organization,
    radio: Organization,
    bakery: Organization,
    ring: dict[str, Listing],
) -> None:
    """The circle is locked: who comes second finds the loop over, and nothing has moved."""
    search(circle, solene)
    loop = only_loop(circle)
    say(loop, solene, radio)
    say(loop, solene, bakery)
    refuse(loop, solene, radio, LoopPart.RECEIVED)
    with pytest.raises(LoopOverError):
        say(loop, maya, centre)
    assert not Transfer.objects.exists() and set(balances(circle).values()) == {0}


def test_two_facilitators_at_once_propose_each_thing_once(
    circle: Circle, solene: Person, ring: dict[str, Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first looks, the second has looked and proposed: the first proposes nothing that was promised."""
    look, seen = actions.core.find_loops, []

    def slow(*args: Any, **options: Any) -> Any:
        answer = look(*args, **options)
        if not seen:
            seen.append(answer)
            search(circle, solene, "second")
        return answer

    monkeypatch.setattr(actions.core, "find_loops", slow)
    assert search(circle, solene, "first").new_count == 0
    assert Loop.objects.count() == 1 and LoopSearch.objects.get(key="second").new_count == 1


def test_an_offer_withdrawn_meanwhile(
    circle: Circle,
    solene: Person,
    maya: Person,
    centre: Organization,
    radio: Organization,
    bakery: Organization,
    ring: dict[str, Listing],
) -> None:
    search(circle, solene)
    loop = only_loop(circle)
    say(loop, solene, radio)
    say(loop, solene, bakery)
    change_status(actor=maya, listing_id=ring["bureaux offer"].pk, status=Status.WITHDRAWN, now=NOW)
    ended = say(loop, maya, centre)
    assert (ended.state, ended.end) == (LoopState.OVER, LoopEnd.WITHDRAWN)
    assert not Transfer.objects.exists()
    assert Listing.objects.get(pk=ring["buffet offer"].pk).status == Status.OPEN


def test_a_member_suspended_meanwhile(
    circle: Circle,
    solene: Person,
    maya: Person,
    centre: Organization,
    radio: Organization,
    ring: dict[str, Listing],
) -> None:
    search(circle, solene)
    loop = only_loop(circle)
    member = circle.members.get(organization=radio)
    change_member_state(
        actor=solene, member_id=member.pk, state=MemberState.SUSPENDED, reason="Elle déménage", now=NOW
    )
    assert say(loop, maya, centre).end == LoopEnd.MEMBER
    assert search(circle, solene, "k2").new_count == 0


def test_a_limit_passed_at_the_last_moment_makes_nothing(
    circle: Circle,
    solene: Person,
    maya: Person,
    centre: Organization,
    radio: Organization,
    bakery: Organization,
    ring: dict[str, Listing],
) -> None:
    """The bakery would go up by fifty. Two who give as much as they get pass whatever their limits: see the search after."""
    search(circle, solene)
    loop = only_loop(circle)
    say(loop, maya, centre)
    say(loop, solene, radio)
    account = next(each for each in accounts_by_member(circle).values() if each.owner == bakery)
    tight = Limits(lower_limit=-500_00, upper_limit=49_00)
    change_limits(
        account_id=account.pk, limits=tight, reason="essai", doer=Doer(actor=solene, key="l", now=NOW)
    )
    ended = say(loop, solene, bakery)
    assert ended.end == LoopEnd.LIMIT and not Transfer.objects.exists()
    assert search(circle, solene, "k2").new_count == 0


def test_nobody_answers_in_time(
    circle: Circle, solene: Person, maya: Person, centre: Organization, ring: dict[str, Listing]
) -> None:
    search(circle, solene)
    loop = only_loop(circle)
    assert expire_loops(now=NOW + timedelta(days=13)) == 0
    late = NOW + timedelta(days=15)
    assert expire_loops(now=late) == 1 and expire_loops(now=late) == 0
    loop.refresh_from_db()
    assert (loop.state, loop.end) == (LoopState.OVER, LoopEnd.EXPIRED)
    with pytest.raises(LoopOverError):
        say(loop, maya, centre, now=late)


def test_who_is_not_in_the_loop_does_not_answer(
    circle: Circle, solene: Person, ring: dict[str, Listing]
) -> None:
    search(circle, solene)
    with pytest.raises(NotAPartyError):
        say(only_loop(circle), solene, make_organization("Ailleurs"))


def test_a_missing_value_is_asked_once(
    circle: Circle, solene: Person, centre: Organization, radio: Organization, maya: Person
) -> None:
    offer = listing(centre, "compta", Direction.OFFER, value=False)
    listing(radio, "compta", Direction.NEED, value=False)
    assert search(circle, solene).valueless == [offer.pk]
    search(circle, solene, "k2")
    (told,) = Notification.objects.filter(person=maya, kind="barter.loop")
    assert offer.title in told.title


def test_every_week_by_itself(circle: Circle, ring: dict[str, Listing]) -> None:
    assert search_everywhere(now=NOW) == 1 and search_everywhere(now=NOW) == 0
    assert LoopSearch.objects.get().started_by is None


def page(client: Client, name: str, *numbers: int) -> str:
    return client.get(reverse(name, args=numbers)).content.decode()


def test_pages_from_search_to_made(
    client: Client,
    circle: Circle,
    solene: Person,
    maya: Person,
    centre: Organization,
    ring: dict[str, Listing],
) -> None:
    client.force_login(solene)
    assert "Aucune boucle n’est proposée" in page(client, "barter:loops", circle.pk)
    form = {"cle": "0" * 32}
    for _click in range(2):
        answer = client.post(reverse("barter:loops_search", args=[circle.pk]), form)
        assert answer.status_code == 302
    loop = only_loop(circle)
    assert "La Recyclerie → " in page(client, "barter:loops", circle.pk)
    client.force_login(maya)
    assert "attend votre réponse" in page(client, "barter:circle", circle.pk)
    shown = page(client, "barter:loop", circle.pk, loop.pk)
    assert "120\xa0€" in shown and "-30" in shown and WORDS["buffet"][0] in shown
    member = circle.members.get(organization=centre)
    foreign = circle.members.exclude(organization=centre).first()
    assert foreign is not None
    assert (
        client.post(reverse("barter:loop_accept", args=[circle.pk, loop.pk, foreign.pk])).status_code == 404
    )
    client.post(reverse("barter:loop_accept", args=[circle.pk, loop.pk, member.pk]))
    assert loop.answers.count() == 1
    client.force_login(solene)
    for other in circle.members.exclude(organization=centre):
        client.post(reverse("barter:loop_accept", args=[circle.pk, loop.pk, other.pk]))
    assert Transfer.objects.count() == 3
    assert "Conclue" in page(client, "barter:loop", circle.pk, loop.pk)


def test_refusing_on_screen_asks_what_and_why(
    client: Client,
    circle: Circle,
    solene: Person,
    maya: Person,
    centre: Organization,
    ring: dict[str, Listing],
) -> None:
    search_loops(circle_id=circle.pk, actor=solene, key="k1", now=timezone.now())
    loop = only_loop(circle)
    client.force_login(maya)
    url = reverse("barter:loop_refuse", args=[circle.pk, loop.pk, circle.members.get(organization=centre).pk])
    answer = client.post(url, {"refused": "given", "reason": " "})
    assert answer.status_code == 422 and "Dites pourquoi" in answer.content.decode()
    assert client.post(url, {"refused": "given", "reason": "<b>Prêté</b>"}).status_code == 302
    shown = page(client, "barter:loop", circle.pk, loop.pk)
    assert "&lt;b&gt;Prêté" in shown and "<b>Prêté" not in shown


def test_who_has_no_account_is_told_at_its_own_address(
    circle: Circle, ring: dict[str, Listing], radio: Organization, solene: Person
) -> None:
    """The radio has nobody here: what it would give and get is written to its address, and nobody else's."""
    search(circle, solene)
    [letter] = [each for each in mail.outbox if each.subject == f"Une boucle d’échanges pour {radio.name}"]
    assert letter.to == [own_email(radio)]
    assert all(
        str(name) in letter.body for name in (ring["annonces offer"].title, ring["bureaux offer"].title)
    )
    assert circle.name in letter.body
