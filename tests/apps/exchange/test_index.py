"""On a large site the index of needs and offers is a job's; a request adds what changed, and builds nothing whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import maillage
from maillage.apps.accounts.models import Person
from maillage.apps.exchange.actions.indexing import keep_index
from maillage.apps.exchange.actions.listings import change_status
from maillage.apps.exchange.choices import Direction, Kind, Status
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries import kept_pool
from maillage.apps.exchange.queries.matching import best_for
from maillage.apps.knowledge.actions.terms import TermContent, update_term
from maillage.apps.knowledge.models import Term
from maillage.kernel.search.models import SynonymGroup
from tests.factories import NOW, make_listing, make_organization, make_person, make_statement

pytestmark = [pytest.mark.django_db, pytest.mark.data]
TODAY = NOW.date()
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every site is large here."""
    monkeypatch.setattr(kept_pool, "EXACT_MAX", 0)
    monkeypatch.setattr(kept_pool, "WHOLE_MAX", 0)
    monkeypatch.setattr(kept_pool, "LOOKED_EVERY_S", 0.0)


@pytest.fixture
def need(maya: Person) -> Listing:
    return make_listing("Un four à pain", actor=maya, kind=Kind.ADVICE)


@pytest.fixture
def offer(need: Listing) -> Listing:
    return an_offer("Four à pain prêté")


def an_offer(title: str, **more: object) -> Listing:
    return make_listing(title, direction=Direction.OFFER, kind=Kind.ADVICE, actor=make_person(), **more)  # type: ignore[arg-type]


@pytest.fixture
def built(need: Listing, offer: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index was built; from then on, nothing may build it whole."""
    kept_pool.forget_pool()
    cache.clear()
    assert keep_index(now=NOW)

    def never(*_given: object) -> None:
        raise AssertionError("built whole")

    monkeypatch.setattr(kept_pool, "built_pool", never)


def found(need: Listing) -> list[str]:
    return [each.listing.title for each in best_for(need, today=TODAY)]


def test_before_it_is_built_the_page_says_so(
    client: Client, maya: Person, need: Listing, offer: Listing
) -> None:
    kept_pool.forget_pool()
    cache.clear()
    client.force_login(maya)
    address = reverse("exchange:listing_matches", args=[need.pk, need.slug])
    assert "mis en ordre" in client.get(address).content.decode()
    assert found(need) == []
    keep_index(now=NOW)
    page = client.get(address).content.decode()
    assert offer.title in page
    assert "mis en ordre" not in page


@pytest.mark.usefixtures("built")
def test_what_changes_is_seen_at_once(need: Listing, offer: Listing) -> None:
    other = an_offer("Four à pain mobile", now=LATER)
    assert found(need) == [offer.title, other.title]
    change_status(actor=None, listing_id=offer.pk, status=Status.WITHDRAWN, now=LATER + timedelta(minutes=1))
    assert found(need) == [other.title]
    Listing.objects.filter(pk=other.pk).update(title="Contrebasse", updated_at=LATER + timedelta(minutes=2))
    assert found(need) == []
    other.delete()
    need.refresh_from_db()
    assert found(need) == []


@pytest.mark.usefixtures("built")
def test_other_processes_take_the_pool_that_was_left(need: Listing, offer: Listing) -> None:
    kept_pool.forget_pool()
    other = an_offer("Four à pain mobile", now=LATER)
    assert found(need) == [offer.title, other.title]


@pytest.mark.usefixtures("built")
def test_many_changes_come_by_parts_the_newest_first(
    need: Listing, offer: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_pool, "CHANGES_AT_ONCE_MAX", 2)
    made = [an_offer(f"Four à pain {n}", now=LATER + timedelta(minutes=n)) for n in range(3)]
    kept_pool.forget_pool()
    cached = found(need)
    assert set(cached) == {offer.title, made[2].title, made[1].title}
    assert set(found(need)) == {offer.title, *(each.title for each in made)}


def test_a_middling_site_is_indexed_once_by_a_request_then_follows(
    need: Listing, offer: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_pool, "WHOLE_MAX", 100)
    kept_pool.forget_pool()
    cache.clear()
    assert found(need) == [offer.title]
    real = kept_pool.built_pool
    monkeypatch.setattr(kept_pool, "built_pool", None)
    other = an_offer("Four à pain mobile", now=LATER)
    assert found(need) == [offer.title, other.title]
    monkeypatch.setattr(kept_pool, "built_pool", real)
    monkeypatch.setattr(kept_pool, "EXACT_MAX", 100)
    assert found(need) == [offer.title, other.title]


def test_the_job_builds_only_what_is_worth_it(
    maya: Person, need: Listing, offer: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_pool.forget_pool()
    cache.clear()
    assert keep_index(now=NOW)
    assert not keep_index(now=NOW + timedelta(minutes=5))
    an_offer("Four à pain mobile", now=LATER)
    assert keep_index(now=NOW + timedelta(minutes=10)), "a third of the listings came"
    assert not keep_index(now=NOW + timedelta(minutes=15))
    assert keep_index(now=NOW + timedelta(days=2))
    cache.clear()
    assert not keep_index(now=NOW + timedelta(days=2, minutes=5))
    assert kept_pool.is_left(), "what the cache forgot is left anew"
    monkeypatch.setattr(maillage, "__version__", "99")
    assert not kept_pool.is_left()
    kept_pool.forget_pool()
    assert found(need) == [], "another version of the software reads its own only"
    monkeypatch.setattr(kept_pool, "EXACT_MAX", 100)
    assert not keep_index(now=NOW + timedelta(days=4)), "a small site needs none"


def test_the_words_of_the_network_wait_for_the_job_and_synonyms_do_not(
    maya: Person, need: Listing, offer: Listing
) -> None:
    cache.clear()
    kept_pool.forget_pool()
    other = an_offer("Zarbatane")
    keep_index(now=NOW)
    assert other.title not in found(need)
    SynonymGroup.objects.create(expressions=["zarbatane", "four"], updated_at=NOW)
    assert other.title in found(need)
    SynonymGroup.objects.all().delete()
    make_statement(make_organization("La Fabrique"), "Four à pain")
    term = Term.objects.get(name="Four à pain")
    content = TermContent(name=term.name, synonyms=("Zarbatane",))
    update_term(actor=maya, term_id=term.pk, content=content, now=LATER)
    assert other.title not in found(need)
    assert keep_index(now=LATER)
    assert other.title in found(need)


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("said", [b"", b"nothing", None])
def test_a_damaged_pool_is_as_none(need: Listing, said: bytes | None) -> None:
    kept_pool.forget_pool()
    cache.set(kept_pool.KEY, said, None)
    assert found(need) == []
    assert not kept_pool.is_indexed()
