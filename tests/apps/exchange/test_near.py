"""Needs and offers around a commune: the list, the map, files, feeds, the API and the searches that one follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Commune
from maillage.apps.exchange.actions.following import follow_search, tell_news_of
from maillage.apps.exchange.choices import Audience
from maillage.apps.exchange.models import SavedSearch
from maillage.apps.exchange.queries.following import filter_of, filter_words, newly_answering
from maillage.apps.exchange.queries.listings import ListingFilter, filter_listings
from maillage.kernel.mail.models import Notification
from tests.factories import NOW, make_listing, make_person

pytestmark = pytest.mark.django_db
HERE = "/besoins-et-offres/"
KM = 1 / 111.195


def make_commune(code: str, name: str, key: str, latitude: float | None) -> Commune:
    return Commune.objects.create(
        insee_code=code, name=name, sort_key=key, postal_codes=[code], department_code=code[:2],
        latitude=latitude, longitude=None if latitude is None else 1.87,
    )  # fmt: skip


@pytest.fixture
def places(db: None) -> None:
    """Guéret, a village 15 km north of it, a town 60 km north; and two communes of nearly one name."""
    make_commune("23096", "Guéret", "gueret", 46.17)
    make_commune("23001", "Ajain", "ajain", 46.17 + 15 * KM)
    make_commune("36046", "Loin", "loin", 46.17 + 60 * KM)
    make_commune("23200", "Saint-Éloi", "saint eloi", 46.1)
    make_commune("23201", "Saint-Éloi-le-Vieux", "saint eloi le vieux", None)
    for title, code, north_km in (("Ici", "23096", 0), ("Tout près", "23001", 15), ("Au loin", "36046", 60)):
        make_listing(title, commune_id=code, latitude=46.17 + north_km * KM, longitude=1.87)
    make_listing("Nulle part")


def found(wanted: ListingFilter) -> set[str]:
    return set(filter_listings(wanted, is_member=True).values_list("title", flat=True))


def test_what_stands_near_a_commune_is_found(places: None) -> None:
    assert found(ListingFilter(commune="23096")) == {"Ici"}
    assert found(ListingFilter(commune="23096", radius_km=10)) == {"Ici"}
    assert found(ListingFilter(commune="23096", radius_km=20)) == {"Ici", "Tout près"}
    assert found(ListingFilter(commune="23096", radius_km=100)) == {"Ici", "Tout près", "Au loin"}
    assert found(ListingFilter(commune="23001", radius_km=50)) == {"Ici", "Tout près", "Au loin"}
    assert found(ListingFilter(commune="23201", radius_km=50)) == set(), "without a centre, the commune alone"


@pytest.fixture
def days(db: None) -> None:
    """One that holds all the time, one in spring, one from June on, one until May."""
    make_listing("Toujours")
    make_listing("Au printemps", starts_on=date(2026, 3, 20), ends_on=date(2026, 6, 20))
    make_listing("Dès juin", starts_on=date(2026, 6, 1))
    make_listing("Jusqu’en mai", ends_on=date(2026, 5, 31))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 19), {"Toujours", "Jusqu’en mai"}),
        (date(2026, 3, 20), {"Toujours", "Jusqu’en mai", "Au printemps"}),
        (date(2026, 5, 31), {"Toujours", "Jusqu’en mai", "Au printemps"}),
        (date(2026, 6, 1), {"Toujours", "Au printemps", "Dès juin"}),
        (date(2026, 6, 20), {"Toujours", "Au printemps", "Dès juin"}),
        (date(2026, 6, 21), {"Toujours", "Dès juin"}),
    ],
)
def test_what_holds_on_a_day_is_found(days: None, day: date, expected: set[str]) -> None:
    assert found(ListingFilter(day=day)) == expected


def test_every_way_out_keeps_to_the_day_and_one_that_is_none_is_as_if_absent(
    client: Client, days: None
) -> None:
    for address in (HERE, f"{HERE}carte/", f"{HERE}flux.rss", f"{HERE}export/csv/", "/api/listings"):
        for day, present in (("2026-07-01", False), ("2026-02-30", True), ("demain", True)):
            answer = client.get(address, {"le": day})
            body = (b"".join(answer) if answer.streaming else answer.content).decode()  # type: ignore[attr-defined]
            assert "Toujours" in body and ("Au printemps" in body) is present, (address, day)


def test_a_search_that_is_followed_keeps_its_day(days: None) -> None:
    maya = make_person("member")
    wanted = ListingFilter(direction="need", day=date(2026, 7, 1))
    saved = follow_search(person=maya, wanted=wanted, now=NOW)
    assert filter_of(saved) == wanted and filter_words(wanted) == "Besoins, le 1er juillet 2026"
    SavedSearch.objects.update(told_until=NOW - timedelta(days=1))
    saved.refresh_from_db()
    assert {each.title for each in newly_answering(saved, now=NOW)} == {"Toujours", "Dès juin"}


def test_every_way_out_keeps_to_the_place(client: Client, places: None) -> None:
    asked = {"commune": "23096", "rayon": "20"}
    for address in (
        HERE,
        f"{HERE}carte/",
        f"{HERE}flux.atom",
        f"{HERE}flux.rss",
        f"{HERE}export/csv/",
        "/api/listings",
    ):
        answer = client.get(address, asked)
        body = (b"".join(answer) if answer.streaming else answer.content).decode()  # type: ignore[attr-defined]
        assert "Tout près" in body.replace("\\u00e8", "è"), address
        assert "Au loin" not in body, address


def test_the_name_of_a_commune_is_enough_and_a_doubt_is_asked(client: Client, places: None) -> None:
    page = client.get(HERE, {"commune": "guéret"}).content.decode()
    assert 'value="Guéret (23096)"' in page
    assert "Tout près" not in page
    for address in (HERE, f"{HERE}carte/"):
        page = client.get(address, {"commune": "Saint-", "rayon": "20", "page": "3"}).content.decode()
        assert "Quelle commune" in page
        assert f'href="{address}?commune=23200&amp;rayon=20"' in page
        assert 'value="Saint-"' in page
        assert "Au loin" in page, "not narrowed meanwhile"
        page = client.get(address, {"commune": "Atlantide"}).content.decode()
        assert "Nous ne connaissons pas cette commune" in page
    assert client.get(HERE, {"commune": "Saint-Éloi"}).content.decode().count("Quelle commune") == 0
    assert client.get(HERE, {"rayon": "20"}).content.decode().count("Au loin") == 1, "a radius of nothing"


@pytest.mark.parametrize("rayon", ["-1", "1e9", "20.5", "x", "²", "7"])
def test_a_radius_that_makes_no_sense_is_left_out(client: Client, places: None, rayon: str) -> None:
    page = client.get(HERE, {"commune": "23096", "rayon": rayon}).content.decode()
    assert "Ici" in page
    assert "Tout près" not in page


def test_a_search_around_a_place_is_followed_as_it_is(client: Client, places: None, maya: Person) -> None:
    client.force_login(maya)
    answer = client.post(
        reverse("exchange:search_follow"), {"commune": "23096", "rayon": "20", "sens": "need"}
    )
    assert answer["Location"] == f"{HERE}?sens=need&commune=23096&rayon=20"
    saved = SavedSearch.objects.get()
    assert filter_of(saved) == ListingFilter(direction="need", commune="23096", radius_km=20)
    assert filter_words(filter_of(saved)) == "Besoins, Guéret (20\N{NO-BREAK SPACE}km)"
    page = client.get(reverse("exchange:my_listings")).content.decode()
    for feed in ("flux.atom", "flux.rss"):
        assert f'href="{HERE}{feed}?sens=need&amp;commune=23096&amp;rayon=20"' in page


def test_the_page_of_searches_asks_as_often_for_many_towns_as_for_one(
    client: Client, places: None, maya: Person, django_assert_num_queries: Callable
) -> None:
    client.force_login(maya)
    here = reverse("exchange:my_listings")
    follow_search(person=maya, wanted=ListingFilter(commune="23096", radius_km=20), now=NOW)
    with CaptureQueriesContext(connection) as one:
        client.get(here)
    follow_search(person=maya, wanted=ListingFilter(commune="23001", radius_km=20), now=NOW)
    follow_search(person=maya, wanted=ListingFilter(commune="36046"), now=NOW)
    with django_assert_num_queries(len(one)):
        page = client.get(here).content.decode()
    for words in ("Guéret (20", "Ajain (20", "Loin"):
        assert words in page


def test_who_follows_hears_of_what_is_near_only(places: None, maya: Person) -> None:
    wanted = ListingFilter(commune="23096", radius_km=20)
    saved = follow_search(person=maya, wanted=wanted, now=NOW)
    later = NOW + timedelta(hours=1)
    for title, north_km in (("Un four", 14), ("Une grange", 40)):
        make_listing(title, actor=make_person(), now=later, latitude=46.17 + north_km * KM, longitude=1.87)
    assert tell_news_of(search_id=saved.pk, now=later) == 1
    assert "Un four" in Notification.objects.get(kind="exchange.saved").title


def test_both_feeds_say_the_same(client: Client, places: None) -> None:
    make_listing("Un local discret", audience=Audience.NETWORK)
    atom, rss = (
        ElementTree.fromstring(client.get(f"{HERE}flux.{form}", {"sens": "need"}).content)
        for form in ("atom", "rss")
    )
    name = "{http://www.w3.org/2005/Atom}"
    entries = {
        (entry.findtext(f"{name}title"), entry.find(f"{name}link").get("href"))  # type: ignore[union-attr]
        for entry in atom.iter(f"{name}entry")
    }
    items = {(item.findtext("title"), item.findtext("link")) for item in rss.iter("item")}
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    assert items == entries
    assert {title for title, _link in items} == {
        f"Besoin – {each}" for each in ("Ici", "Tout près", "Au loin", "Nulle part")
    }
    assert rss.findtext("channel/description")
    own = rss.find(f"channel/{name}link")
    assert own is not None and (own.get("href") or "").endswith(f"{HERE}flux.rss?sens=need")
