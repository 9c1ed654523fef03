"""The history of needs and offers: nothing leaves it, and what was a draft's stays its owners'."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization, Theme
from maillage.apps.exchange.actions.listings import (
    change_status,
    confirm_criteria,
    restore_version,
    update_listing,
)
from maillage.apps.exchange.choices import Audience, Kind, Status
from maillage.apps.exchange.models import Listing, ListingVersion
from maillage.apps.exchange.queries.contents import ListingContent, listing_content, said_in, version_data
from maillage.apps.exchange.queries.history import version_changes
from maillage.apps.exchange.queries.reading import criteria_read_in
from tests.factories import NOW, make_listing

pytestmark = pytest.mark.django_db


def says(listing: Listing, actor: Person, minutes: int = 10, **more: object) -> Listing:
    """Its owner says something else, and confirms what is read in it."""
    listing.refresh_from_db()
    content = ListingContent(**{**vars(listing_content(listing)), **more})  # type: ignore[arg-type]
    now = NOW + timedelta(minutes=minutes)
    saved = update_listing(actor=actor, listing_id=listing.pk, content=content, now=now)
    read = criteria_read_in(saved, today=NOW.date())
    return confirm_criteria(actor=actor, listing_id=saved.pk, criteria=read, now=now)


def page(client: Client, name: str, listing: Listing, *more: object) -> str:
    listing.refresh_from_db()
    answer = client.get(reverse(f"exchange:{name}", args=[listing.pk, listing.slug, *more]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_version_says_all_that_the_listing_said(maya: Person, fournil: Organization) -> None:
    listing = make_listing(
        "Local de 100 à 200 m²",
        text="Loyer 600 €/mois maximum, d’ici septembre.",
        actor=maya,
        organization_id=fournil.pk,
        starts_on=date(2026, 4, 1),
        value_cents=60_000,
        radius_km=20,
    )
    content, criteria = said_in(version_data(listing))
    assert content == listing_content(listing)
    kept = [(each.value, each.words) for each in listing.criteria.order_by("rank")]
    assert list(criteria) == kept and len(kept) == 3


def test_changes_are_read_word_by_word_and_undone_without_loss(
    client: Client, maya: Person, fournil: Organization
) -> None:
    listing = make_listing("Local de 100 m²", text="Au centre.", actor=maya, organization_id=fournil.pk)
    says(listing, maya, title="Local de 150 m²", text="Au centre du bourg.", kind=Kind.ROOM)
    client.force_login(maya)
    history = page(client, "listing_history", listing)
    listing.refresh_from_db()
    assert listing.version == listing.versions.count() == 4, "said, measured, said again, measured again"
    assert "Version 4" in history and "en vigueur" in history
    version = page(client, "listing_version", listing, 3)
    assert "<del>100</del><ins>150</ins>" in version.replace("\n", "")
    assert "<ins> du bourg</ins>" in version
    answer = client.post(reverse("exchange:listing_restore", args=[listing.pk, listing.slug, 2]))
    listing.refresh_from_db()
    assert answer["Location"] == reverse("exchange:listing_detail", args=[listing.pk, listing.slug])
    assert (listing.title, listing.kind, listing.version) == ("Local de 100 m²", Kind.PREMISES, 5)
    assert [each.value.low for each in listing.criteria.all()] == [100]
    assert listing.versions.get(number=5).comment == "Retour à la version 2"
    assert (
        client.post(reverse("exchange:listing_restore", args=[listing.pk, listing.slug, 99])).status_code
        == 404
    )


def test_nothing_said_twice_makes_no_version(maya: Person) -> None:
    listing = make_listing("Local de 100 m²", actor=maya)
    before = listing.versions.count()
    says(listing, maya)
    assert listing.versions.count() == before


def test_what_was_a_draft_is_not_in_the_public_history(client: Client, maya: Person, omar: Person) -> None:
    listing = make_listing("Un local, mot que l’on regrette", actor=maya, opened=False)
    says(listing, maya, title="Un local")
    change_status(actor=maya, listing_id=listing.pk, status=Status.OPEN, now=NOW)
    says(listing, maya, title="Un local clair", minutes=20)
    change_status(actor=maya, listing_id=listing.pk, status=Status.DRAFT, now=NOW)
    says(listing, maya, title="Un local, second regret", minutes=30)
    says(listing, maya, title="Un local lumineux", minutes=40)
    change_status(actor=maya, listing_id=listing.pk, status=Status.OPEN, now=NOW)
    shown = list(listing.versions.exclude(seen_by="").order_by("number"))
    assert [version.data["title"] for version in shown] == ["Un local", "Un local clair", "Un local lumineux"]
    secret = listing.versions.get(data__title="Un local, second regret").number
    for person in (None, omar):
        if person:
            client.force_login(person)
        pages = [page(client, "listing_history", listing)]
        pages += [page(client, "listing_version", listing, version.number) for version in shown]
        assert "regret" not in "".join(pages)
        address = reverse("exchange:listing_version", args=[listing.pk, listing.slug, secret])
        assert client.get(address).status_code == 404
    client.force_login(maya)
    assert "second regret" in page(client, "listing_version", listing, secret)


def test_what_was_for_members_stays_so_once_the_rest_is_public(
    client: Client, maya: Person, omar: Person
) -> None:
    listing = make_listing("Un local entre nous", actor=maya, audience=Audience.NETWORK)
    says(listing, maya, title="Un local pour tous", audience=Audience.PUBLIC)
    listing.refresh_from_db()
    assert "entre nous" not in page(client, "listing_version", listing, listing.version)
    assert (
        client.get(reverse("exchange:listing_version", args=[listing.pk, listing.slug, 1])).status_code == 404
    )
    client.force_login(omar)
    assert "<del>entre</del>" in page(client, "listing_version", listing, listing.version)
    restore_version(actor=maya, listing_id=listing.pk, number=1, now=NOW)
    listing.refresh_from_db()
    assert (listing.title, listing.audience) == ("Un local entre nous", Audience.PUBLIC)


def test_a_visitor_reads_whose_it_is_and_not_who_typed(
    client: Client, maya: Person, fournil: Organization
) -> None:
    listing = make_listing("Un local", actor=maya, organization_id=fournil.pk)
    history = page(client, "listing_history", listing)
    assert "Le Fournil" in history and "Maya" not in history
    assert (
        client.post(reverse("exchange:listing_restore", args=[listing.pk, listing.slug, 1])).status_code
        == 302
    )
    client.force_login(maya)
    assert "Maya" in page(client, "listing_history", listing)


def test_a_listing_older_than_its_history_loses_nothing(maya: Person) -> None:
    listing = make_listing("Un local d’avant", actor=maya)
    ListingVersion.objects.all().delete()
    Listing.objects.update(version=0)
    says(listing, maya, title="Un local d’après")
    first, second = listing.versions.order_by("number")
    assert (first.data["title"], second.data["title"]) == ("Un local d’avant", "Un local d’après")
    assert (first.seen_by, first.author) == (Audience.PUBLIC, maya)
    assert [change.label for change in version_changes(first, second)] == ["En quelques mots"]


def test_a_return_leaves_out_what_is_gone(maya: Person) -> None:
    theme = Theme.objects.create(name="Local", slug="local", sort_key="local")
    listing = make_listing("Un local", actor=maya, theme_ids=(theme.pk,))
    says(listing, maya, theme_ids=())
    theme.delete()
    restored = restore_version(actor=maya, listing_id=listing.pk, number=1, now=NOW)
    assert not restored.themes.exists()
