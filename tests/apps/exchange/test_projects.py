"""Needs and offers of projects: who may say them, where they are read, whom they concern."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.access import can_edit_initiative, get_initiative_for, initiatives_editable_by
from maillage.apps.directory.actions.initiatives import change_status as change_initiative
from maillage.apps.directory.actions.involvement import recipients_of
from maillage.apps.directory.actions.memberships import end_membership
from maillage.apps.directory.choices import MembershipRole, MembershipStatus
from maillage.apps.directory.choices import Status as PublicationStatus
from maillage.apps.directory.models import Initiative, Membership, Organization
from maillage.apps.exchange.access import listings_of, owners_for, owns_listing, with_right
from maillage.apps.exchange.actions.meeting import reply_to
from maillage.apps.exchange.actions.news import owners_of
from maillage.apps.exchange.choices import Direction
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.matching import best_for
from maillage.apps.exchange.queries.proposals import interested_count
from maillage.kernel.mail.models import Notification
from tests.factories import NOW, make_initiative, make_listing, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def kitchen(maya: Person, fournil: Organization) -> Initiative:
    """A project of the Fournil, published."""
    return make_initiative("La cuisine partagée", actor=maya, owner_id=fournil.pk)


@pytest.fixture
def need(maya: Person, kitchen: Initiative) -> Listing:
    return make_listing("Un local pour cuisiner", actor=maya, initiative_id=kitchen.pk, city="Limoges")


def test_a_need_is_said_for_a_project_from_its_page(
    client: Client, maya: Person, kitchen: Initiative
) -> None:
    fiche = reverse("directory:initiative_detail", args=[kitchen.pk, kitchen.slug])
    create = reverse("exchange:listing_create")
    assert f"{create}?projet=" not in client.get(fiche).content.decode(), "a visitor says nothing for it"
    client.force_login(maya)
    assert f"{create}?projet={kitchen.pk}" in client.get(fiche).content.decode()
    form = client.get(create, {"projet": kitchen.pk}).content.decode()
    assert f'<option value="i{kitchen.pk}" selected>La cuisine partagée</option>' in form
    said = {"direction": "need", "kind": "premises", "title": "Un local", "audience": "public"}
    client.post(create, {**said, "owner": f"i{kitchen.pk}"})
    listing = Listing.objects.get()
    assert (listing.initiative, listing.organization, listing.owner_key) == (kitchen, None, f"i{kitchen.pk}")


def test_nobody_says_a_need_for_the_project_of_others(
    client: Client, omar: Person, kitchen: Initiative
) -> None:
    client.force_login(omar)
    said = {"direction": "need", "kind": "premises", "title": "Un local", "audience": "public"}
    page = client.post(reverse("exchange:listing_create"), {**said, "owner": f"i{kitchen.pk}"})
    assert 'href="#id_owner"' in page.content.decode()
    assert not Listing.objects.exists()
    form = client.get(reverse("exchange:listing_create"), {"projet": kitchen.pk}).content.decode()
    assert "La cuisine partagée" not in form


def test_a_draft_of_a_fiche_is_no_owner_yet(maya: Person) -> None:
    make_initiative("Un secret", actor=maya, published=False)
    assert owners_for(maya).initiatives == ()


def test_its_owner_is_read_everywhere(
    client: Client, kitchen: Initiative, fournil: Organization, need: Listing
) -> None:
    fiche = reverse("directory:initiative_detail", args=[kitchen.pk, kitchen.slug])
    page = client.get(reverse("exchange:listing_detail", args=[need.pk, need.slug])).content.decode()
    assert "La cuisine partagée" in page and fiche in page
    assert "Un local pour cuisiner" in client.get(fiche).content.decode()
    assert "La cuisine partagée" in client.get(reverse("exchange:listing_list")).content.decode()
    [item] = client.get("/api/listings").json()["items"]
    assert (item["initiative_id"], item["initiative"], item["organization"]) == (
        kitchen.pk,
        "La cuisine partagée",
        None,
    )
    table = b"".join(client.get(reverse("exchange:listing_export", args=["csv"]))).decode("utf-8-sig")  # type: ignore[arg-type]
    head, row = table.splitlines()[:2]
    assert row.split(";")[head.split(";").index("projet")] == "La cuisine partagée"
    mine = make_listing("Un fournil à prêter", organization_id=fournil.pk)
    body = client.get(reverse("directory:organization_detail", args=[fournil.pk, fournil.slug]))
    assert mine.title in body.content.decode()


def test_a_fiche_that_is_taken_back_keeps_its_title(
    client: Client, kitchen: Initiative, need: Listing
) -> None:
    change_initiative(actor=None, initiative_id=kitchen.pk, status=PublicationStatus.DRAFT, now=NOW)
    for address in (
        reverse("exchange:listing_list"),
        reverse("exchange:listing_detail", args=[need.pk, need.slug]),
        reverse("exchange:listing_history", args=[need.pk, need.slug]),
        reverse("exchange:listing_version", args=[need.pk, need.slug, 1]),
        "/api/listings",
    ):
        assert "La cuisine partagée" not in client.get(address).content.decode(), address


def test_those_who_look_after_the_project_own_its_needs(
    client: Client, maya: Person, omar: Person, kitchen: Initiative, fournil: Organization, need: Listing
) -> None:
    Listing.objects.update(created_by=None)
    need.refresh_from_db()
    facilitator = make_person("facilitator")
    assert owns_listing(maya, need) and not owns_listing(omar, need) and not owns_listing(facilitator, need)
    assert [with_right(one).get(pk=need.pk).is_own for one in (maya, omar, facilitator)] == [
        True,
        False,
        False,
    ]
    assert owners_of(need) == [maya]
    reply_to(actor=omar, listing_id=need.pk, message="Nous avons un local pour vous.", now=NOW)
    assert [message.to for message in mail.outbox] == [["maya@exemple.test"]]
    client.force_login(maya)
    assert "Un local pour cuisiner" in client.get(reverse("exchange:my_listings")).content.decode()


def test_a_project_meets_others_and_its_own_organisation_but_not_itself(
    maya: Person, kitchen: Initiative, fournil: Organization, need: Listing
) -> None:
    offer = {"direction": Direction.OFFER, "actor": maya}
    make_listing("Un local pour cuisiner chez soi", initiative_id=kitchen.pk, **offer)  # type: ignore[arg-type]
    theirs = make_listing("Un local pour cuisiner", organization_id=fournil.pk, **offer)  # type: ignore[arg-type]
    assert [found.listing for found in best_for(need, today=NOW.date())] == [theirs]


def test_one_interest_counts_once(omar: Person, school: Organization, need: Listing) -> None:
    mine = make_listing(
        "Un local pour cuisiner", direction=Direction.OFFER, actor=omar, organization_id=school.pk
    )
    reply_to(actor=omar, listing_id=need.pk, message="Le nôtre est libre.", from_listing=mine, now=NOW)
    assert interested_count(need) == 1


def test_the_database_refuses_two_owners(need: Listing, fournil: Organization) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.update(organization=fournil)


def test_who_leaves_an_organisation_leaves_it_its_needs_and_projects(
    client: Client, maya: Person, fournil: Organization, kitchen: Initiative, need: Listing
) -> None:
    manager, own = make_person(), make_listing("Une vitrine", actor=maya, organization_id=fournil.pk)
    alone = make_listing("Un vélo pour moi", actor=maya)
    now_held = {"person": manager, "role": MembershipRole.MANAGER, "status": MembershipStatus.ACTIVE}
    Membership.objects.create(organization=fournil, created_at=NOW, **now_held)
    assert owns_listing(maya, own) and owns_listing(maya, need) and can_edit_initiative(maya, kitchen)
    assert set(with_right(maya).filter(is_own=True)) == {own, need, alone}
    assert get_initiative_for(maya, kitchen.pk).may_edit
    end_membership(
        actor=manager, membership_id=Membership.objects.get(person=maya, organization=fournil).pk, now=NOW
    )
    assert not owns_listing(maya, own) and not owns_listing(maya, need)
    assert not can_edit_initiative(maya, kitchen) and owns_listing(maya, alone)
    assert set(with_right(maya).filter(is_own=True)) == {alone}
    assert not get_initiative_for(maya, kitchen.pk).may_edit
    assert list(listings_of(maya)) == [alone] and not initiatives_editable_by(maya).exists()
    assert owners_of(own) == owners_of(need) == [manager]
    assert recipients_of(kitchen) == [manager.email]
    Membership.objects.filter(organization=fournil).update(status=MembershipStatus.ENDED)
    assert maya.email not in recipients_of(kitchen) and owners_of(own) == owners_of(need) == []
    told = Notification.objects.filter(person=maya)
    before = told.count()
    for status in (PublicationStatus.ARCHIVED, PublicationStatus.PUBLISHED):
        change_initiative(actor=None, initiative_id=kitchen.pk, status=status, now=NOW)
    assert told.count() == before
    client.force_login(maya)
    assert client.get(reverse("exchange:listing_edit", args=[own.pk, own.slug])).status_code == 404
    assert client.get(reverse("exchange:listing_edit", args=[alone.pk, alone.slug])).status_code == 200
