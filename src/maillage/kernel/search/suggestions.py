"""What to propose while someone types."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.cores.text.questions import Alternative, Question, read_question
from maillage.kernel.search import lexicon
from maillage.kernel.search.engines import engine, matching
from maillage.kernel.search.models import LexiconWord, SearchEntry
from maillage.kernel.search.synonyms import synonyms_in_force

WORDS_MAX = 5
TITLES_MAX = 5
PREFIX_LETTERS_MIN = 2


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A question to ask (`url` empty), or the page of a document whose title answers already."""

    text: str
    url: str = ""
    kind: str = ""


def suggest(words: str, *, for_members: bool = False) -> list[Suggestion]:
    """Completions of the last word, then documents whose title or keywords answer what is typed so far.

    Completions are words of public documents; `for_members`, titles are also those of what is for them.
    """
    question = read_question(words, synonyms_in_force())
    if not question.clues:
        return []
    completions: list[LexiconWord] = []
    last = question.clues[-1]
    typing = not words[-1].isspace() and question.text.lower().endswith(last.shown)
    if typing and len(last.word) >= PREFIX_LETTERS_MIN:
        completions = list(lexicon.beginning_with(last.word, count_max=4 * WORDS_MAX))
        completions = completions or lexicon.corrections(last.word)
        widened = last
        for known in completions:
            widened = widened.joined_by(Alternative((known.term,)))
        question = question.with_clue(len(question.clues) - 1, widened)
    head = question.text[: -len(last.shown)]
    asked = [
        Suggestion(text=head + known.shown) for known in _told_apart(completions) if known.word != last.word
    ]
    return asked[:WORDS_MAX] + _titles(question, for_members)


def _told_apart(words: list[LexiconWord]) -> list[LexiconWord]:
    """One word for each meaning, the most used: « jardin » and « jardins » find the same."""
    by_term: dict[str, LexiconWord] = {}
    for known in words:
        by_term.setdefault(known.term, known)
    return list(by_term.values())


def _titles(question: Question, for_members: bool) -> list[Suggestion]:
    wanted = matching(question, [question.clues], [], for_members=for_members)
    ids = engine().headlined(wanted, limit=TITLES_MAX)
    entries = SearchEntry.objects.only("title", "url", "kind").in_bulk(ids)
    shown = [entries[key] for key in ids if key in entries]
    return [Suggestion(text=entry.title, url=entry.url, kind=entry.kind) for entry in shown]
