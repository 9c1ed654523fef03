"""Rows that come home: what was exported here and is read again is recognised by the address of its fiche.

The rule, in words and with an example, is docs/explanation/doublons.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from django.conf import settings

from maillage.apps.directory.choices import CarrierRole
from maillage.apps.directory.models import Initiative, InitiativePlace, Organization
from maillage.apps.directory.queries.initiatives import with_everything
from maillage.apps.directory.readers.rows import ImportedRow
from maillage.apps.directory.readers.values import first_sentence
from maillage.apps.directory.readers.values import plain_text as without_markup
from maillage.cores.text import sort_key
from maillage.kernel.ui.markdown import plain_text as without_markdown

FICHE_PATH = re.compile(r"^/initiatives/(\d{1,18})-")
BODY_PATH = re.compile(r"^/structures/(\d{1,18})-")
SUMMARY_CHARS_MAX = 300
SAME_POINT_DEGREES = 0.000_01
"""About a metre: less than what formats lose in writing a position."""

_SAME_NAMES = (
    "title",
    "stage",
    "family",
    "licence",
    "website",
    "contact_name",
    "opening_hours",
    "started_on",
    "ended_on",
)


def fiche_named_by(address: str) -> int | None:
    """The id of the fiche of this site that has this address; None for any other address, or none."""
    return _named_by(address, FICHE_PATH)


def home_id(row: ImportedRow) -> int | None:
    """The fiche that a row says it is, by the address that every export writes."""
    return _home_id(row, FICHE_PATH)


def home_body_id(row: ImportedRow) -> int | None:
    """The organisation of this site that a row says it is, in the same way."""
    return _home_id(row, BODY_PATH)


def _home_id(row: ImportedRow, path: re.Pattern[str]) -> int | None:
    for address in (row.source_url, row.external_id, row.website):
        if address.startswith("http") and (pk := _named_by(address, path)) is not None:
            return pk
    return None


def _named_by(address: str, path: re.Pattern[str]) -> int | None:
    if "/initiatives/" not in address and "/structures/" not in address:
        return None  # nearly all addresses: taking one apart costs ten times more
    parts = urlsplit(address)
    found = path.match(parts.path)
    if found is None or parts.netloc not in ("", urlsplit(settings.PUBLIC_URL).netloc):
        return None
    return int(found.group(1))


def bodies_come_home(rows: Sequence[ImportedRow]) -> set[int]:
    """The ids of the organisations that the rows of a batch say they are, and that exist."""
    ids = {pk for row in rows if (pk := home_body_id(row)) is not None}
    return set(Organization.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def fiches_come_home(rows: Sequence[ImportedRow]) -> dict[int, Initiative]:
    """By id, the fiches that the rows of a batch say they are: a bounded number of queries."""
    ids = {pk for row in rows if (pk := home_id(row)) is not None}
    if not ids:
        return {}
    found = with_everything(Initiative.objects.filter(pk__in=ids).order_by("pk"))
    return {initiative.pk: initiative for initiative in found}


def says_the_same(row: ImportedRow, initiative: Initiative) -> bool:
    """Whether all that the row says already stands on the fiche; what it is silent about does not count."""
    told = (initiative.activities, initiative.context, initiative.summary)
    return (
        all(_same_words(said, kept) for said, kept in _pairs(row, initiative))
        and any(_same_words(row.description, text) for text in told)
        and _same_labels(row, initiative)
        and _same_place(row, list(initiative.places.all()), has_area=initiative.area_id is not None)
    )


def _pairs(row: ImportedRow, initiative: Initiative) -> Iterator[tuple[object, object]]:
    """(what the row says, what the fiche says) of each part that is written as it is."""
    for name in _SAME_NAMES:
        said = getattr(row, name)
        if name != "website" or fiche_named_by(said) is None:
            yield said, getattr(initiative, name)
    if initiative.summary or row.summary != first_sentence(row.description, SUMMARY_CHARS_MAX):
        yield row.summary, initiative.summary
    yield row.email, initiative.contact_email
    yield _digits(row.phone), _digits(initiative.contact_phone)
    for name, said in row.sections.items():
        yield said, getattr(initiative, name)


def _same_words(said: object, kept: object) -> bool:
    if said in ("", None):
        return True
    if not isinstance(said, str) or not isinstance(kept, str):
        return said == kept
    plain = _words(without_markup(kept))
    return _words(said) in (plain, _words(without_markup(without_markdown(kept))))


def _same_labels(row: ImportedRow, initiative: Initiative) -> bool:
    """Themes, keywords and carriers: each that the row names is already there."""
    themes = _folded(theme.name for theme in initiative.themes.all())
    keywords = _folded(initiative.keywords.split(","))
    carriers = [said for said in initiative.carriers.all() if said.role == CarrierRole.CARRIER]
    names = [said.organization.name if said.organization else said.name for said in carriers]
    names += [initiative.owner.name] if initiative.owner else []
    named = sort_key(row.organization)
    return (
        _folded(row.categories) <= themes | keywords
        and _folded(row.keywords) <= themes | keywords
        and (not named or any(named.startswith(sort_key(name)) for name in names))
    )


def _same_place(row: ImportedRow, places: list[InitiativePlace], *, has_area: bool) -> bool:
    """Whether the place that the row tells is the fiche's; a row, which tells one, is not heard against several.

    A position without an address, on a fiche of an area and no place, is the middle of the contour.
    """
    if len(places) > 1:
        return True
    if (row.latitude is None or (has_area and not places)) and not (
        row.address or row.postal_code or row.city
    ):
        return True
    return any(_is_at(row, place) for place in places)


def _is_at(row: ImportedRow, place: InitiativePlace) -> bool:
    words = ((row.address, place.address), (row.postal_code, place.postal_code), (row.city, place.city))
    if not all(_same_words(said, kept) for said, kept in words):
        return False
    if row.latitude is None or row.longitude is None:
        return True
    if place.latitude is None or place.longitude is None:
        return False
    return (
        abs(row.latitude - place.latitude) <= SAME_POINT_DEGREES
        and abs(row.longitude - place.longitude) <= SAME_POINT_DEGREES
    )


def _digits(phone: str) -> str:
    """The number without what depends on the way it is written: its country, its first zero, its blanks."""
    return "".join(character for character in phone if character.isdigit())[-9:]


def _words(text: str) -> str:
    return " ".join(text.split())


def _folded(labels: Iterable[str]) -> set[str]:
    return {sort_key(label) for label in labels} - {""}
