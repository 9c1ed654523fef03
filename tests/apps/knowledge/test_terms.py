from __future__ import annotations

from typing import Any

import pytest

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.actions.terms import (
    LoopError,
    MergeRefusedError,
    NameTakenError,
    NotUndoneError,
    NoWordsError,
    find_or_create_term,
    merge_terms,
    undo_merge,
    update_term,
)
from maillage.apps.knowledge.models import Statement, Term
from maillage.apps.knowledge.queries.terms import (
    TermContent,
    near_terms,
    term_content,
    term_said,
    with_counts,
)
from maillage.kernel.audit.models import AuditEntry
from tests.factories import NOW, make_statement

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def term(words: str, kind: str = "savoir_faire") -> Term:
    return find_or_create_term(actor=None, kind=kind, words=words, now=NOW)


def said(name: str, **more: Any) -> TermContent:
    return TermContent(name=name, **more)


def test_case_accents_and_articles_do_not_make_another_word() -> None:
    first = term("Réparer un vélo")
    assert term("réparer  un VELO") == first
    assert term("Réparer un vélo", kind="savoir") != first
    assert Term.objects.count() == 2


@pytest.mark.parametrize("words", ["", "   ", "🚲🚲", "!?…", "x" * 81, "a " * 60_000])
def test_what_is_no_word_is_refused(words: str) -> None:
    with pytest.raises(NoWordsError):
        term(words)
    assert not Term.objects.exists()


def test_near_words_are_proposed_by_root_letters_and_beginning() -> None:
    bike, saw, other = term("Réparation de vélos"), term("Scier du bois"), term("Tenir une boutique")
    assert near_terms("savoir_faire", "réparer un vélo")[0] == bike
    assert near_terms("savoir_faire", "scie du boi")[0] == saw
    assert near_terms("savoir_faire", "ten") == [other]
    assert near_terms("savoir_faire", "philosophie") == []
    assert near_terms("savoir", "réparer un vélo") == []
    assert near_terms("savoir_faire", "🚲") == []


def test_a_synonym_leads_to_the_word(solene: Person) -> None:
    bike = term("Réparer un vélo")
    update_term(
        actor=solene, term_id=bike.pk, content=said("Réparer un vélo", synonyms=("Mécanique vélo",)), now=NOW
    )
    assert term("mécanique VÉLO") == bike
    assert term_content(bike).synonyms == ("Mécanique vélo",)


def test_a_name_belongs_to_one_word(solene: Person) -> None:
    bike, cycle = term("Réparer un vélo"), term("Mécanique cycle")
    with pytest.raises(NameTakenError) as refused:
        update_term(
            actor=solene,
            term_id=cycle.pk,
            content=said("Mécanique cycle", synonyms=("REPARER UN VELO",)),
            now=NOW,
        )
    assert "Réparer un vélo" in refused.value.sentence
    assert term_said("savoir_faire", "Réparer un vélo") == bike
    assert term_content(cycle).synonyms == ()


def test_a_word_is_never_broader_than_itself(solene: Person) -> None:
    top, middle, low = term("Réparer"), term("Réparer un engin"), term("Réparer un vélo")
    for below, above in ((middle, top), (low, middle)):
        update_term(actor=solene, term_id=below.pk, content=said(below.name, broader_id=above.pk), now=NOW)
    for wrong in (low, middle, top):
        with pytest.raises(LoopError):
            update_term(actor=solene, term_id=top.pk, content=said("Réparer", broader_id=wrong.pk), now=NOW)
    top.refresh_from_db()
    assert top.broader is None


def test_two_words_join_and_separate_without_loss(
    solene: Person, fournil: Organization, cycles: Organization
) -> None:
    kept_said = make_statement(fournil, "Réparer un vélo")
    make_statement(cycles, "Réparer un vélo")
    moved = make_statement(fournil, "Mécanique cycle", relation="seeks")
    twice = make_statement(cycles, "Mécanique cycle")
    kept, merged = kept_said.term, moved.term
    before = set(Statement.objects.values_list("pk", "term_id", "withdrawn_at"))
    made = merge_terms(actor=solene, kept_id=kept.pk, merged_id=merged.pk, now=NOW)
    assert set(Statement.objects.standing().values_list("term_id", flat=True)) == {kept.pk}
    assert not Statement.objects.standing().filter(pk=twice.pk).exists()
    assert term("Mécanique cycle") == kept
    counted = with_counts(Term.objects.filter(pk=kept.pk)).get()
    assert (counted.holders, counted.seekers) == (2, 1)  # type: ignore[attr-defined]
    assert list(Term.objects.live()) == [kept]
    undo_merge(actor=solene, merge_id=made.pk, now=NOW)
    assert set(Statement.objects.values_list("pk", "term_id", "withdrawn_at")) == before
    assert term("Mécanique cycle") == merged
    with pytest.raises(NotUndoneError):
        undo_merge(actor=solene, merge_id=made.pk, now=NOW)
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["term.merged", "term.separated"]


def test_merges_that_make_no_sense_are_refused(solene: Person) -> None:
    bike, saw, field = term("Réparer un vélo"), term("Scier"), term("Scier", kind="savoir")
    merge_terms(actor=solene, kept_id=bike.pk, merged_id=saw.pk, now=NOW)
    for kept, merged in ((bike, bike), (bike, field), (saw, bike), (bike, saw), (bike, Term(pk=10**9))):
        with pytest.raises(MergeRefusedError):
            merge_terms(actor=solene, kept_id=kept.pk, merged_id=merged.pk, now=NOW)


def test_separating_two_words_leaves_no_loop(solene: Person) -> None:
    def place(word: str, above: str) -> None:
        content = said(word, broader_id=term(above).pk)
        update_term(actor=solene, term_id=term(word).pk, content=content, now=NOW)

    kept, merged, low = term("Réparer"), term("Remettre en état"), term("Réparer un vélo")
    place("Remettre en état", "Entretenir")
    place("Réparer un vélo", "Remettre en état")
    made = merge_terms(actor=solene, kept_id=kept.pk, merged_id=merged.pk, now=NOW)
    place("Entretenir", "Réparer un vélo")
    with pytest.raises(NotUndoneError):
        undo_merge(actor=solene, merge_id=made.pk, now=NOW)
    low.refresh_from_db()
    assert (low.broader, term("Remettre en état")) == (kept, kept)
    update_term(
        actor=solene, term_id=term("Entretenir").pk, content=said("Entretenir", broader_id=None), now=NOW
    )
    assert undo_merge(actor=solene, merge_id=made.pk, now=NOW) == merged


def test_joining_a_broader_word_leaves_no_loop(solene: Person) -> None:
    top, low = term("Réparer"), term("Réparer un vélo")
    update_term(actor=solene, term_id=low.pk, content=said("Réparer un vélo", broader_id=top.pk), now=NOW)
    made = merge_terms(actor=solene, kept_id=low.pk, merged_id=top.pk, now=NOW)
    low.refresh_from_db()
    assert low.broader is None
    undo_merge(actor=solene, merge_id=made.pk, now=NOW)
    low.refresh_from_db()
    assert low.broader == top
