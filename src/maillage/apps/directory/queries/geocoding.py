"""From words to places: the national address service when the host chose one, otherwise what was loaded here.

Without network the addresses come from the table of the national base (`maillage load-addresses`) and from the communes; with neither,
nothing is found and nothing breaks: coordinates can always be typed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db.models import Q, QuerySet

from maillage.apps.directory.models import BanAddress, Commune
from maillage.cores.text import sort_key
from maillage.kernel.fetch.safe import PUBLIC, FetchError, fetch

log = structlog.get_logger("maillage.geocoding")

TEXT_LENGTH_MAX = 200
LIMIT_MAX = 10
ANSWER_BYTES_MAX = 300_000
ANSWER_SECONDS_MAX = 4.0
SCORE_MIN = 0.4
"""Below, the national service itself doubts (its scores go from 0 to 1)."""
COMMUNE_WORDS_MAX = 7
NUMBER = re.compile(r"^(\d{1,4})(?: (bis|ter|quater|[a-d]))?(?= |$)")
POSTAL_CODE = re.compile(r"\b\d{5}\b")
POLICY = PUBLIC


@dataclass(frozen=True)
class FoundPlace:
    """A place found: `kind` is "address", "street" or "commune". Coordinates in degrees."""

    kind: str
    label: str
    address: str
    postal_code: str
    city: str
    insee_code: str
    latitude: float
    longitude: float


def find_places(text: str, *, limit: int = 8) -> list[FoundPlace]:
    """The places that `text` may mean, the likeliest first. Never raises because of what was typed or of the network."""
    text = " ".join(text.replace("\x00", "").split())[:TEXT_LENGTH_MAX]
    limit = max(1, min(limit, LIMIT_MAX))
    if len(sort_key(text)) < 2:
        return []
    found = _ask_service(text, limit) if settings.GEOCODER_URL else []
    return found or _find_here(text, limit)


def locate(address: str, postal_code: str, city: str) -> FoundPlace | None:
    """Where an address of a form stands; None in doubt. A street found without its number is good enough."""
    if not address or not (city or postal_code):
        return None
    text = f"{address} {postal_code} {city}"
    for place in find_places(text, limit=3):
        same_code = not postal_code or not place.postal_code or place.postal_code == postal_code
        same_city = not city or sort_key(place.city) == sort_key(city)
        if place.kind != "commune" and (same_code or same_city) and _shares_words(place.address, address):
            return place
    return None


def _shares_words(found: str, asked: str) -> bool:
    """Whether a long word of the address asked for stands in the one found."""
    return bool({w for w in sort_key(found).split() if len(w) > 2} & set(sort_key(asked).split()))


def _ask_service(text: str, limit: int) -> list[FoundPlace]:
    """What the national service answers (GeoJSON of the BAN form); nothing when it fails, which the journal tells."""
    joint = "&" if "?" in settings.GEOCODER_URL else "?"
    url = f"{settings.GEOCODER_URL}{joint}{urlencode({'q': text, 'limit': limit, 'autocomplete': 1})}"
    try:
        answer = fetch(url, size_bytes_max=ANSWER_BYTES_MAX, seconds_max=ANSWER_SECONDS_MAX, policy=POLICY)
        with answer.file:
            data = json.loads(answer.content())
    except (FetchError, ValueError, RecursionError) as fault:
        log.warning("geocoder_failed", fault=type(fault).__name__)
        return []
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        return []
    return [place for feature in features[:limit] if (place := _read_feature(feature))]


_KINDS = {"housenumber": "address", "street": "street", "locality": "street", "municipality": "commune"}


def _read_feature(feature: Any) -> FoundPlace | None:
    """A feature of the service; None when it is not of the form or not sure enough."""
    try:
        said, (longitude, latitude) = feature["properties"], feature["geometry"]["coordinates"][:2]
        score = float(said.get("score", 1))
        latitude, longitude = float(latitude), float(longitude)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    on_earth = math.isfinite(latitude + longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    kind = _KINDS.get(str(said.get("type")), "")
    if not kind or not on_earth or score < SCORE_MIN:
        return None
    return FoundPlace(
        kind=kind,
        label=str(said.get("label", ""))[:240],
        address="" if kind == "commune" else str(said.get("name", ""))[:240],
        postal_code=str(said.get("postcode", ""))[:12],
        city=str(said.get("city", ""))[:120],
        insee_code=str(said.get("citycode", ""))[:5],
        latitude=latitude,
        longitude=longitude,
    )


def _find_here(text: str, limit: int) -> list[FoundPlace]:
    postal_code = next(iter(POSTAL_CODE.findall(text)), "")
    words = sort_key(text.replace(postal_code, " ") if postal_code else text).split()
    found: list[FoundPlace] = []
    for street_words, communes in _readings(words, postal_code):
        street = " ".join(street_words)
        if street:
            found += _addresses(street, [commune.insee_code for commune in communes], postal_code, limit)
        else:
            found += [place for commune in communes if (place := _commune_place(commune, postal_code))]
        if len(found) >= limit:
            break
    return list(dict.fromkeys(found))[:limit]


def _readings(words: Sequence[str], postal_code: str) -> Iterator[tuple[Sequence[str], list[Commune]]]:
    """Ways to read the words as a street then a commune, the longest name of a commune first.

    The last word may still be being typed when nothing stands before the commune.
    """
    for start in range(max(0, len(words) - COMMUNE_WORDS_MAX), len(words)):
        name = " ".join(words[start:])
        communes = _communes(name, postal_code, begins=start == 0)
        if communes:
            yield words[:start], communes
    if postal_code:
        yield words, _communes("", postal_code, begins=True)
    elif words:
        yield words, []


def _communes(name: str, postal_code: str, *, begins: bool) -> list[Commune]:
    name = f" {name} ".replace(" st ", " saint ").replace(" ste ", " sainte ").strip()
    match = Q(sort_key__startswith=name) if begins else Q(sort_key=name)
    found: QuerySet[Commune] = Commune.objects.filter(match, latitude__isnull=False).defer("contour")
    found = found.order_by("-population", "pk")
    if not postal_code:
        return list(found[:LIMIT_MAX])
    return [commune for commune in found[:500] if postal_code in commune.postal_codes][:LIMIT_MAX]


def _addresses(street: str, insee_codes: list[str], postal_code: str, limit: int) -> list[FoundPlace]:
    number = NUMBER.match(street)
    rest = street[number.end() :].strip() if number else street
    if not rest:
        return []
    known: QuerySet[BanAddress] = BanAddress.objects.all()
    if insee_codes:
        known = known.filter(insee_code__in=insee_codes)
    elif postal_code:
        known = known.filter(postal_code=postal_code)
    rows = known.filter(street_key__startswith=rest)
    if not rows.exists() and (insee_codes or postal_code):
        for word in rest.split():
            known = known.filter(street_key__contains=word)
        rows = known
    if number:
        said = " ".join(part for part in number.groups() if part)
        exact = rows.filter(number__iexact=said) | rows.filter(number__iexact=said.replace(" ", ""))
        rows = exact if exact.exists() else rows.filter(number="")
    return [_address_place(row) for row in rows.order_by("street_key", "city_key", "number", "pk")[:limit]]


def _address_place(row: BanAddress) -> FoundPlace:
    address = f"{row.number} {row.street}".strip()
    return FoundPlace(
        kind="address" if row.number else "street",
        label=f"{address}, {row.postal_code} {row.city}",
        address=address,
        postal_code=row.postal_code,
        city=row.city,
        insee_code=row.insee_code,
        latitude=row.latitude,
        longitude=row.longitude,
    )


def _commune_place(commune: Commune, postal_code: str) -> FoundPlace | None:
    if commune.latitude is None or commune.longitude is None:
        return None
    code = postal_code or next(iter(commune.postal_codes), "")
    return FoundPlace(
        kind="commune",
        label=f"{commune.name} ({code or commune.department_code})",
        address="",
        postal_code=code,
        city=commune.name,
        insee_code=commune.insee_code,
        latitude=commune.latitude,
        longitude=commune.longitude,
    )
