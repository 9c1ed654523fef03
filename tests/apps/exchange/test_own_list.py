"""One's needs and offers, all of them, and out as a table; histories page after page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.exchange.choices import Direction, Status
from maillage.apps.exchange.models import Listing, ListingVersion
from tests.exported import csv_rows
from tests.factories import NOW, make_listing, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_ones_own_are_all_there_page_after_page(
    maya: Person, fournil: Organization, school: Organization
) -> None:
    for number in range(26):
        make_listing(f"Besoin {number:02}", organization_id=fournil.pk)
        make_listing(f"Offre {number:02}", direction=Direction.OFFER, organization_id=fournil.pk)
    make_listing("Ailleurs", organization_id=school.pk)
    owner, address = browser(maya), reverse("exchange:my_listings")

    def shown(**asked: str) -> tuple[int, int]:
        page = owner.get(address, asked).content.decode()
        assert "Ailleurs" not in page
        return tuple(
            sum(f"{word} {number:02}" in page for number in range(26)) for word in ("Besoin", "Offre")
        )

    assert shown() == (24, 24)
    assert shown(besoins="2") == (2, 24)
    assert shown(offres="2", besoins="2") == (2, 2)
    assert shown(mots="besoin 03") == (1, 0)
    assert shown(etat="withdrawn") == (0, 0)


def test_they_leave_with_their_state(maya: Person, fournil: Organization, school: Organization) -> None:
    kept = make_listing("=SOMME(A1)", organization_id=fournil.pk)
    gone = make_listing("Retirée", organization_id=fournil.pk)
    Listing.objects.filter(pk=gone.pk).update(status=Status.WITHDRAWN)
    make_listing("Ailleurs", organization_id=school.pk)
    table = reverse("exchange:my_listings_file", args=["csv"])
    rows = csv_rows(browser(maya).get(table))
    assert [row["titre"] for row in rows] == ["'=SOMME(A1)", "Retirée"]
    assert rows[0]["état"] != rows[1]["état"]
    narrowed = csv_rows(browser(maya).get(table, {"etat": "withdrawn"}))
    assert [row["identifiant"] for row in narrowed] == [str(gone.pk)] != [str(kept.pk)]
    assert csv_rows(browser(make_person()).get(table)) == []
    assert Client().get(table).status_code == 302


def test_a_long_history_has_pages(maya: Person, fournil: Organization) -> None:
    listing = make_listing("Local", organization_id=fournil.pk)
    last = ListingVersion.objects.get(listing=listing)
    for number in range(2, 54):
        ListingVersion.objects.create(
            listing=listing, number=number, data=last.data, seen_by=last.seen_by, created_at=NOW
        )
    address = reverse("exchange:listing_history", args=[listing.pk, listing.slug])
    first, second = (browser(maya).get(address, {"page": page}).content.decode() for page in "12")
    version = reverse("exchange:listing_version", args=[listing.pk, listing.slug, 3])
    assert version not in first and version in second
