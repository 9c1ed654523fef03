"""What is read in a listing, confirmed, refused, and what becomes of it when its words change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.exchange.actions.listings import confirm_criteria, update_listing
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import listing_content
from maillage.apps.exchange.queries.reading import criteria_read_in
from maillage.apps.exchange.queries.wording import value_words
from maillage.apps.exchange.views.cards import listing_card
from maillage.cores.text.criteria import Criterion
from tests.factories import NOW, make_listing

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
BEFORE = "Un local de 100 à 120 m², loyer modéré, d’ici septembre."
AFTER = "Un local de 150 à 180 m², 300 € maximum, d’ici septembre."


def url(name: str, listing: Listing) -> str:
    return reverse(f"exchange:{name}", args=[listing.pk, listing.slug])


def measured(text: str, actor: Person) -> Listing:
    """A published need whose readings were all confirmed."""
    listing = make_listing("Un local", actor=actor, text=text)
    read = criteria_read_in(listing, today=TODAY)
    return confirm_criteria(actor=actor, listing_id=listing.pk, criteria=read, now=NOW)


def rewritten(listing: Listing, **said: object) -> Listing:
    content = replace(listing_content(listing), **said)
    return update_listing(actor=listing.created_by, listing_id=listing.pk, content=content, now=NOW)


def words_kept(listing: Listing) -> list[str]:
    return [each.words for each in listing.criteria.order_by("rank")]


def ticked(client: Client, listing: Listing) -> dict[str, bool]:
    """Whether each reading of the page is ticked, by its words."""
    form = client.get(url("listing_criteria", listing)).context["form"]
    return {words: bool(form[f"lu_{number}"].initial) for number, (_each, words) in enumerate(form.read)}


def test_words_are_kept_without_the_stops_around_them(maya: Person) -> None:
    assert words_kept(measured(BEFORE, maya)) == ["de 100 à 120 m²", "loyer modéré", "d’ici septembre"]


def test_a_text_that_changes_takes_its_criteria_with_it(client: Client, maya: Person) -> None:
    need = measured(BEFORE, maya)
    client.force_login(maya)
    said = {"direction": "need", "kind": "premises", "title": "Un local", "audience": "public", "text": AFTER}
    client.post(url("listing_edit", need), said)
    need.refresh_from_db()
    assert words_kept(need) == ["d’ici septembre"], "what is no longer said is not matched either"
    assert ticked(client, need) == {"de 150 à 180 m²": True, "300 € maximum": True, "d’ici septembre": True}
    everything = dict.fromkeys(("lu_0", "lu_1", "lu_2"), "on")
    client.post(url("listing_criteria", need), everything)
    assert words_kept(need) == ["de 150 à 180 m²", "300 € maximum", "d’ici septembre"]


def test_what_was_refused_is_not_ticked_again(client: Client, maya: Person) -> None:
    need = make_listing("Un local", actor=maya, text=BEFORE)
    client.force_login(maya)
    client.post(url("listing_criteria", need), {"lu_0": "on", "lu_2": "on"})
    assert words_kept(need) == ["de 100 à 120 m²", "d’ici septembre"]
    rewritten(need, text="D’ici septembre, un local de 100 à 120 m², LOYER MODÉRÉ ; 4 bureaux.")
    assert ticked(client, need) == {
        "D’ici septembre": True,
        "de 100 à 120 m²": True,
        "LOYER MODÉRÉ": False,
        "4 bureaux": True,
    }
    client.post(url("listing_criteria", need), {"lu_1": "on"})
    assert ticked(client, need) == {
        "D’ici septembre": False,
        "de 100 à 120 m²": True,
        "LOYER MODÉRÉ": False,
        "4 bureaux": False,
    }, "when all but one is refused too"
    client.post(url("listing_criteria", need), {"lu_2": "on"})
    assert ticked(client, need)["LOYER MODÉRÉ"], "one may change one's mind"


def test_what_is_refused_as_a_whole_stays_so(client: Client, maya: Person) -> None:
    need = make_listing("Un local", actor=maya, text=BEFORE)
    client.force_login(maya)
    client.post(url("listing_criteria", need), {})
    assert not need.criteria.exists()
    assert not any(ticked(client, need).values())


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        ("Il faut 10 m².", "Il faut 110 m².", False),
        ("Pour 300 €.", "Pour 300 € au moins.", False),
        ("Pour 300 €.", "300 €, c’est ce que nous avons.", True),
        ("Pour 300\n€.", "Pour 300 €!", True),
        ("En mai.", "", False),
    ],
)
def test_a_criterion_stays_while_its_words_say_it(maya: Person, before: str, after: str, stays: bool) -> None:
    need = measured(before, maya)
    assert need.criteria.count() == 1
    rewritten(need, text=after)
    assert need.criteria.exists() is stays


def test_what_was_typed_in_a_field_stays_whatever_the_text(maya: Person) -> None:
    need = make_listing("Un local", actor=maya, text=BEFORE)
    typed = [(Criterion("surface", "m2", 80, 90), "")]
    confirm_criteria(actor=maya, listing_id=need.pk, criteria=typed, now=NOW)
    rewritten(need, text="Tout autre chose.")
    assert [each.value.low for each in need.criteria.all()] == [80]


def test_a_measure_that_the_kind_does_not_ask_has_its_field_too(client: Client, maya: Person) -> None:
    seats = make_listing("Places de spectacle", actor=maya, kind="product", text="")
    given = [(Criterion("quantity", "place", 20, 20), ""), (Criterion("price", "eur", 12, 12), "")]
    confirm_criteria(actor=maya, listing_id=seats.pk, criteria=given, now=NOW)
    client.force_login(maya)
    form = client.get(url("listing_criteria", seats)).context["form"]
    assert [str(label) for label, *_field in form.rows] == ["Nombre", "Prix (€)", "Nombre (places)"]
    client.post(
        url("listing_criteria", seats),
        {name: form[name].value() for name in form.field_names if form[name].value()},
    )
    assert [(each.unit, each.low, each.high) for each in seats.criteria.order_by("rank")] == [
        ("eur", 12, 12),
        ("place", 20, 20),
    ]


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (Criterion("duration", "hour", 2.5, 2.5), "2,5 heures"),
        (Criterion("price", "eur", 2.5, 2.5), "2,50 €"),
        (Criterion("quantity", "kg", 0.005, 0.005), "0,005 kg"),
        (Criterion("surface", "m2", 12_000, None), "au moins 12 000 m²"),
        (Criterion("period", begins=date(2026, 5, 1)), "à partir du 1er mai 2026"),
        (Criterion("period", begins=date(2026, 5, 1), ends=date(2026, 5, 31)), "en mai 2026"),
        (Criterion("period", begins=date(2026, 5, 1), ends=date(2026, 5, 15)), "du 1er au 15 mai 2026"),
        (Criterion("period", begins=date(2026, 5, 2), ends=date(2026, 6, 1)), "du 2 mai au 1er juin 2026"),
        (
            Criterion("period", begins=date(2026, 12, 1), ends=date(2027, 1, 31)),
            "du 1er décembre 2026 au 31 janvier 2027",
        ),
    ],
)
def test_values_have_the_decimals_that_say_something(criterion: Criterion, words: str) -> None:
    assert " ".join(value_words(criterion).split()) == words


def test_a_card_counts_people_once(maya: Person) -> None:
    """A title and its text count the same people in their words; what is another number stays."""
    listing = measured(
        "Six jeunes prêts à aider : 6 bénévoles, 3 heures. Puis 2 personnes pour tenir la caisse.", maya
    )
    kinds = [(each.kind, each.unit, each.low) for each in listing.criteria.order_by("rank")]
    assert ("quantity", "jeune", 6) in kinds and ("quantity", "benevole", 6) in kinds
    facts = [" ".join(fact.split()) for fact in listing_card(listing).facts]
    assert facts == ["Nombre : Six jeunes", "Temps : 3 heures", "Nombre : 2 personnes"]
