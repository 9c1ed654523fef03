"""What a person asks for in a search box, read as clues that an index can answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from maillage.cores.text.analysis import is_stop_word, stem, terms_of
from maillage.cores.text.folding import clean, fold, squeeze
from maillage.cores.text.stop_words import QUESTION_WORDS
from maillage.cores.text.synonyms import SynonymTable
from maillage.cores.text.words import CHUNK, WORD_CHARACTERS_MAX, pieces

QUESTION_CHARACTERS_MAX = 200
CLUES_MAX = 12
"""What is read of a question; what follows is left out."""

SYNONYM_WEIGHT = 0.6
JOINED_WEIGHT = 0.9

_QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»')
_EXCLUDED = re.compile(rf"(?<!\S)-({CHUNK.pattern})")
_QUESTION_WORDS = frozenset(fold(word).replace("'", "").replace("-", "") for word in QUESTION_WORDS)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that answer a clue, all of them, side by side when `adjacent`; worth `weight` from 0 to 1."""

    terms: tuple[str, ...]
    weight: float = 1.0
    adjacent: bool = False


@dataclass(frozen=True, slots=True)
class Clue:
    """One idea of the question: `shown` as the person wrote it, `word` folded, and what answers it, best first."""

    shown: str
    word: str
    alternatives: tuple[Alternative, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms of what was really written."""
        return self.alternatives[0].terms

    def joined_by(self, alternative: Alternative) -> Clue:
        """The clue with one more answer; an answer that it has already changes nothing."""
        if any(known.terms == alternative.terms for known in self.alternatives):
            return self
        return replace(self, alternatives=(*self.alternatives, alternative))


@dataclass(frozen=True, slots=True)
class Question:
    """`clues` should be met, `phrases` must stand as they are, `excluded` must not appear.

    `text` is the question as read: cleaned and cut. `title_words` are all its words, folded, stop words too.
    """

    text: str = ""
    clues: tuple[Clue, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    title_words: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not (self.clues or self.phrases)

    def with_clue(self, at: int, clue: Clue) -> Question:
        return replace(self, clues=(*self.clues[:at], clue, *self.clues[at + 1 :]))


def read_question(text: str, synonyms: SynonymTable | None = None) -> Question:
    """Read a question. Never raises; what cannot be read is ignored.

    Quotes keep words together, a leading hyphen excludes, everything else is a clue. Words of asking
    (« où trouver… ») are left out unless there is nothing else.
    """
    text = squeeze(clean(text[: 4 * QUESTION_CHARACTERS_MAX]))[:QUESTION_CHARACTERS_MAX]
    phrases, excluded = [], []
    rest = text
    for quoted in _QUOTED.findall(text):
        if terms := _terms(CHUNK.findall("".join(quoted))):
            phrases.append(terms)
    rest = _QUOTED.sub(" ", rest)
    for hidden in _EXCLUDED.findall(rest):
        if terms := _terms([hidden]):
            excluded.append(terms)
    rest = _EXCLUDED.sub(" ", rest)
    chunks = CHUNK.findall(rest)
    clues = _without_question_words([clue for chunk in chunks if (clue := _clue(chunk))])[:CLUES_MAX]
    return Question(
        text=text,
        clues=tuple(_expanded(clues, synonyms or SynonymTable())),
        phrases=tuple(phrases[:CLUES_MAX]),
        excluded=tuple(excluded[:CLUES_MAX]),
        title_words=tuple(folded for chunk in chunks for _shown, folded in pieces(chunk).words)[:30],
    )


def _terms(chunks: list[str]) -> tuple[str, ...]:
    return tuple(term for chunk in chunks for term in terms_of(chunk).simple)[:CLUES_MAX]


def _clue(chunk: str) -> Clue | None:
    found = terms_of(chunk)
    if not found.simple:
        return None
    kept = [(shown, word) for shown, word in pieces(chunk).words if not is_stop_word(word)]
    alternatives = [Alternative(found.simple)]
    alternatives += [Alternative((joined,)) for joined in found.compounds]
    shown = kept[0][0] if len(kept) == 1 else chunk.lower()
    return Clue(shown, "".join(word for _shown, word in kept), tuple(alternatives))


def _without_question_words(clues: list[Clue]) -> list[Clue]:
    kept = [clue for clue in clues if clue.word not in _QUESTION_WORDS]
    return _once(kept or clues)


def _once(clues: list[Clue]) -> list[Clue]:
    seen: dict[tuple[str, ...], Clue] = {}
    for clue in clues:
        seen.setdefault(clue.terms, clue)
    return list(seen.values())


def _expanded(clues: list[Clue], synonyms: SynonymTable) -> list[Clue]:
    """Add what the clues say together: compounds written apart, and synonyms of one or several words.

    What answers several clues at once is added to each of them.
    """
    result = list(clues)
    for at in range(len(clues) - 1):
        word = clues[at].word + clues[at + 1].word
        if len(word) <= WORD_CHARACTERS_MAX and word.isalpha():
            joined = Alternative((stem(word),), JOINED_WEIGHT)
            result[at : at + 2] = [clue.joined_by(joined) for clue in result[at : at + 2]]
    for start in range(len(clues)):
        for length in range(min(synonyms.length_max, len(clues) - start), 0, -1):
            spoken = tuple(term for clue in clues[start : start + length] for term in clue.terms)
            for same in synonyms.same_as(spoken):
                other = Alternative(same, SYNONYM_WEIGHT, adjacent=len(same) > 1)
                for at in range(start, start + length):
                    result[at] = result[at].joined_by(other)
    return result
