"""One form for all the ways of writing the same letters."""

import re
import unicodedata
from functools import lru_cache

TEXT_CHARACTERS_MAX = 200_000
"""What is read of one text; the rest is ignored, so that no text can hold the machine."""

_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ı": "i",
        **dict.fromkeys("’‘‛ʼʹ´`′＇", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"),
    }
)
_FRENCH = _LETTERS | str.maketrans("àâäáãåçéèêëîïíìñôöóòõùûüúÿ", "aaaaaaceeeeiiiinooooouuuuy")
"""What French texts are made of: enough to fold nearly all words without decomposing them."""

_STABLE = str.maketrans(dict.fromkeys("«»°€§"))
"""Signs of French texts that folding leaves as they are."""

_SPACES = re.compile(r"\s+")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text, composed (NFC), without what databases or pages refuse: NUL, controls, lone surrogates."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text[:TEXT_CHARACTERS_MAX]))


def fold(text: str) -> str:
    """Lower case without accents nor ligatures, with straight apostrophes and hyphens.

    Idempotent. Not for display: the length can change.
    """
    if text.isascii():
        return text.lower()
    french = text.lower().translate(_FRENCH)
    if french.isascii() or french.translate(_STABLE).isascii():
        return french
    for _ in range(3):  # two rounds settle every known character; the third proves it
        folded = _fold_once(text)
        if folded == text:
            break
        text = folded
    return text


def _fold_once(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in decomposed if letter < "\x80" or unicodedata.category(letter) != "Mn")
    return bare.translate(_LETTERS)


def sort_key(text: str, *, length_max: int = 160) -> str:
    """The key that puts names in the order of a French dictionary on every database.

    Accents, case, apostrophes, hyphens and leading articles do not count: « L'Épicerie » stands at E.
    """
    return _sort_key(text[: 4 * length_max], length_max)


@lru_cache(maxsize=20_000)
def _sort_key(text: str, length_max: int) -> str:
    """Remembered: towns, categories and names are asked for many times by one import."""
    words = _BETWEEN_WORDS.sub(" ", fold(text)).split()
    while len(words) > 1 and words[0] in {"l", "le", "la", "les"}:
        words = words[1:]
    return " ".join(words)[:length_max].rstrip()


def slugify(text: str, *, length_max: int = 80) -> str:
    """Lower-case ASCII words joined by hyphens, for addresses; cut at a word. Can be empty."""
    slug = _NOT_IN_SLUG.sub("-", fold(text[: 8 * length_max])).strip("-")
    if len(slug) <= length_max:
        return slug
    kept, _hyphen, _cut = slug[: length_max + 1].rpartition("-")
    return (kept or slug[:length_max]).strip("-")


def squeeze(text: str) -> str:
    """The text with each run of white space made one space."""
    return _SPACES.sub(" ", text).strip()
