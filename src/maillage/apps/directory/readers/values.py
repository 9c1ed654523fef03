"""Cleaning of single values: whatever comes in, plain checked values or nothing come out."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import nh3
import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from stdnum.fr import siret as siret_number

from maillage.apps.directory.choices import Family, Licence, Stage
from maillage.apps.directory.readers.fields import fold_header

TEXT_CHARS_MAX = 100_000
URL_CHARS_MAX = 500

_TAG = re.compile(r"<[a-zA-Z/!?]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_BREAK = re.compile(
    r"<\s*(?:(?:br|/p|/div|/ul|/ol|/h[1-6]|/tr|hr)\b[^>]*>|/t[dh]\b[^>]*>\s*+(?=<\s*t[dh]\b))", re.IGNORECASE
)
"""What ends a line of HTML; a cell of a table does before the next one."""
_LINK = re.compile(
    r"<\s*a\b[^>]{0,500}?\bhref\s*=\s*[\"']?\s*((?:https?://|mailto:)[^\"'\s>]{3,400})[^>]{0,500}>(.{0,500}?)<\s*/\s*a\s*>",
    re.IGNORECASE | re.DOTALL,
)
_BETWEEN_ANGLES = re.compile(
    r"<(?:mailto:)?([^\s<>@\"'=/]{1,64}@[^\s<>@\"'=/]{1,190}\.[a-z]{2,24}|https?://[^\s<>\"']{3,400})>",
    re.IGNORECASE,
)
"""`<a@b.example>`, as programs of mail write an address: it is no tag."""
_ITEM = re.compile(r"<\s*li\b[^>]*>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\u00a0]+")
_LINES = re.compile(r" *\n *")
_MANY_LINES = re.compile(r"\n{3,}")
_GUARDED = re.compile(r"^'(?=[=+\-@|%])")
_SHORTCODE = re.compile(
    r"\[/?(?:gallery|caption|embed|playlist|video|audio|vc_\w{1,30}|et_pb_\w{1,30}|fusion_\w{1,30})\b[^\]]{0,2000}\]"
)
"""What WordPress and its page builders put around the words of a page."""
_SCRIPTS = {"script", "style", "template", "iframe", "object", "noscript", "svg", "math"}
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s")


def plain_text(value: str) -> str:
    """Text without markup, control characters or piled-up blanks; paragraphs are kept.

    HTML is taken out by a real parser, scripts with their content; what only looks like a tag (`a < b`) stays.
    """
    if value.isprintable() and "<" not in value and "&" not in value and "  " not in value:
        return (
            _GUARDED.sub("", value[:TEXT_CHARS_MAX].strip())
            if "'" in value[:2]
            else value[:TEXT_CHARS_MAX].strip()
        )
    text = value[:TEXT_CHARS_MAX]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<" in text or "&" in text:
        text = _without_markup(text)
    if not text.replace("\n", "").isprintable():
        text = _BLANKS.sub(" ", _CONTROL.sub("", text))
    elif "  " in text:
        text = _BLANKS.sub(" ", text)
    if "\n " in text or " \n" in text:
        text = _LINES.sub("\n", text)
    if "\n\n\n" in text:
        text = _MANY_LINES.sub("\n\n", text)
    return _GUARDED.sub("", text.strip())


def _without_markup(text: str) -> str:
    for _round in range(3):  # `&lt;b&gt;` written by one tool may have been escaped again by the next
        if _TAG.search(text):
            text = _BETWEEN_ANGLES.sub(r"\1", _SHORTCODE.sub("", text))
            text = _ITEM.sub("\n- ", _BREAK.sub("\n", _LINK.sub(_words_and_address, text)))
            text = html.unescape(nh3.clean(text, tags=set(), clean_content_tags=_SCRIPTS))
        elif _ENTITY.search(text):
            text = html.unescape(text)
        else:
            break
    else:
        # Still marked up after three rounds: it is an attack or a lesson on HTML, and is shown as such.
        text = text.replace("<", "‹").replace(">", "›")
    return text


def _words_and_address(link: re.Match[str]) -> str:
    """`<a href="https://x.example">notre site</a>` as "notre site (https://x.example)": the address is not lost."""
    address, words = link[1].removeprefix("mailto:"), link[2]
    return words if bare_address(address) in words else f"{words} ({address})".strip()


def bare_address(address: str) -> str:
    """An address as people write it among words, without what any address begins and ends with."""
    return address.split("://", 1)[-1].removeprefix("www.").rstrip("/")


def storable(text: str) -> str:
    """The text without the characters that databases refuse: NUL, controls, halves of characters."""
    return text if text.isprintable() else _CONTROL.sub("", text)


def one_line(value: str) -> str:
    if not value:
        return ""
    return " ".join(plain_text(value).split())


def shorten(text: str, chars_max: int) -> str:
    """The text on one line, cut between words with an ellipsis when it is longer than `chars_max`."""
    text = " ".join(text.split())
    if len(text) <= chars_max:
        return text
    cut = text[: chars_max - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[chars_max // 2 :] else cut).rstrip(" ,;:-") + "…"


def first_sentence(text: str, chars_max: int) -> str:
    """The first sentence of a text, or as much of it as holds."""
    paragraph = next((part for part in text.split("\n") if part.strip(" -*")), "")
    sentence = _SENTENCE_END.split(paragraph, maxsplit=1)[0]
    return shorten(sentence if len(sentence) > 20 else paragraph, chars_max)


def web_address(value: str) -> str:
    """An http address, completed when its scheme is missing; empty when the value is not one."""
    if not value:
        return ""
    if len(value) <= URL_CHARS_MAX and _PLAIN_ADDRESS.match(value):
        return value
    text = _SPOILT_SCHEME.sub(r"\1://", _TWO_SCHEMES.sub("", value.strip().strip("<>\"' ,;")))
    if not text or len(text) > URL_CHARS_MAX or any(character.isspace() for character in text):
        return ""
    if text.startswith(f"{settings.PUBLIC_URL}/"):
        return text  # this very site, which may have no public name yet
    if not re.match(r"^[a-zA-Z][a-zA-Z0-9+.-]*://", text):
        if "@" in text.split("/")[0] or "." not in text.split("/")[0]:
            return ""
        text = f"https://{text.lstrip('/')}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not _HOST.match(host) or parts.username:
        return ""
    return text if len(text) <= URL_CHARS_MAX else ""


_PLAIN_ADDRESS = re.compile(
    r"^https?://(?:[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?\.)+[a-z]{2,24}(?:/[\w.~/%#?=&+@-]*)?$"
)
"""Nearly all addresses as they should be; the others go through the parser."""
_SPOILT_SCHEME = re.compile(r"^(https?)(?::|\\c|;|:\s)/{1,3}(?=[^/])", re.IGNORECASE)
_TWO_SCHEMES = re.compile(r"^(?:https?://)+(?=https?://)", re.IGNORECASE)
_HOST = re.compile(
    r"^(?=.{4,253}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}$|^(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+xn--[a-z0-9-]+$"
)


_PLAIN_EMAIL = re.compile(
    r"^[a-zA-Z0-9][a-zA-Z0-9_-]*(?:\.[a-zA-Z0-9_-]+)*@[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.[a-z]{2,24}$"
)
"""Nearly all addresses; the others go through Django's validator, forty times slower."""


_AT = re.compile(r"\s*[\[(]\s*(?:at|arobase)\s*[\])]\s*", re.IGNORECASE)
"""« contact(at)ici.example », as people hide an address from robots."""


def _without_mask(value: str) -> str:
    return value if "@" in value else _AT.sub("@", value)


def email_address(value: str) -> str:
    """The first e-mail address of the value; empty when there is none."""
    for part in re.split(r"[\s,;/|<>]+|mailto:", _without_mask(value)):
        candidate = part.strip("<>()\"'.")
        if "@" not in candidate or len(candidate) > 254:
            continue
        if _PLAIN_EMAIL.match(candidate):
            return candidate
        try:
            validate_email(candidate)
        except ValidationError:
            continue
        return candidate
    return ""


@lru_cache(maxsize=4096)
def phone_number(value: str) -> str:
    """The first telephone number of the value, as people write it in France; empty when there is none."""
    text = _with_its_zero(_whole_number(value[:80]))
    for match in phonenumbers.PhoneNumberMatcher(text, "FR", max_tries=20):
        number = match.number
        style = (
            phonenumbers.PhoneNumberFormat.NATIONAL
            if number.country_code == 33
            else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        return str(phonenumbers.format_number(number, style))
    return text if _FRENCH_PHONE.match(text) else ""


_SIGNS = re.compile(r"[\s.\-()\u00a0\u202f]")
_FRENCH_PHONE = re.compile(r"^0[1-9](?: \d\d){4}$")


def _with_its_zero(text: str) -> str:
    """A French number as it is dialled, when the text is nothing else: a spreadsheet takes it for a sum and drops its zero."""
    digits = _SIGNS.sub("", text)
    if digits.startswith("0033"):
        digits = digits[4:]
    elif digits.startswith(("+33", "33")) and len(digits) >= 11:
        digits = digits.removeprefix("+")[2:]
    if digits.isdigit() and len(digits) == 10 and digits.startswith("0"):
        digits = digits[1:]
    if not (digits.isdigit() and len(digits) == 9 and digits[0] != "0"):
        return text
    digits = f"0{digits}"
    return " ".join(digits[start : start + 2] for start in range(0, 10, 2))


def siret_of(value: str) -> str:
    """The fourteen digits of a SIRET whose key is right; empty otherwise."""
    digits = re.sub(r"[\s.\u00a0\u202f]", "", _whole_number(value))
    return digits if digits.isdigit() and siret_number.is_valid(digits) else ""


_NUMBER_OF_A_SPREADSHEET = re.compile(r"^\d+\.0$|^\d(?:[.,]\d+)?[eE]\+?\d\d?$")


def _whole_number(value: str) -> str:
    """The digits of a code that a spreadsheet took for a number: `12345678200010.0`, `1.234567820001E+13`."""
    text = value.strip()
    if not _NUMBER_OF_A_SPREADSHEET.match(text):
        return text
    return f"{Decimal(text.replace(',', '.')):.0f}"


def rounded_away(value: str) -> bool:
    """Whether a spreadsheet wrote a long number in short and lost its last digits: `8.6E13`."""
    return "e" in value.lower() and bool(_NUMBER_OF_A_SPREADSHEET.match(value.strip()))


_CODE_IN_WORDS = re.compile(r"(?<!\d)(?:F-?)?(\d{5}|\d\d \d{3})(?!\d)")


def postal_code_of(value: str) -> str:
    """A French postal code with the zero that spreadsheets drop, alone or among words; others as they are written."""
    if len(value) == 5 and value.isdigit():
        return value
    text = _whole_number(value)
    if text.isdigit() and len(text) in (4, 5):
        return text.zfill(5)
    if found := _CODE_IN_WORDS.search(text):
        return found[1].replace(" ", "")
    return text[:12] if any(map(str.isdigit, text)) else ""


_FIVE_DIGITS = re.compile(r"(?<!\d)\d{5}(?!\d)")
_END_OF_ADDRESS = re.compile(
    r"^(?P<street>.*?)[\s,;\-–]*(?<!\d)(?:F-)?(?P<code>\d{5})[\s,]+(?P<city>[^\W\d][^,;\d]{1,60}?)(?:\s+cedex(?:\s+\d+)?)?(?:[\s,]+france)?[\s.,]*$",
    re.IGNORECASE,
)


def split_address(text: str) -> tuple[str, str, str]:
    """Street, postal code and town of an address on one line; the two last are empty when they do not stand at its end."""
    found = _END_OF_ADDRESS.match(text) if _FIVE_DIGITS.search(text) else None
    return (found["street"], found["code"], found["city"].strip()) if found else (text, "", "")


_STAGE_OF_WORD = {
    "projet": Stage.IDEA,
    "idee": Stage.IDEA,
    "emergence": Stage.IDEA,
    "reflexion": Stage.IDEA,
    "idea": Stage.IDEA,
    "lancement": Stage.LAUNCHING,
    "demarrage": Stage.LAUNCHING,
    "experimentation": Stage.LAUNCHING,
    "launching": Stage.LAUNCHING,
    "cours": Stage.RUNNING,
    "activite": Stage.RUNNING,
    "actif": Stage.RUNNING,
    "active": Stage.RUNNING,
    "running": Stage.RUNNING,
    "operationnel": Stage.RUNNING,
    "marche": Stage.RUNNING,
    "fonctionnement": Stage.RUNNING,
    "essaimage": Stage.GROWING,
    "developpement": Stage.GROWING,
    "deploiement": Stage.GROWING,
    "diffusion": Stage.GROWING,
    "growing": Stage.GROWING,
    "termine": Stage.ENDED,
    "terminee": Stage.ENDED,
    "fini": Stage.ENDED,
    "finie": Stage.ENDED,
    "clos": Stage.ENDED,
    "ended": Stage.ENDED,
    "acheve": Stage.ENDED,
    "achevee": Stage.ENDED,
    "ferme": Stage.ENDED,
    "fermee": Stage.ENDED,
    "arrete": Stage.ENDED,
    "completed": Stage.ENDED,
}


@lru_cache(maxsize=4096)
def stage_of(value: str) -> str:
    """The stage that a few words tell; empty when they tell none of ours."""
    words = fold_header(value).split()
    if "creation" in words:
        return str(Stage.LAUNCHING)
    return next((str(_STAGE_OF_WORD[word]) for word in reversed(words) if word in _STAGE_OF_WORD), "")


_FAMILY_WORDS: tuple[tuple[str, Family], ...] = (
    ("association", Family.ASSOCIATION), ("asso", Family.ASSOCIATION), ("nonprofit", Family.ASSOCIATION),
    ("cooperative", Family.COOPERATIVE), ("scop", Family.COOPERATIVE), ("scic", Family.COOPERATIVE), ("cae", Family.COOPERATIVE),
    ("cuma", Family.COOPERATIVE), ("coop", Family.COOPERATIVE), ("cooperatif", Family.COOPERATIVE),
    ("mutuelle", Family.MUTUAL), ("mutual", Family.MUTUAL), ("mutualite", Family.MUTUAL),
    ("fondation", Family.FOUNDATION), ("foundation", Family.FOUNDATION), ("fonds de dotation", Family.FOUNDATION),
    ("esus", Family.SOCIAL_COMPANY), ("entreprise", Family.SOCIAL_COMPANY), ("societe commerciale", Family.SOCIAL_COMPANY),
    ("collectif", Family.INFORMAL_GROUP), ("informel", Family.INFORMAL_GROUP), ("citoyens", Family.INFORMAL_GROUP),
    ("mairie", Family.PUBLIC_BODY), ("collectivite", Family.PUBLIC_BODY), ("etablissement public", Family.PUBLIC_BODY),
    ("communaute de communes", Family.PUBLIC_BODY), ("commune", Family.PUBLIC_BODY),
    ("autre", Family.OTHER), ("other", Family.OTHER),
)  # fmt: skip


_FAMILIES = frozenset(Family.values)
_LEGAL_CODE = re.compile(r"^\d{4}$")
_COOPERATIVE_CODES = re.compile(
    r"^(?:545[1-9]|5460|555[1-9]|5560|565[1-9]|5660|6316|6317|6318|5191|519[2-6])$"
)


def _family_of_code(code: str) -> str:
    """From the national list of legal categories (catégories juridiques, level III)."""
    if _COOPERATIVE_CODES.match(code):
        return str(Family.COOPERATIVE)
    for start, family in (
        ("92", Family.ASSOCIATION),
        ("93", Family.FOUNDATION),
        ("82", Family.MUTUAL),
        ("7", Family.PUBLIC_BODY),
    ):
        if code.startswith(start):
            return str(family)
    return ""


@lru_cache(maxsize=4096)
def family_of(value: str) -> str:
    """The family of the social and solidarity economy that a legal form or a few words tell."""
    if not value or value in _FAMILIES:
        return value
    if code := _LEGAL_CODE.match(value.strip()):
        return _family_of_code(code[0])
    folded = f" {fold_header(value)} "
    return next((str(family) for words, family in _FAMILY_WORDS if f" {words} " in folded), "")


_LICENCES = frozenset(Licence.values)


@lru_cache(maxsize=1024)
def licence_of(value: str) -> str:
    """One of our licences, from its name or its address; empty when it is another one."""
    if not value or value in _LICENCES:
        return value
    folded = fold_header(value)
    joined = folded.replace(" ", "")
    if "odbl" in joined or "odc" in folded.split() or "opendatabase" in joined:
        return str(Licence.ODBL)
    if "cc0" in joined or "publicdomain" in joined:
        return str(Licence.CC0)
    if "bync" in joined or "bynd" in joined:
        return str(Licence.ALL_RIGHTS)
    if "bysa" in joined:
        return str(Licence.CC_BY_SA)
    if "ccby" in joined or "licensesby" in joined:
        return str(Licence.CC_BY)
    if "etalab" in joined or "licenceouverte" in joined:
        return str(Licence.ETALAB)
    return ""


_SPLIT_STRONG = re.compile(r"[|;\n\t]+|\s[>›»]\s")
_SLASH = re.compile(r"(?<=[^\W\d]{3})\s*/\s*(?=[^\W\d]{3})|\s+/\s+")
_WRITTEN_LIST = re.compile(r"""\[(?:\s*+(?:'[^'\\]*+'|"[^"\\]*+")\s*+,?+)*+\s*+\]|\{[^{}:]*+\}""")
_WRITTEN_LABEL = re.compile(r"""'([^']*)'|"([^"]*)"|([^\s'",][^'",]*)""")
"""A list as a program of Python (`['a', 'b']`) or a database (`{a,"b c"}`) writes it in a cell."""
LABEL_CHARS_MAX = 120


@lru_cache(maxsize=8192)
def split_labels(value: str) -> tuple[str, ...]:
    """The labels of a list written in one cell: by `|` `;` `>` or lines, else by commas outside parentheses, else by slashes."""
    if "://" in value and not any(character.isspace() for character in value):
        return (value,)
    if "&" in value:
        value = html.unescape(html.unescape(value))
    if value[:1] in ("[", "{") and _WRITTEN_LIST.fullmatch(value.strip()):
        written = map("".join, _WRITTEN_LABEL.findall(value.strip()[1:-1]))
        return tuple(filter(None, map(one_line, written)))
    if "," not in value and not _SPLIT_STRONG.search(value):
        return tuple(one_line(part) for part in _SLASH.split(value) if part.strip())
    strong = [part for part in _SPLIT_STRONG.split(value) if part.strip()]
    if len(strong) > 1:
        return tuple(one_line(part) for part in strong)
    parts: list[str] = []
    depth = 0
    current = ""
    for character in value:
        depth += (character == "(") - (character == ")")
        if character == "," and depth <= 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return tuple(one_line(part) for part in (*parts, current) if part.strip())


_UMAP_MEDIA = re.compile(r"\{\{\{?[^{}]{0,600}\}?\}\}")
_UMAP_LINK = re.compile(r"\[\[\s*(https?://[^\]|\s]+)\s*(?:\|([^\]]*))?\]\]")
_UMAP_MARKS = re.compile(r"\*\*|^#{1,3} ?|^---\s*$", re.MULTILINE)


def umap_text(text: str) -> str:
    """A text in uMap's own marks: links become "words (address)", pictures and frames go, so do stars and hashes."""
    if not any(mark in text for mark in ("{{", "[[", "**", "#", "---")):
        return text
    text = _UMAP_LINK.sub(lambda link: f"{link[2]} ({link[1]})" if link[2] else link[1], text)
    return _UMAP_MARKS.sub("", _UMAP_MEDIA.sub("", text)).strip()


def concept_label(concept: str) -> str:
    """The words of a concept's address: `http://…/SKOS/media_numerique` is "media numerique". Words stay as they are."""
    if "://" not in concept:
        return concept.replace("[object Object]", "").strip()
    last = re.split(r"[/#]", concept.split("://", 1)[1])[-1]
    return " ".join(unquote(last).replace("_", " ").replace("+", " ").split())
