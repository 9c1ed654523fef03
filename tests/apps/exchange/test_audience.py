"""A listing for members only: members find it by search, and no address tells a visitor of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client

from maillage.apps.accounts.models import Person
from maillage.apps.exchange.actions.listings import change_status, update_listing
from maillage.apps.exchange.choices import Audience, Status
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import listing_content
from maillage.kernel.search.index import rebuild
from tests.factories import NOW, make_listing

pytestmark = pytest.mark.django_db
WORDS = ("hangar", "zinzolin", "zinz", "zinzolim", "hangar zinzolin", "magenta")
ADDRESSES = (
    "/recherche/",
    "/recherche/suggestions/",
    "/recherche/atom.xml",
    "/api/search",
    "/api/listings",
    "/besoins-et-offres/",
    "/besoins-et-offres/carte/",
    "/besoins-et-offres/flux.atom",
    "/besoins-et-offres/flux.rss",
    "/besoins-et-offres/export/csv/",
    "/besoins-et-offres/export/murmurations/",
)


@pytest.fixture
def hidden(maya: Person, django_capture_on_commit_callbacks: Callable) -> Iterator[Listing]:
    with django_capture_on_commit_callbacks(execute=True):
        make_listing("Un hangar ouvert", actor=maya)
        made = make_listing(
            "Un hangar zinzolin", text="De couleur magenta.", actor=maya, audience=Audience.NETWORK
        )
    yield made


def read(client: Client, address: str, words: str) -> str:
    answer = client.get(address, {"q": words})
    assert answer.status_code == 200, address
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return body.decode().replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_visitor_finds_nothing_of_it(client: Client, hidden: Listing, address: str) -> None:
    for anew in (False, True):
        if anew:
            rebuild()
        for words in (*WORDS, ""):
            said = read(client, address, words)
            for secret in (hidden.slug, "magenta.", f"/{hidden.pk}-"):
                assert secret not in said, (address, words)
        assert "zinzolin" not in read(client, address, "hangar"), address


def test_counts_say_nothing_of_it(client: Client, hidden: Listing) -> None:
    found = client.get("/api/search", {"q": "hangar"}).json()
    assert found["count"] == 1
    assert {value["count"] for values in found["facets"].values() for value in values} == {1}
    assert client.get("/api/search", {"q": "zinzolin"}).json()["did_you_mean"] == ""
    assert client.get("/api/listings", {"q": "hangar"}).json()["count"] == 1


def test_programs_and_files_say_nothing_of_it_to_a_member_either(
    client: Client, hidden: Listing, omar: Person
) -> None:
    client.force_login(omar)
    for address in ("/api/search", "/api/listings", "/recherche/atom.xml", "/besoins-et-offres/export/csv/"):
        assert "zinzolin" not in read(client, address, "hangar"), address


def test_a_member_finds_it_by_its_title_and_its_text(client: Client, hidden: Listing, omar: Person) -> None:
    client.force_login(omar)
    for words in ("zinzolin", "magenta", "hangar"):
        page = client.get("/recherche/", {"q": words}).content.decode()
        assert hidden.slug in page
        assert "Membres seulement" in page
        assert hidden.slug in client.get("/besoins-et-offres/", {"q": words}).content.decode()
    proposed = client.get("/recherche/suggestions/", {"q": "hangar"})
    assert hidden.slug in proposed.content.decode()
    assert proposed["Cache-Control"] == "private, max-age=60", "no shared cache hands it on"
    assert "Cookie" in proposed["Vary"]
    client.logout()
    proposed = client.get("/recherche/suggestions/", {"q": "hangar"})
    assert "zinzolin" not in proposed.content.decode()
    assert "Cookie" in proposed["Vary"]


def test_it_leaves_when_it_is_withdrawn_and_follows_its_audience(
    client: Client, hidden: Listing, omar: Person, django_capture_on_commit_callbacks: Callable
) -> None:
    content = listing_content(hidden)
    later = NOW + timedelta(hours=1)
    for audience, is_found in ((Audience.PUBLIC, True), (Audience.NETWORK, False)):
        with django_capture_on_commit_callbacks(execute=True):
            update_listing(
                actor=None,
                listing_id=hidden.pk,
                content=type(content)(**{**vars(content), "audience": audience}),
                now=later,
            )
        assert (hidden.slug in client.get("/recherche/", {"q": "zinzolin"}).content.decode()) is is_found
    client.force_login(omar)
    assert hidden.slug in client.get("/recherche/", {"q": "zinzolin"}).content.decode()
    change_status(actor=None, listing_id=hidden.pk, status=Status.WITHDRAWN, now=later)
    assert hidden.slug not in client.get("/recherche/", {"q": "zinzolin"}).content.decode()
