"""How needs and offers meet: waves, refusals, agreement, freshness."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.exchange.actions import meeting
from maillage.apps.exchange.actions.following import (
    SEARCHES_MAX,
    TooManySearchesError,
    follow_search,
    tell_news_of,
)
from maillage.apps.exchange.actions.listings import (
    LISTINGS_PER_DAY_MAX,
    EndedError,
    ForbiddenStepError,
    TooManyListingsError,
    agree_with,
    change_status,
    record_outcome,
    renew_listing,
    update_listing,
)
from maillage.apps.exchange.actions.meeting import (
    REPLIES_PER_DAY_MAX,
    NotAnsweredError,
    TooManyRepliesError,
    keep_fresh,
    refuse_match,
    reply_to,
    send_wave,
    take_back_refusal,
)
from maillage.apps.exchange.actions.news import path_of
from maillage.apps.exchange.choices import STATUS_TRANSITIONS, Direction, Motive, Status
from maillage.apps.exchange.models import Listing, Outcome, Proposal
from maillage.apps.exchange.queries import kept_pool, proposals
from maillage.apps.exchange.queries.contents import listing_content
from maillage.apps.exchange.queries.listings import ListingFilter
from maillage.apps.exchange.queries.matching import best_for
from maillage.apps.exchange.queries.wording import LIKE_REFUSED, day_in_words, reason_words
from maillage.cores.ranking import MOTIVES
from maillage.kernel.mail.models import Notification
from tests.factories import NOW, make_listing, make_organization, make_person

pytestmark = pytest.mark.django_db
OFFER = Direction.OFFER
TODAY = NOW.date()


@pytest.fixture
def need(maya: Person, fournil: Organization) -> Listing:
    return make_listing(
        "Local de 100 à 200 m²", text="Loyer 600 €/mois maximum.", actor=maya, organization_id=fournil.pk
    )


@pytest.fixture
def offer(omar: Person, school: Organization) -> Listing:
    return make_listing(
        "Ancienne école à louer, 150 m²",
        text="450 €/mois",
        actor=omar,
        organization_id=school.pk,
        direction=OFFER,
    )


def test_each_side_finds_the_other_with_reasons(need: Listing, offer: Listing) -> None:
    [found] = best_for(need, today=TODAY)
    assert found.listing == offer
    assert next(reason.is_met for reason in found.reasons if reason.kind == "criterion") is True
    [back] = best_for(offer, today=TODAY)
    assert back.listing == need


def test_the_pool_follows_what_changes(need: Listing, offer: Listing) -> None:
    assert best_for(need, today=TODAY)
    change_status(actor=None, listing_id=offer.pk, status=Status.WITHDRAWN, now=NOW + timedelta(minutes=1))
    assert best_for(need, today=TODAY) == []
    other = make_listing("Un local de 120 m²", direction=OFFER, now=NOW + timedelta(minutes=2))
    assert [found.listing for found in best_for(need, today=TODAY)] == [other]


def test_those_whom_a_new_listing_may_help_are_told_once(need: Listing, offer: Listing) -> None:
    told = Notification.objects.filter(kind="exchange.match")
    assert [(one.person.name, need.title in one.title) for one in told] == [("Maya", True)], (
        "the offer came last, so that the owner of the need hears of it"
    )
    sent = timezone.now()  # the first wave is a job's, which reads the clock
    assert send_wave(listing_id=offer.pk, now=sent + timedelta(days=1)) == [], "three days between two waves"
    assert send_wave(listing_id=offer.pk, now=sent + timedelta(days=4)) == [], "nobody is told twice"
    assert len(send_wave(listing_id=need.pk, now=sent)) == 1


def test_a_wave_tells_ten_people_at_most_and_stops_at_six_interested(maya: Person) -> None:
    owners = [make_person(name=f"Ô{number}") for number in range(13)]
    offers = [
        make_listing(f"Local de 150 m² n° {number}", actor=owner, direction=OFFER)
        for number, owner in enumerate(owners)
    ]
    need = make_listing("Local de 100 à 200 m²", actor=maya)
    assert need.proposals.count() == 10
    assert Proposal.objects.filter(listing=need).values("to").distinct().count() == 10
    sent = timezone.now()
    assert len(send_wave(listing_id=need.pk, now=sent + timedelta(days=4))) == 3
    another = make_listing("Local de 150 m²", actor=make_person(), direction=OFFER, opened=False)
    for person, listing in list(zip(owners, offers, strict=True))[:6]:
        reply_to(actor=person, listing_id=need.pk, message="Le nôtre ?", from_listing=listing, now=NOW)
    change_status(actor=None, listing_id=another.pk, status=Status.OPEN, now=NOW)
    assert send_wave(listing_id=need.pk, now=sent + timedelta(days=9)) == []


def test_a_wave_tells_each_owner_once(maya: Person, omar: Person, school: Organization) -> None:
    for number in range(12):
        make_listing(f"Local de 150 m² n° {number}", actor=omar, organization_id=school.pk, direction=OFFER)
    others = [make_listing("Local de 150 m²", actor=make_person(), direction=OFFER) for _other in range(4)]
    need = make_listing("Local de 100 à 200 m²", actor=maya)
    told = [proposal.to for proposal in need.proposals.select_related("to")]
    assert len(told) == 5
    assert {each.owner_key for each in told} == {f"o{school.pk}", *(each.owner_key for each in others)}
    assert (
        Notification.objects.filter(person=omar, kind="exchange.match", url__contains=need.slug).count() == 1
    )
    assert send_wave(listing_id=need.pk, now=timezone.now() + timedelta(days=4)) == [], "told once for all"


def test_exposure_is_shared_between_owners(maya: Person, omar: Person, school: Organization) -> None:
    many = [
        make_listing(title, actor=omar, organization_id=school.pk, direction=OFFER, opened=False)
        for title in ("Local de 150 m²", "Un local de 150 m²", "Le local de 150 m²")
    ]
    alone = make_listing("Local de 150 m²", actor=make_person(), direction=OFFER, opened=False)
    Listing.objects.filter(pk__in=[each.pk for each in (*many, alone)]).update(
        status=Status.OPEN, shown_count=1
    )
    need = make_listing("Local de 150 m²", actor=maya, opened=False)
    found = [found.listing for found in best_for(need, today=TODAY)]
    assert (found[0], set(found[1:])) == (alone, set(many))


def test_what_nobody_looks_after_takes_no_place_and_facilitators_hear_once(
    maya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "WAVE_SIZE_MAX", 2)
    facilitator = make_person(role=Role.FACILITATOR)
    body = make_organization("Sans personne")
    orphan = make_listing("Local de 150 m²", organization_id=body.pk, direction=OFFER)
    heard = [make_listing("Local de 150 m²", actor=make_person(), direction=OFFER) for _number in range(2)]
    needs = [make_listing("Local de 150 m²", actor=maya) for _number in range(2)]
    for need in needs:
        assert {proposal.to for proposal in need.proposals.select_related("to")} == set(heard)
    orphan.refresh_from_db()
    assert orphan.shown_count == 0
    [told] = Notification.objects.filter(kind="exchange.unheard")
    assert (told.person, told.url) == (facilitator, path_of(orphan))
    assert told.title == (
        "Quelque chose répond à «~Local de 150 m²~» (Sans personne), mais personne ne s’en occupe~: "
        "personne n’a été prévenu."
    ).replace("~", "\N{NO-BREAK SPACE}")


def test_a_run_sends_some_waves_and_the_next_ones_follow(
    maya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals, "WAVES_PER_TURN_MAX", 3)
    mine = [make_listing(actor=make_person()).pk for _listing in range(7)]
    told, other = make_listing(actor=maya), make_listing(actor=make_person(), direction=OFFER, opened=False)
    Proposal.objects.create(listing=told, to=other, wave=1, created_at=NOW)
    turns = [
        proposals.due_for_a_wave(now=at, since=at - timedelta(days=3))
        for at in (NOW + timedelta(hours=6 * turn) for turn in range(7))
    ]
    assert {len(turn) for turn in turns} == {3}
    assert set().union(*turns[:3]) == set(mine)
    assert told.pk not in set().union(*turns)


def test_a_wave_leaves_the_pool_as_it_is(
    need: Listing, offer: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    real = kept_pool.Pool
    monkeypatch.setattr(kept_pool, "Pool", lambda *given, **more: made.append(1) or real(*given, **more))
    best_for(need, today=TODAY)
    made.clear()
    Listing.objects.filter(pk=offer.pk).update(shown_count=9)
    best_for(need, today=TODAY)
    assert made == []


def test_exposure_is_shared(maya: Person) -> None:
    first, second = (
        make_listing("Local de 150 m²", actor=make_person(), direction=OFFER) for _number in range(2)
    )
    Listing.objects.filter(pk=first.pk).update(shown_count=3)
    need = make_listing("Local de 150 m²", actor=maya)
    assert [found.listing for found in best_for(need, today=TODAY)] == [second, first]


def test_the_wave_of_a_second_need_calls_those_whom_the_first_did_not(maya: Person) -> None:
    offers = {
        make_listing("Local de 150 m²", actor=make_person(), direction=OFFER, opened=False).pk
        for _number in range(20)
    }
    Listing.objects.filter(pk__in=offers).update(status=Status.OPEN)
    needs = [make_listing("Local de 150 m²", actor=make_person(), opened=False) for _number in range(2)]
    Listing.objects.filter(pk__in=[need.pk for need in needs]).update(status=Status.OPEN)
    first, second = (
        {proposal.to_id for proposal in send_wave(listing_id=need.pk, now=NOW)} for need in needs
    )
    assert len(first) == len(second) == 10
    assert first | second == offers
    assert set(Listing.objects.filter(pk__in=offers).values_list("shown_count", flat=True)) == {1}


def test_a_refusal_with_its_motive_hides_one_and_weakens_its_like(
    maya: Person, need: Listing, offer: Listing
) -> None:
    like = make_listing(
        "Ancienne école à louer, 160 m²", text="450 €/mois", actor=make_person(), direction=OFFER
    )
    before = {found.listing.pk: found.score for found in best_for(need, today=TODAY)}
    refuse_match(mine_id=need.pk, other_id=offer.pk, motive=Motive.TOO_EXPENSIVE, now=NOW)
    [after] = best_for(need, today=TODAY)
    assert after.listing == like
    assert after.score < 0.6 * before[like.pk]
    told = [reason_words(reason, after.names) for reason in after.reasons if reason.kind == "refused"]
    assert told == ["Aussi cher que ce que vous avez écarté pour son prix"]
    assert need not in [found.listing for found in best_for(offer, today=TODAY)]
    take_back_refusal(mine_id=need.pk, other_id=offer.pk, now=NOW)
    assert len(best_for(need, today=TODAY)) == 2


def test_the_motives_are_those_of_the_rules() -> None:
    assert set(Motive.values) == set(MOTIVES)
    assert set(LIKE_REFUSED) == set(Motive) - {Motive.NO_LONGER}


@pytest.mark.parametrize("motive", [Motive.TOO_FAR, Motive.NO_LONGER])
def test_a_refusal_for_another_reason_leaves_the_like_alone(
    need: Listing, offer: Listing, motive: Motive
) -> None:
    like = make_listing("Ancienne école à louer, 160 m²", actor=make_person(), direction=OFFER)
    before = {found.listing.pk: found.score for found in best_for(need, today=TODAY)}
    refuse_match(mine_id=need.pk, other_id=offer.pk, motive=motive, now=NOW)
    [after] = best_for(need, today=TODAY)
    assert (after.listing, after.score) == (like, before[like.pk])


def test_what_the_other_side_refused_says_nothing_of_others(need: Listing, offer: Listing) -> None:
    like = make_listing(
        "Ancienne école à louer, 160 m²", text="450 €/mois", actor=make_person(), direction=OFFER
    )
    before = {found.listing.pk: found.score for found in best_for(need, today=TODAY)}
    refuse_match(mine_id=offer.pk, other_id=need.pk, motive=Motive.OTHER_SUBJECT, now=NOW)
    [after] = best_for(need, today=TODAY)
    assert (after.listing, after.score) == (like, before[like.pk])


def test_from_a_reply_to_the_outcome(omar: Person, maya: Person, need: Listing, offer: Listing) -> None:
    reply = reply_to(
        actor=omar, listing_id=need.pk, message="Venez voir l’école.", organization=offer.organization,
        from_listing=offer, now=NOW,
    )  # fmt: skip
    need.refresh_from_db()
    assert need.status == Status.IN_DISCUSSION
    [sent] = [each for each in mail.outbox if each.to == ["maya@exemple.test"]]
    assert sent.message()["Reply-To"] == "omar@exemple.test"
    assert "Venez voir l’école." in str(sent.body)
    agree_with(actor=maya, listing_id=need.pk, reply_id=reply.pk, now=NOW)
    assert Notification.objects.filter(person=omar, kind="exchange.agreed").exists()
    done = record_outcome(
        actor=maya, listing_id=need.pk, is_satisfied=True, reply_id=reply.pk, worth_cents=45_000, now=NOW
    )
    outcome = Outcome.objects.get(listing=done)
    assert (done.status, outcome.with_whom, outcome.worth_cents) == (
        Status.SATISFIED,
        "Omar (Les Amis de l’école)",
        45_000,
    )
    with pytest.raises(NotAnsweredError):
        reply_to(actor=omar, listing_id=need.pk, message="Encore ?", now=NOW)


def test_a_withdrawal_says_why_and_can_be_taken_back(maya: Person, need: Listing) -> None:
    record_outcome(actor=maya, listing_id=need.pk, is_satisfied=False, reason="elsewhere", now=NOW)
    need.refresh_from_db()
    assert (need.status, need.outcome.reason) == (Status.WITHDRAWN, "elsewhere")
    change_status(actor=maya, listing_id=need.pk, status=Status.OPEN, now=NOW)
    assert not Outcome.objects.filter(listing=need).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.create(listing=need, is_satisfied=False, ended_on=TODAY)


def test_only_known_steps_are_taken(need: Listing) -> None:
    assert set(STATUS_TRANSITIONS) == set(Status.values)
    change_status(actor=None, listing_id=need.pk, status=Status.WITHDRAWN, now=NOW)
    with pytest.raises(ForbiddenStepError) as fault:
        change_status(actor=None, listing_id=need.pk, status=Status.IN_DISCUSSION, now=NOW)
    assert (
        fault.value.sentence
        == "Son état est «\xa0Retiré\xa0»\xa0: il ne peut pas devenir «\xa0En discussion\xa0»."
    )
    with pytest.raises(ForbiddenStepError):
        renew_listing(actor=None, listing_id=need.pk, now=NOW)


def test_it_asks_again_before_it_hides_what_nobody_confirms(maya: Person, need: Listing) -> None:
    last = NOW + timedelta(days=90)
    assert need.expires_on == last.date()
    assert keep_fresh(now=last - timedelta(days=8)) == (0, 0)
    assert keep_fresh(now=last - timedelta(days=6)) == (0, 1)
    assert keep_fresh(now=last - timedelta(days=5)) == (0, 0), "asked once"
    told = Notification.objects.get(person=maya, kind="exchange.freshness")
    assert need.title in told.title
    renew_listing(actor=maya, listing_id=need.pk, now=last - timedelta(days=4))
    assert keep_fresh(now=last + timedelta(days=1)) == (0, 0)
    assert keep_fresh(now=last + timedelta(days=87)) == (1, 0)
    need.refresh_from_db()
    assert need.status == Status.EXPIRED
    renew_listing(actor=maya, listing_id=need.pk, now=last + timedelta(days=88))
    need.refresh_from_db()
    assert need.status == Status.OPEN


@pytest.mark.parametrize(("ends_in", "shown_for"), [(None, 90), (4, 4), (200, 90)])
def test_who_says_that_it_still_holds_is_told_until_when(
    client: Client, maya: Person, need: Listing, ends_in: int | None, shown_for: int
) -> None:
    today = timezone.localdate()
    ends_on = today + timedelta(days=ends_in) if ends_in else None
    update_listing(
        actor=maya, listing_id=need.pk, content=replace(listing_content(need), ends_on=ends_on), now=NOW
    )
    client.force_login(maya)
    address = reverse("exchange:listing_status", args=[need.pk, need.slug])
    page = client.post(address, {"etat": "renew"}, follow=True)
    last = today + timedelta(days=shown_for)
    [told] = page.context["messages"]
    assert str(told).endswith(f" {day_in_words(last)}.")
    need.refresh_from_db()
    assert need.expires_on == last


def test_what_is_over_does_not_open_again_without_new_dates(need: Listing) -> None:
    content = listing_content(need)
    update_listing(
        actor=None,
        listing_id=need.pk,
        content=type(content)(**{**vars(content), "ends_on": TODAY + timedelta(days=2)}),
        now=NOW,
    )
    later = NOW + timedelta(days=4)
    assert keep_fresh(now=later) == (1, 0)
    with pytest.raises(EndedError):
        change_status(actor=None, listing_id=need.pk, status=Status.OPEN, now=later)


def test_nobody_answers_the_whole_town(omar: Person) -> None:
    for number in range(REPLIES_PER_DAY_MAX):
        listing = make_listing(f"Besoin {number}", actor=None)
        reply_to(actor=omar, listing_id=listing.pk, message="Nous pouvons.", now=NOW)
    one_more = make_listing("Un de plus")
    with pytest.raises(TooManyRepliesError):
        reply_to(actor=omar, listing_id=one_more.pk, message="Nous pouvons.", now=NOW)
    reply_to(actor=omar, listing_id=one_more.pk, message="Nous pouvons.", now=NOW + timedelta(days=2))


def test_nobody_says_a_hundred_needs_in_a_day(maya: Person) -> None:
    for number in range(LISTINGS_PER_DAY_MAX):
        make_listing(f"Besoin {number}", actor=maya, opened=False)
    with pytest.raises(TooManyListingsError):
        make_listing("Un de plus", actor=maya, opened=False)
    make_listing("Le lendemain", actor=maya, opened=False, now=NOW + timedelta(days=1, minutes=1))


def test_a_search_that_one_follows_tells_what_is_new_once(maya: Person, omar: Person) -> None:
    make_listing("Une salle d’avant", direction=OFFER, kind="room")
    wanted = ListingFilter(direction="offer", kind="room")
    saved = follow_search(person=maya, wanted=wanted, now=NOW + timedelta(hours=1))
    assert follow_search(person=maya, wanted=wanted, now=NOW + timedelta(hours=2)) == saved
    later = NOW + timedelta(hours=3)
    make_listing("Une salle de danse", direction=OFFER, kind="room", actor=omar, now=later)
    make_listing("Ma propre salle", direction=OFFER, kind="room", actor=maya, now=later)
    make_listing("Un besoin de salle", kind="room", actor=omar, now=later)
    assert tell_news_of(search_id=saved.pk, now=NOW + timedelta(hours=4)) == 1
    assert tell_news_of(search_id=saved.pk, now=NOW + timedelta(hours=5)) == 0
    [told] = Notification.objects.filter(person=maya, kind="exchange.saved")
    assert told.title == "1 réponse nouvelle à «~Offres, salle~»~: «~Une salle de danse~»".replace(
        "~", "\N{NO-BREAK SPACE}"
    )
    assert told.url == "/besoins-et-offres/?sens=offer&sorte=room"


def test_nobody_follows_without_end(maya: Person) -> None:
    for number in range(SEARCHES_MAX):
        follow_search(person=maya, wanted=ListingFilter(words=f"mot{number}"), now=NOW)
    with pytest.raises(TooManySearchesError):
        follow_search(person=maya, wanted=ListingFilter(words="un de plus"), now=NOW)
    assert follow_search(person=maya, wanted=ListingFilter(words="mot1"), now=NOW)
