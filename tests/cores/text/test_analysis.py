"""The analysis of French, as a library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.cores.text import (
    analyse,
    clean,
    edit_distance,
    fold,
    folding,
    slugify,
    sort_key,
    tokens,
    trigram_similarity,
)
from maillage.cores.text.analysis import terms_and_chunks, terms_text
from maillage.cores.text.highlighting import excerpt, mark
from maillage.cores.text.questions import CLUES_MAX, read_question
from maillage.cores.text.spelling import Known, best_corrections, spelling_keys
from maillage.cores.text.vocabulary import ESS_VOCABULARY
from maillage.cores.text.words import CHUNK

ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Éco-construction", "écoconstruction"),
        ("A.M.A.P.", "AMAPs"),
        ("l’épicerie", "EPICERIES"),
        ("œuvre", "oeuvres"),
        ("citoyen·ne·s", "citoyens"),
        ("habitant(e)s", "habitants"),
        ("agriculteur.rice.s", "agriculteur"),
        ("partagée", "partagés"),
        ("solidarité", "solidarites"),
        ("ouvrière", "ouvrier"),
        ("St-Léonard", "saint leonard"),
        ("1 000 arbres", "1000 arbre"),
        ("20km", "20 km"),
        ("entr’aide", "entraide"),
        ("locaux", "local"),
        ("e\u0301cole", "école"),
    ],
)
def test_ways_of_writing_the_same_share_a_term(one: str, other: str) -> None:
    assert set(analyse(one)) & set(analyse(other))


def test_words_that_say_nothing_are_left_out_and_compounds_stand_last() -> None:
    assert analyse("Les éco-constructions d'Éric, aujourd’hui !") == (
        "eco",
        "construct",
        "eric",
        "ecoconstruct",
    )
    assert analyse("Y a-t-il du 3,5 ?") == ("3.5",)


def test_tokens_say_where_they_stand() -> None:
    assert [(token.text, token.start, token.end) for token in tokens("L'été à Niort")] == [
        ("ete", 0, 5),
        ("a", 6, 7),
        ("niort", 8, 13),
    ]


def test_names_are_sorted_as_in_a_dictionary() -> None:
    names = ["Zèbre", "L'Épicerie", "Étang", "eau vive", "Le Four", "Les"]
    assert sorted(names, key=sort_key) == ["eau vive", "L'Épicerie", "Étang", "Le Four", "Les", "Zèbre"]


def test_addresses_are_made_of_letters_and_digits() -> None:
    assert slugify("L'Œuvre d'Ève & Cie (n° 3)") == "l-oeuvre-d-eve-cie-n-3"
    assert len(slugify("mot " * 200)) <= 80
    assert slugify("😀") == ""


@given(ANY_TEXT)
def test_folding_is_idempotent_and_nothing_raises(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(len(term) <= 60 and " " not in term and '"' not in term for term in analyse(text))
    assert len(sort_key(text)) <= 160
    assert slugify(text).replace("-", "a").isalnum() or slugify(text) == ""
    clean(text).encode("utf-8")


@given(st.text("aBz 09-'éÉàœŒçÿ’–«»°€§\u00ad…½ß", max_size=12))
def test_the_quick_way_of_folding_gives_what_the_long_one_does(text: str) -> None:
    long = text
    for _ in range(3):
        long = folding._fold_once(long)
    assert fold(text) == long


@given(ANY_TEXT)
def test_a_question_is_always_read_and_bounded(text: str) -> None:
    question = read_question(text, ESS_VOCABULARY)
    assert len(question.clues) <= CLUES_MAX and len(question.text) <= 200
    assert all(clue.alternatives[0].terms for clue in question.clues)


@given(ANY_TEXT, ANY_TEXT)
def test_marks_keep_the_text(text: str, words: str) -> None:
    terms = frozenset(analyse(words))
    assert "".join(segment.text for segment in mark(text, terms)) == clean(text)
    assert len("".join(segment.text for segment in excerpt([text], terms))) <= 260


@given(ANY_TEXT)
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    terms = set(analyse(text[:150]))
    for clue in read_question(text[:150]).clues:
        assert set(clue.terms) <= terms


def test_a_mark_stands_on_the_word_as_written() -> None:
    marked = [
        segment.text
        for segment in mark("L’Épicerie, des épiceries", frozenset(analyse("epicerie")))
        if segment.marked
    ]
    assert marked == ["L’Épicerie", "épiceries"]


def test_questions_of_people_are_about_their_subject() -> None:
    question = read_question("où trouver des légumes bio près de chez moi ?")
    assert [clue.shown for clue in question.clues] == ["légumes", "bio"]
    assert [clue.shown for clue in read_question("où trouver ?").clues] == ["trouver"]


def test_phrases_exclusions_and_synonyms() -> None:
    question = read_question('"jardin partagé" amap -béton', ESS_VOCABULARY)
    assert question.phrases == (("jardin", "partag"),) and question.excluded == (("beton",),)
    (amap,) = question.clues
    assert any(set(other.terms) == {"pani", "paysan"} and other.adjacent for other in amap.alternatives)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("resourcerie", "ressourcerie"),
        ("epicrie", "epicerie"),
        ("asossiation", "association"),
        ("marechage", "maraichage"),
    ],
)
def test_typing_errors_find_the_word(typed: str, meant: str) -> None:
    assert spelling_keys(typed) & spelling_keys(meant)
    assert best_corrections(typed, [Known(meant, 3), Known("tout autre", 9)])[0].word == meant


def test_likeness() -> None:
    assert edit_distance("velo", "veol") == 1
    assert edit_distance("abcdef", "uvwxyz", distance_max=2) == 3
    assert trigram_similarity("Le Café", "le cafe") == 1.0
    assert trigram_similarity("", "") == 0.0
    assert 0 < trigram_similarity("jardin", "jardins") < 1


BLANKS_AND_NUMBERS = st.text("aé12 0\u00a0\u202f\n\t\u2003,.'’-·\u0301\u200b_", max_size=60)


@given(st.one_of(ANY_TEXT, BLANKS_AND_NUMBERS))
def test_a_text_read_between_its_blanks_gives_the_same_terms_and_chunks(text: str) -> None:
    cleaned = clean(text)
    found = CHUNK.findall(cleaned)
    assert terms_and_chunks(cleaned) == (terms_text(found), set(found))


@pytest.mark.parametrize("text", ["12 000 habitants", "en 2024 345", "x" * 5000 + " y", "l’éco-lieu 1 200,5"])
def test_numbers_with_their_thousands_and_endless_words_are_read_whole(text: str) -> None:
    found = CHUNK.findall(clean(text))
    assert terms_and_chunks(clean(text)) == (terms_text(found), set(found))
