"""The vocabulary of the network counts when needs and offers are compared, whatever the words that each uses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.organizations import change_organization_status
from maillage.apps.directory.choices import Status
from maillage.apps.exchange.choices import Direction, Kind
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.matching import Found, best_for
from maillage.apps.exchange.queries.vocabulary import vocabulary_in_force
from maillage.apps.knowledge.actions.statements import withdraw_statement
from maillage.apps.knowledge.actions.terms import find_or_create_term, merge_terms, undo_merge, update_term
from maillage.apps.knowledge.choices import Kind as TermKind
from maillage.apps.knowledge.choices import Relation
from maillage.apps.knowledge.models import Term
from maillage.apps.knowledge.queries.terms import TermContent, term_content
from maillage.kernel.site.models import SiteSettings
from tests.factories import NOW, make_listing, make_organization, make_person, make_statement

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def maya(db: None) -> Person:
    return make_person("facilitator", name="Maya")


def term(words: str, maya: Person, *, synonyms: tuple[str, ...] = (), broader: Term | None = None) -> Term:
    made = find_or_create_term(actor=maya, kind=TermKind.SAVOIR_FAIRE, words=words, now=NOW)
    content = TermContent(
        **{
            **vars(term_content(made)),
            "synonyms": synonyms,
            "broader_id": broader.pk if broader else None,
        }
    )
    return update_term(actor=maya, term_id=made.pk, content=content, now=NOW)


def reasons(found: list[Found], kind: str) -> list[tuple[str, ...]]:
    return [
        tuple(sorted(each.names[word] for word in reason.words))
        for each in found
        for reason in each.reasons
        if reason.kind == kind
    ]


def pair(need: str, offer: str) -> list[Found]:
    """What the need of one person finds, when the kind alone brings nobody together."""
    asked = make_listing(need, kind=Kind.ADVICE, actor=make_person())
    make_listing(offer, kind=Kind.ADVICE, direction=Direction.OFFER, actor=make_person())
    return best_for(asked, today=TODAY)


def test_a_synonym_of_the_network_joins_a_need_and_an_offer(maya: Person) -> None:
    grafting = term("Greffe des fruitiers", maya, synonyms=("Écussonnage",))
    found = pair("Qui saurait l’écussonnage ?", "Greffes des fruitiers à la demande")
    assert reasons(found, "concepts") == [("Greffe des fruitiers",)]
    [need] = Listing.objects.filter(direction=Direction.NEED)
    update_term(
        actor=maya,
        term_id=grafting.pk,
        content=TermContent(name="Greffe des fruitiers"),
        now=NOW + timedelta(hours=1),
    )
    assert best_for(need, today=TODAY) == [], "the vocabulary is read again once it changes"


def test_a_broader_term_joins_them_too(maya: Person) -> None:
    above = term("Taille des arbres", maya)
    term("Écussonnage", maya, broader=above)
    found = pair("Apprendre l’écussonnage", "Taille d’arbres à domicile")
    assert reasons(found, "concepts") == [("Taille des arbres",)]


def test_a_circle_of_broader_terms_stops(maya: Person) -> None:
    one, other = term("Vannerie", maya), term("Osier", maya)
    Term.objects.filter(pk=one.pk).update(broader=other)
    Term.objects.filter(pk=other.pk).update(broader=one)
    assert vocabulary_in_force().book.said_in("de la vannerie") == {f"term:{one.pk}", f"term:{other.pk}"}


def test_joined_words_are_one_notion_and_separated_ones_are_two(maya: Person) -> None:
    kept, merged = term("Vannerie", maya), term("Tressage d’osier", maya)
    merge = merge_terms(actor=maya, kept_id=kept.pk, merged_id=merged.pk, now=NOW)
    found = pair("De la vannerie", "Tressage d’osier")
    assert reasons(found, "concepts") == [("Vannerie",)]
    undo_merge(actor=maya, merge_id=merge.pk, now=NOW)
    [need] = Listing.objects.filter(direction=Direction.NEED)
    assert best_for(need, today=TODAY) == []


def test_what_organisations_say_of_themselves_weighs_and_is_not_enough(client: Client, maya: Person) -> None:
    asking, knowing, silent = (make_organization(name) for name in ("Qui cherche", "Qui sait", "Qui se tait"))
    sought = make_statement(asking, "Comptabilité associative", relation=Relation.SEEKS)
    make_statement(knowing, "Comptabilité associative")
    make_statement(asking, "Éducation populaire", kind=TermKind.MILIEU)
    make_statement(knowing, "Éducation populaire", kind=TermKind.MILIEU)
    offer = {"direction": Direction.OFFER, "kind": Kind.ADVICE}
    make_listing("Une heure de conseil", organization_id=silent.pk, **offer)  # type: ignore[arg-type]
    make_listing("Une heure de conseil", organization_id=knowing.pk, **offer)  # type: ignore[arg-type]
    make_listing("Autre chose", organization_id=knowing.pk, direction=Direction.OFFER, kind=Kind.MEDIA)
    need = make_listing("Un peu de conseil", kind=Kind.ADVICE, actor=maya, organization_id=asking.pk)
    found = best_for(need, today=TODAY)
    assert [each.listing.organization for each in found] == [knowing, silent]
    assert reasons(found, "owner_concepts") == [("Comptabilité associative", "Éducation populaire")]
    client.force_login(maya)
    page = client.get(reverse("exchange:listing_matches", args=[need.pk, need.slug])).content.decode()
    assert "D’après ce que vos structures disent d’elles-mêmes" in page
    withdraw_statement(actor=maya, statement_id=sought.pk, now=NOW)
    assert reasons(best_for(need, today=TODAY), "owner_concepts") == [("Éducation populaire",)]


def test_only_what_everybody_may_read_is_handed_down(maya: Person) -> None:
    body = make_organization("Pas encore publiée", status=Status.DRAFT)
    make_statement(body, "Secret de fabrique")
    assert vocabulary_in_force().given == {}
    change_organization_status(actor=maya, organization_id=body.pk, status=Status.PUBLISHED, now=NOW)
    assert list(vocabulary_in_force().given) == [body.pk]


def test_a_room_that_is_off_hands_nothing_down(maya: Person) -> None:
    term("Greffe des fruitiers", maya, synonyms=("Écussonnage",))
    SiteSettings.objects.update_or_create(pk=1, defaults={"rooms_off": ["knowledge"]})
    assert pair("Qui saurait l’écussonnage ?", "Greffes des fruitiers à la demande") == []
