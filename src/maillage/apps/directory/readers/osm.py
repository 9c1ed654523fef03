"""OpenStreetMap, as Overpass JSON or CSV, or as XML: nodes, and ways and relations by their centre or by what draws them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _

from maillage.apps.directory.readers.broken import broken_xml
from maillage.apps.directory.readers.building import Record, Value
from maillage.apps.directory.readers.headers import field_of_header
from maillage.apps.directory.readers.hours import in_french
from maillage.apps.directory.readers.json_content import JsonContent
from maillage.apps.directory.readers.positions import (
    BadPositionError,
    Position,
    checked_position,
    parse_number,
    position_of_geometry,
)
from maillage.apps.directory.readers.rows import RowError, UnreadableFileError
from maillage.apps.directory.readers.values import one_line

OSM_MAPPING = {
    "name": "title", "name:fr": "title", "official_name": "-", "description": "description", "description:fr": "description",
    "addr:housenumber": "house_number", "addr:street": "address", "addr:place": "address", "addr:postcode": "postal_code",
    "addr:city": "city", "contact:email": "email", "contact:phone": "phone", "contact:mobile": "phone", "contact:website": "website",
    "website": "website", "url": "website", "phone": "phone", "email": "email", "opening_hours": "opening_hours",
    "operator": "organization", "ref:FR:SIRET": "siret", "ref:INSEE": "insee_code", "start_date": "started_on",
    "type": "", "source": "", "note": "", "fixme": "", "ref": "", "level": "", "layer": "", "wikidata": "", "name:en": "",
    "contact:facebook": "", "addr:country": "", "building": "", "access": "", "organic": "", "denomination": "", "designation": "",
    "structure": "", "location": "", "content": "", "status": "", "position": "", "network": "", "brand": "", "comment": "",
}  # fmt: skip
_SPEAKING = ("contact", "addr")
"""Beginnings of tags that say a field by their end: `contact:street`. The end of any other, as in `operator:type`, tells nothing."""


def osm_field(tag: str) -> str:
    """The field that a tag feeds; empty for what only mappers need, in words that mean something else outside of their map."""
    if tag in OSM_MAPPING:
        return OSM_MAPPING[tag]
    return field_of_header(tag) if ":" not in tag or tag.split(":")[0] in _SPEAKING else ""


_CATEGORY_KEYS = (
    "shop", "amenity", "craft", "office", "social_facility", "tourism", "leisure", "club", "healthcare", "community_centre",
    "second_hand", "man_made", "landuse", "place", "historic",
)  # fmt: skip
_FRENCH = {
    "bakery": "Boulangerie", "greengrocer": "Fruits et légumes", "farm": "Vente à la ferme", "convenience": "Épicerie",
    "supermarket": "Supermarché", "second_hand": "Occasion et réemploi", "charity": "Boutique solidaire", "books": "Librairie",
    "bicycle": "Vélo", "organic": "Magasin bio", "clothes": "Vêtements", "community_centre": "Lieu de vie associative",
    "social_centre": "Centre social", "library": "Bibliothèque", "marketplace": "Marché", "recycling": "Recyclage",
    "bicycle_repair_station": "Réparation de vélos", "cafe": "Café", "bar": "Bar", "restaurant": "Restaurant", "pub": "Bar",
    "theatre": "Théâtre", "cinema": "Cinéma", "arts_centre": "Centre culturel", "association": "Association", "ngo": "ONG",
    "coworking": "Espace de travail partagé", "coworking_space": "Espace de travail partagé", "food_bank": "Aide alimentaire",
    "social_facility": "Action sociale", "kindergarten": "Petite enfance", "childcare": "Petite enfance", "school": "École",
    "garden": "Jardin", "community_garden": "Jardin partagé", "allotments": "Jardins familiaux", "give_box": "Boîte à dons",
    "public_bookcase": "Boîte à livres", "car_sharing": "Autopartage", "bicycle_rental": "Location de vélos", "workshop": "Atelier",
    "brewery": "Brasserie", "beekeeper": "Apiculture", "carpenter": "Menuiserie", "pottery": "Poterie", "cooperative": "Coopérative",
    "employment_agency": "Emploi", "townhall": "Mairie", "hackerspace": "Fablab", "village": "Village", "outreach": "Accueil solidaire",
    "shelter": "Hébergement", "group_home": "Habitat partagé", "soup_kitchen": "Repas solidaires", "cheese": "Fromagerie",
}  # fmt: skip


NODES_KEPT_MAX = 2_000_000
"""Bare nodes remembered at most, to place the ways that they draw."""


def osm_records(content: JsonContent) -> Iterator[Record]:
    """The tagged elements, numbered as the file's elements; bare nodes that only draw a way are passed over.

    What the server remarks of an answer that it could not end comes last. Raises UnreadableFileError when nothing else does.
    """
    remark = content.envelope.get("remark")
    return _records(chain(content.items, [{"type": "remark", "text": remark}] if remark else ()))


def is_osm_table(header: Collection[str]) -> bool:
    """Whether a table is one that Overpass wrote, and says which element each of its rows is."""
    return {"@id", "@type"} <= set(header)


def osm_table_records(rows: Iterable[Record]) -> Iterator[Record]:
    """The same from the rows of such a table: its columns are tags, but for those that begin with `@`."""
    for row in rows:
        if row.refusal is not None:
            yield row
            continue
        tags = {name: value for name, value in row.values.items() if not name.startswith("@")}
        element = {name: row.values.get(f"@{name}", "") for name in ("type", "id", "lat", "lon")}
        yield replace(_element_record(row.number, element, tags), warnings=row.warnings)


def osm_feature_records(content: JsonContent) -> Iterator[Record]:
    """The same from the GeoJSON that overpass turbo writes: tags among the properties, or under `tags`."""
    for number, feature in enumerate(content.items, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            sentence = _("This is not an object with named values.")
            yield Record(number, {}, refusal=RowError(number, _("whole row"), sentence))
            continue
        inner = properties.get("tags")
        told = inner if isinstance(inner, dict) else properties
        tags = {
            key: value
            for key, value in told.items()
            if not key.startswith("@") and value is not None and not isinstance(value, (dict, list))
        }
        kind, _slash, identifier = _reference(feature).partition("/")
        yield _element_record(
            number, {"type": kind, "id": identifier, "feature": feature.get("geometry")}, tags
        )


def is_osm_feature(item: dict[str, Any]) -> bool:
    """Whether a feature of GeoJSON says which element of OpenStreetMap it is."""
    return item.get("type") == "Feature" and bool(_reference(item))


def _reference(feature: dict[str, Any]) -> str:
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return ""
    names = [properties.get("@id"), feature.get("id")]
    return next((str(name) for name in names if isinstance(name, str) and _REFERENCE.match(name)), "")


_REFERENCE = re.compile(r"^(?:node|way|relation)/\d+$")


def osm_xml_records(stream: IO[bytes]) -> Iterator[Record]:
    """The same from OpenStreetMap's XML. Raises UnreadableFileError on XML that is broken or that declares entities."""
    stream.seek(0)
    try:
        yield from _records(_xml_elements(stream))
    except DefusedXmlException as error:
        raise UnreadableFileError(_("This file declares XML entities: that is refused.")) from error
    except (ParseError, UnicodeError, ValueError, LookupError) as error:
        raise broken_xml(error) from error


def _xml_elements(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The elements in the shape of Overpass JSON; the tree is freed on the way."""
    above: list[Any] = []
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            above.append(element)
            if len(above) > 50:
                raise UnreadableFileError(_("This XML file is nested too deeply."))
            continue
        above.pop()
        if element.tag == "remark":
            yield {"type": "remark", "text": element.text}
        elif element.tag in ("node", "way", "relation"):
            yield _as_json(element)
            if above:
                above[-1].remove(element)


def _as_json(element: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"type": element.tag, **element.attrib}
    found["tags"] = {tag.get("k", ""): tag.get("v", "") for tag in element.iter("tag")}
    found["nodes"] = [point.get("ref") for point in element.iter("nd")]
    found["members"] = [dict(member.attrib) for member in element.iter("member")]
    for name in ("center", "bounds"):
        if (part := element.find(name)) is not None:
            found[name] = dict(part.attrib)
    return found


def _records(elements: Iterable[Any]) -> Iterator[Record]:
    """Ways and relations without a centre wait for the nodes that draw them, which most files give afterwards."""
    places: dict[str, tuple[Any, Any]] = {}
    waiting: list[tuple[int, dict[str, Any]]] = []
    number, remark = 0, ""
    for number, element in enumerate(elements, start=1):
        if not isinstance(element, dict):
            sentence = _("This is not an object with named values.")
            yield Record(number, {}, refusal=RowError(number, _("whole row"), sentence))
            continue
        kind = element.get("type")
        if kind == "count":
            continue  # how many elements there are, which `out count` adds
        if kind == "remark":
            remark = one_line(str(element.get("text") or ""))[:300]
            continue
        if kind == "node" and len(places) < NODES_KEPT_MAX:
            places[f"node/{element.get('id')}"] = (element.get("lat"), element.get("lon"))
        tags = element.get("tags")
        if kind in ("way", "relation") and not _tells_its_place(element):
            waiting.append((number, element))
        elif isinstance(tags, dict) and tags:
            yield _element_record(number, element, tags)
    yield from _placed_by_nodes(waiting, places)
    if remark and number == 1:
        raise UnreadableFileError(
            _(
                "OpenStreetMap's server gave no element, and says: “%(remark)s”. Ask it again, for less at a time."
            )
            % {"remark": remark}
        )
    if remark:
        sentence = _(
            "OpenStreetMap's server says: “%(remark)s”. Elements are perhaps missing from this file."
        )
        yield Record(number, {}, refusal=RowError(number, _("whole file"), sentence % {"remark": remark}))


def _placed_by_nodes(
    waiting: list[tuple[int, dict[str, Any]]], places: dict[str, tuple[Any, Any]]
) -> Iterator[Record]:
    for number, element in sorted(waiting, key=lambda pair: (pair[1].get("type") != "way", pair[0])):
        parts = [f"node/{reference}" for reference in element.get("nodes") or ()]
        members = [member for member in element.get("members") or () if isinstance(member, dict)]
        parts += [f"{member.get('type')}/{member.get('ref')}" for member in members]
        if place := next((places[part] for part in parts if part in places), None):
            element = {**element, "center": {"lat": place[0], "lon": place[1]}}
            places[f"{element.get('type')}/{element.get('id')}"] = place
        tags = element.get("tags")
        if isinstance(tags, dict) and tags:
            yield _element_record(number, element, tags)


def _tells_its_place(element: dict[str, Any]) -> bool:
    return any(
        isinstance(element.get(key), (dict, list)) and element[key]
        for key in ("center", "bounds", "geometry")
    )


def _element_record(number: int, element: dict[str, Any], tags: dict[str, Any]) -> Record:
    reference = f"{element.get('type', 'node')}/{element.get('id', '')}"
    values: dict[str, Value] = {str(key): str(value).replace(";", " ; ") for key, value in tags.items()}
    if hours := tags.get("opening_hours"):
        values["opening_hours"] = in_french(str(hours))
    fields: dict[str, Value] = {
        "external_id": reference,
        "source_url": f"https://www.openstreetmap.org/{reference}",
        "categories": [label for key in _CATEGORY_KEYS if (label := _category(key, values.get(key, "")))],
        "licence": "ODbL",
    }
    for key in _CATEGORY_KEYS:
        values.pop(key, None)
    if "name" not in values and "name:fr" not in values:
        for key in ("official_name", "alt_name", "short_name", "brand", "operator"):
            if key in values:
                fields["title"] = values[key]
                break
    try:
        return Record(number, values, fields, position=_position(element))
    except BadPositionError as fault:
        return Record(number, values, fields, fault=fault)


def _category(key: str, value: Value) -> str:
    text = value.split(";")[0].strip() if isinstance(value, str) else ""
    if not text or text in ("no", "only"):
        return ""
    if text == "yes":
        text = key
    return _FRENCH.get(text, text.replace("_", " ").capitalize())


def _position(element: dict[str, Any]) -> Position | None:
    centre = element.get("center")
    bounds = element.get("bounds")
    for place in (element, centre if isinstance(centre, dict) else {}):
        latitude, longitude = (parse_number(str(place.get(key, ""))) for key in ("lat", "lon"))
        if latitude is not None and longitude is not None:
            return checked_position(latitude, longitude)
    if isinstance(drawn := element.get("geometry"), list):
        return position_of_geometry(
            {
                "coordinates": [
                    [point.get("lon"), point.get("lat")] for point in drawn if isinstance(point, dict)
                ]
            }
        )
    if isinstance(shape := element.get("feature"), dict):
        return position_of_geometry(shape)
    if isinstance(bounds, dict):
        edges = [parse_number(str(bounds.get(key, ""))) for key in ("minlat", "maxlat", "minlon", "maxlon")]
        if None not in edges:
            south, north, west, east = (edge for edge in edges if edge is not None)
            return checked_position((south + north) / 2, (west + east) / 2)
    return None
