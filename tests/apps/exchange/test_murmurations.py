"""Each profile answers the schema `offers_wants_schema-v0.1.0` as Murmurations publishes it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft7Validator

from maillage.apps.accounts.models import Person
from maillage.apps.exchange.actions.listings import change_status, confirm_criteria
from maillage.apps.exchange.choices import Audience, Direction, Kind, Status
from maillage.apps.exchange.exports import murmurations_profile
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import Measured
from maillage.cores.text.criteria import Criterion
from tests.factories import NOW, make_listing

pytestmark = pytest.mark.django_db

LINK = {"type": "string", "pattern": "^https?://.*"}
WORDS = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "required": [
        *("linked_schemas", "exchange_type", "transaction_type", "tags", "title", "description"),
        *("geographic_scope", "contact_details"),
    ],
    "additionalProperties": False,
    "properties": {
        "linked_schemas": {"const": ["offers_wants_schema-v0.1.0"]},
        "exchange_type": {"enum": ["offer", "want"]},
        "item_type": {"enum": ["good", "service"]},
        "transaction_type": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"enum": ["borrow-lend", "rent-lease", "buy-sell", "receive-donate"]},
        },
        "tags": {"type": "array", "items": WORDS, "uniqueItems": True},
        "title": WORDS,
        "description": WORDS,
        "details_url": LINK,
        "geolocation": {
            "type": "object",
            "required": ["lat", "lon"],
            "properties": {
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "lon": {"type": "number", "minimum": -180, "maximum": 180},
            },
        },
        "geographic_scope": {"enum": ["local", "regional", "national", "international"]},
        "contact_details": {"type": "object", "minProperties": 1, "properties": {"contact_form": LINK}},
        "expires_at": {"type": "number"},
    },
}
"""What that schema asks, written from it: its required fields and its lists; a field that it does not know is a fault here."""


def faults(profile: object) -> list[str]:
    return [fault.message for fault in Draft7Validator(SCHEMA).iter_errors(profile)]


def measured(kind: str, unit: str, low: float | None, high: float | None = None) -> Measured:
    return Criterion(kind, unit, low, high), ""


FREE, BY_MONTH, BY_DAY, FLAT = (
    measured("price", "eur", 0.0, 0.0),
    measured("rent", "eur/month", 450.0, 450.0),
    measured("price", "eur/day", None, 20.0),
    measured("price", "eur", None, 300.0),
)


@pytest.mark.parametrize("direction", Direction.values)
@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_answers_the_schema(client: Client, kind: str, direction: str) -> None:
    listing = make_listing("Pour la fête", kind=kind, direction=direction)
    for prices in ([], [FREE], [BY_MONTH], [BY_DAY], [FLAT]):
        confirm_criteria(actor=None, listing_id=listing.pk, criteria=prices, now=NOW)
        address = reverse("exchange:listing_murmurations", args=[listing.pk, listing.slug])
        profile = client.get(address).json()
        assert faults(profile) == []
        assert profile["exchange_type"] == ("want" if direction == "need" else "offer")
        assert profile["description"] == "Pour la fête", "the title stands for an empty text"
    every = client.get(reverse("exchange:listing_export", args=["murmurations"])).json()
    assert [faults(each) for each in every] == [[]]


def test_the_schema_of_the_test_refuses_what_was_wrong() -> None:
    right = murmurations_profile(make_listing("Une salle"))
    assert faults(right) == []
    for name, wrong in (
        ("transaction_type", ["exchange"]),
        ("expires_at", "2026-06-08"),
        ("geographic_scope", "20 km"),
    ):
        assert faults({**right, name: wrong}), name
    assert faults({name: value for name, value in right.items() if name != "description"})


@pytest.mark.parametrize(
    ("kind", "price", "expected"),
    [
        (Kind.PREMISES, [], ["borrow-lend", "rent-lease"]),
        (Kind.PREMISES, [BY_MONTH], ["rent-lease"]),
        (Kind.ROOM, [FREE], ["borrow-lend"]),
        (Kind.ROOM, [FLAT], ["rent-lease"]),
        (Kind.VEHICLE, [BY_DAY], ["rent-lease"]),
        (Kind.EQUIPMENT, [FLAT], ["rent-lease", "buy-sell"]),
        (Kind.GOODS, [], ["buy-sell", "receive-donate"]),
        (Kind.GOODS, [FREE], ["receive-donate"]),
        (Kind.GOODS, [FLAT], ["buy-sell"]),
        (Kind.ADVICE, [], ["receive-donate"]),
        (Kind.ADVICE, [FLAT], ["buy-sell"]),
        (Kind.FUNDING, [FLAT], ["receive-donate"]),
    ],
)
def test_on_what_basis_it_changes_hands(kind: str, price: list[Measured], expected: list[str]) -> None:
    listing = make_listing("Pour la fête", kind=kind)
    confirm_criteria(actor=None, listing_id=listing.pk, criteria=price, now=NOW)
    assert murmurations_profile(Listing.objects.get(pk=listing.pk))["transaction_type"] == expected


@pytest.mark.parametrize(
    ("radius_km", "scope"),
    [(None, "local"), (20, "local"), (50, "regional"), (200, "regional"), (500, "national")],
)
def test_how_far_it_goes(radius_km: int | None, scope: str) -> None:
    assert murmurations_profile(make_listing(radius_km=radius_km))["geographic_scope"] == scope


def test_things_are_goods_acts_are_services_and_money_is_neither() -> None:
    said = {kind: murmurations_profile(make_listing(kind=kind)).get("item_type") for kind in Kind.values}
    assert {kind for kind, word in said.items() if word == "good"} == {
        *("premises", "room", "equipment", "vehicle", "goods")
    }
    assert {kind for kind, word in said.items() if word is None} == {"product", "funding"}


def test_it_ends_with_its_last_day() -> None:
    listing = make_listing()
    listing.expires_on = date(2026, 7, 1)
    ends = murmurations_profile(listing)["expires_at"]
    assert (
        datetime.fromtimestamp(ends).astimezone().isoformat()
        == datetime.fromisoformat("2026-07-02T00:00:00+02:00").astimezone().isoformat()
    )


def test_only_what_everybody_may_find_has_an_address(client: Client, omar: Person) -> None:
    public = make_listing("Une salle", actor=omar)
    hidden = make_listing("Un local discret", actor=omar, audience=Audience.NETWORK)
    draft = make_listing("Un brouillon", actor=omar, opened=False)

    def address(listing: Listing) -> str:
        return reverse("exchange:listing_murmurations", args=[listing.pk, listing.slug])

    page = client.get(reverse("exchange:listing_detail", args=[public.pk, public.slug])).content.decode()
    assert page.count(address(public)) == 2, "for machines and for people"
    wrong = reverse("exchange:listing_murmurations", args=[public.pk, "autre"])
    assert client.get(wrong)["Location"] == address(public)
    client.force_login(omar)
    for listing in (hidden, draft):
        assert client.get(address(listing)).status_code == 404, "a file travels, whoever asks"
        page = client.get(
            reverse("exchange:listing_detail", args=[listing.pk, listing.slug])
        ).content.decode()
        assert "murmurations.json" not in page
    change_status(actor=omar, listing_id=public.pk, status=Status.WITHDRAWN, now=NOW)
    assert client.get(address(public)).status_code == 404
