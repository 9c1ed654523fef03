"""Nested objects of JSON files laid flat: dotted keys, texts, and lists of labels."""

from __future__ import annotations

import json

from maillage.apps.directory.readers.building import Value
from maillage.apps.directory.readers.headers import field_of_header
from maillage.apps.directory.readers.hours import hours_of_days, hours_of_list, hours_of_week, is_seven_texts
from maillage.apps.directory.readers.labels import labels_of, text_of, told_categories
from maillage.apps.directory.readers.positions import in_france

DEPTH_MAX = 8
VALUES_MAX = 400
LISTED_MAX = 10
WRITTEN_CHARS_MAX = 20_000

_JSON_STARTS = frozenset(("[{", '{"', '["', "[]", "{}"))

_LANGUAGES = frozenset(
    ("fr", "en", "de", "es", "it", "nl", "pt", "br", "oc", "eu", "ca", "co", "und", "@none")
)
_LISTS = ("categories", "keywords")


def flatten(record: object, paths: list[str] | None = None) -> dict[str, Value]:
    """The values of a nested object by dotted key, at most `VALUES_MAX` of them and `DEPTH_MAX` deep.

    Lists of texts stay lists; of a list of objects, categories and keywords keep the names; of others the first object
    stands under the list's own key, the next under `key[2]`, `key[3]`…
    JSON-LD values, references and language maps are unwrapped. What categories stand under is added to `paths`.
    """
    paths = [] if paths is None else paths
    flat: dict[str, Value] = {}
    stack: list[tuple[str, object, int]] = [("", record, 0)]
    while stack and len(flat) < VALUES_MAX:
        path, value, depth = stack.pop()
        if depth > DEPTH_MAX:
            continue
        if isinstance(value, dict):
            if _told_ways(path, [value], flat):
                continue
            plain = _unwrapped(path, value)
            if plain is None and field_of_header(path) == "categories":
                plain = _labels_of_tree(value, paths) or None
            if plain is None:
                for key, inner in reversed(list(value.items())[:VALUES_MAX]):
                    if path and key == "@type":
                        continue  # what kind of thing an address is tells nothing of the initiative
                    stack.append((f"{path}.{key}" if path else str(key), inner, depth + 1))
            elif plain:
                flat.setdefault(path, plain)
        elif isinstance(value, list):
            _flatten_list(path, value, depth, flat, stack, paths)
        elif path and (text := text_of(value)):
            if (inner := written_json(text)) is None:
                flat.setdefault(path, text)
            else:
                stack.append((path, inner, depth + 1))
    return flat


def written_json(text: str) -> object | None:
    """The list or the object that a text writes in JSON, as portals do in the cells of their tables; None for other texts."""
    if text[:2] not in _JSON_STARTS or len(text) > WRITTEN_CHARS_MAX:
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, (dict, list)) else None


def _flatten_list(
    path: str,
    values: list[object],
    depth: int,
    flat: dict[str, Value],
    stack: list[tuple[str, object, int]],
    paths: list[str],
) -> None:
    if not values or not path:
        return
    if hours := hours_of_list(values):
        flat.setdefault(path, hours)
        return
    if _told_ways(path, values, flat):
        return
    if field_of_header(path) == "opening_hours" and is_seven_texts(values):
        if hours := hours_of_week(values):
            flat.setdefault(path, hours)
        return
    if field_of_header(path) == "point" and (pair := _pair_of_numbers(path, values)):
        flat.setdefault(path, pair)
        return
    if values[0] == "L" and len(values) > 1:
        values = values[1:]  # Grist tells thus that a list comes
    holds_objects = any(isinstance(value, (dict, list)) for value in values)
    field = field_of_header(path)
    listed = not holds_objects or field in _LISTS
    labels = _labels_of_tree(values, paths) if field == "categories" else labels_of(values) if listed else []
    if labels:
        flat.setdefault(path, labels)
    elif holds_objects:
        for rank, value in reversed(list(enumerate(values[:LISTED_MAX], start=1))):
            stack.append((path if rank == 1 else f"{path}[{rank}]", value, depth + 1))


def _labels_of_tree(value: object, paths: list[str]) -> list[str]:
    told = told_categories(value)
    paths += told.paths()
    return told.labels


_KINDS = ("type", "kind", "nature", "canal", "key", "cle", "label", "libelle", "nom", "name")
_TOLD = ("value", "valeur", "contenu", "content", "numero")
_WAYS = frozenset(("email", "phone", "website"))


def _told_ways(path: str, values: list[object], flat: dict[str, Value]) -> bool:
    """Lays flat what says of each thing what it is (`{"type": "email", "valeur": …}`), under its kind; False for other lists.

    At least one of them must be a way to reach people.
    """
    first = values[0] if values else None
    if not path or not isinstance(first, dict) or first.keys().isdisjoint(_TOLD) or len(values) > VALUES_MAX:
        return False
    told = [(value, *_kind_and_text(value)) for value in values if isinstance(value, dict)]
    fields = [field_of_header(kind) for _value, kind, _text in told]
    if len(told) != len(values) or not all(kind for _value, kind, _text in told) or _WAYS.isdisjoint(fields):
        return False
    for rank, (field, (value, kind, text)) in enumerate(zip(fields, told, strict=True), start=1):
        key = f"{path}.{field if field in _WAYS else kind.replace('.', ' ')[:60]}"
        if text:
            flat.setdefault(f"{key}[{rank}]" if key in flat else key, text)
        for name, more in value.items():
            if name not in ("id", "@id", "@type") and text_of(more) not in ("", kind, text):
                flat.setdefault(f"{path}[{rank}].{name}", text_of(more))
    return True


def _kind_and_text(value: dict[str, object]) -> tuple[str, str]:
    """What a thing says that it is, and its value; both empty when it has no place for them."""
    kind = next((text_of(value[key]) for key in _KINDS if key in value), "")
    told = next((text_of(value[key]) for key in _TOLD if key in value), None)
    return (kind, told) if kind and told is not None else ("", "")


def _unwrapped(path: str, value: dict[str, object]) -> Value | None:
    """The plain value that a wrapper holds; None when the object is no wrapper."""
    if "@value" in value:
        return text_of(value["@value"])
    if set(value) <= {"type", "value", "xml:lang", "datatype"} and {"type", "value"} <= set(value):
        return text_of(value["value"])  # an answer of a SPARQL service
    if "@id" in value and set(value) <= {"@id", "@type"} and path:
        return text_of(value["@id"])
    week = hours_of_days(value, named=field_of_header(path) == "opening_hours")
    if value and path and set(value) <= _LANGUAGES and week is None:
        said = value.get("fr") or next(iter(value.values()))
        return labels_of(said) if isinstance(said, list) else text_of(said)
    drawn = value.get("geometry")
    if path and value.get("type") == "Feature" and isinstance(drawn, dict) and not value.get("properties"):
        return _unwrapped(path, drawn)  # the shape of a place, as OpenDataSoft gives it
    if "type" in value and ("coordinates" in value or "geometries" in value):
        return json.dumps(value, default=str)
    if "opens" in value and "dayOfWeek" in value:
        return hours_of_list([value])
    if value.get("@type") == "OpeningHoursSpecification" and "opens" not in value:
        return text_of(value.get("description"))  # hours in words, not the words of the initiative
    return week


def _pair_of_numbers(path: str, values: list[object]) -> str:
    """ "Latitude, longitude" of two numbers side by side; empty when the list is something else.

    GeoJSON's `coordinates` begin with the longitude, what people call a position with the latitude; where only the other
    order falls in France, it is that one.
    """
    numbers = [
        float(value) for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
    if len(numbers) != len(values) or len(numbers) not in (2, 3):
        return ""
    latitude, longitude = numbers[:2]
    if path.rsplit(".", 1)[-1].lower() in _LONGITUDE_FIRST:
        latitude, longitude = longitude, latitude
    if not in_france(latitude, longitude) and in_france(longitude, latitude):
        latitude, longitude = longitude, latitude
    return f"{latitude}, {longitude}"


_LONGITUDE_FIRST = frozenset(("coordinates", "lonlat", "lnglat"))
