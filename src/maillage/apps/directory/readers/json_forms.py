"""The forms of JSON: how each of them is told from the others, and its items made into records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from maillage.apps.directory.readers.building import Record, Value
from maillage.apps.directory.readers.json_content import JsonContent
from maillage.apps.directory.readers.labels import labels_of, text_of
from maillage.apps.directory.readers.linked import (
    Graph,
    is_bare_part,
    is_page,
    is_person,
    kinds_of,
    told_by_aliases,
    told_plainly,
)
from maillage.apps.directory.readers.nested import flatten
from maillage.apps.directory.readers.osm import is_osm_feature
from maillage.apps.directory.readers.positions import BadPositionError, position_of_geometry
from maillage.apps.directory.readers.projections import Projection, projection_named, unprojected
from maillage.apps.directory.readers.rows import RowError, RowWarning, UnreadableFileError
from maillage.apps.directory.readers.values import concept_label, umap_text

Records = Iterator[Record]


def plain_records(content: JsonContent) -> Records:
    """Objects of any shape: their keys are recognised one by one. Schema.org lists are unwrapped."""
    for number, item in enumerate(content.items, start=1):
        if isinstance(item, dict) and isinstance(item.get("item"), dict) and "value" not in item["item"]:
            item = item["item"]
        yield _record(number, _with_terms(item))


def _with_terms(item: object) -> object:
    """A page of WordPress with the names of its categories and tags, where it brings them along (`_embed`), for their numbers."""
    beside = item.get("_embedded") if isinstance(item, dict) else None
    if (
        not isinstance(item, dict)
        or not isinstance(beside, dict)
        or not isinstance(beside.get("wp:term"), list)
    ):
        return item
    terms = beside["wp:term"]
    listed = [term for group in terms if isinstance(group, list) for term in group if isinstance(term, dict)]
    tags = [term for term in listed if text_of(term.get("taxonomy")).endswith("tag")]
    others = [term for term in listed if term not in tags]
    kept = {key: value for key, value in beside.items() if key != "wp:term"}
    return {**item, "_embedded": kept, "categories": labels_of(others), "tags": labels_of(tags)}


def linked_records(content: JsonContent) -> Records:
    """Nodes of JSON-LD: addresses and topics that stand apart join the node that names them; pages and people are left out."""
    items = [told_by_aliases(_list_item(item)) for item in content.items] if content.whole else ()
    graph = Graph(list(items))
    for number, item in enumerate(items or map(_list_item, content.items), start=1):
        if not isinstance(item, dict):
            yield _record(number, item)
            continue
        item = told_by_aliases(item)
        if is_page(item) or is_person(item) or (is_bare_part(item) and not graph.is_part(item)):
            yield _no_initiative(number, "@type", text_of(next(iter(sorted(kinds_of(item))), "")))
        elif not graph.is_part(item):
            yield _record(number, told_plainly(graph.completed(item)))


def _no_initiative(number: int, field: str, kind: str) -> Record:
    sentence = _("“%(kind)s” is not an initiative: left out.") % {"kind": kind}
    return Record(number, {}, refusal=RowError(number, field, sentence))


def _list_item(item: object) -> object:
    """What an element of a schema.org list lists."""
    return item["item"] if isinstance(item, dict) and isinstance(item.get("item"), dict) else item


def _record(number: int, item: object, **fields: Value) -> Record:
    if not isinstance(item, dict):
        return Record(
            number,
            {},
            refusal=RowError(number, _("whole row"), _("This is not an object with named values.")),
        )
    paths: list[str] = []
    values = flatten(item, paths)
    if "external_id" not in fields and (identifier := item.get("@id")) and isinstance(identifier, str):
        fields["external_id"] = identifier
    fields["category_paths"] = paths
    return Record(number, values, {name: value for name, value in fields.items() if value})


def gogocarto_records(content: JsonContent) -> Records:
    """GoGoCarto's full form, and Transiscope's: objects. The compact form: arrays, with the keys in `mapping`."""
    mapping = content.envelope.get("mapping")
    for number, item in enumerate(content.items, start=1):
        if isinstance(item, list):
            yield _compact_record(number, item, mapping)
            continue
        yield _gogo_record(number, item)


DEFAULT_COMPACT_MAPPING = ["id", ["name"], "latitude", "longitude", "status", "moderationState"]


_LEFT_MAX = -2
"""From GoGoCarto's refusal by its administrators on, downwards: refused, deleted, doubled, kept for its history only."""


def _left(item: dict[str, Any]) -> bool:
    """Whether GoGoCarto itself no longer shows the element."""
    status = item.get("status")
    return isinstance(status, int) and not isinstance(status, bool) and status <= _LEFT_MAX


def _gogo_record(number: int, item: object) -> Record:
    if isinstance(item, dict) and _left(item):
        sentence = _("This element was refused or deleted on the map that it comes from: left out.")
        return Record(
            number, {}, refusal=RowError(number, "status", sentence, text_of(item.get("name"))[:200])
        )
    return _record(number, item)


def _compact_record(number: int, item: list[Any], mapping: object) -> Record:
    named: dict[str, Any] = {}
    _pair(mapping if isinstance(mapping, list) else DEFAULT_COMPACT_MAPPING, item, named)
    if not named:
        return Record(
            number, {}, refusal=RowError(number, "mapping", _("This row does not fit the file's “mapping”."))
        )
    return _gogo_record(number, named)


def _pair(keys: list[Any], values: list[Any], named: dict[str, Any], depth: int = 0) -> None:
    for key, value in zip(keys, values, strict=False):
        if isinstance(key, list):
            if isinstance(value, list) and depth < 4:
                _pair(key, value, named, depth + 1)
            elif len(key) == 1 and isinstance(key[0], str):
                named[key[0]] = value
        elif isinstance(key, str):
            named[key] = value


def array_records(content: JsonContent) -> Records:
    """Rows that are arrays: the names of their columns stand in the envelope, or in the first row."""
    names: list[str] = []
    for key in _COLUMN_KEYS:
        named = content.envelope.get(key)
        if isinstance(named, list) and not names:
            names = [text_of(name) or " ".join(labels_of([name])) for name in named]
    for number, item in enumerate(content.items, start=1):
        if not isinstance(item, list):
            yield _record(number, item)
        elif names:
            pairs = zip(names, item, strict=False)
            yield _record(number, {name: value for name, value in pairs if name and value not in (None, "")})
        else:
            names = [text_of(name) or str(position) for position, name in enumerate(item, start=1)]


_COLUMN_KEYS = ("columns", "headers", "header", "fields", "cols")


def _is_compact(content: JsonContent) -> bool:
    """Whether rows that are arrays are GoGoCarto's: their keys stand in `mapping`, or they have the place of its own."""
    if "mapping" in content.envelope or "gogo" in str(content.envelope.get("ontology", "")).lower():
        return True
    if any(isinstance(content.envelope.get(key), list) for key in _COLUMN_KEYS):
        return False
    rows = [item for item in content.first if isinstance(item, list)]
    return any(any(isinstance(cell, list) for cell in row) for row in rows) or not all(
        isinstance(cell, (str, type(None))) for cell in rows[0]
    )


def semantic_records(content: JsonContent) -> Records:
    """The semantic JSON-LD form: categories are addresses of concepts, uneven by nature.

    A concept without a last segment is no category; words written in place of concepts are keywords when they are several.
    """
    for number, item in enumerate(content.items, start=1):
        if not isinstance(item, dict):
            yield _record(number, item)
            continue
        categories, keywords, warnings = _concepts(item.get("taxonomy"))
        kept = {
            key: value for key, value in item.items() if key not in ("taxonomy", "taxonomy2", "source", "@id")
        }
        kept["source"] = [concept_label(label) for label in _listed(item.get("source"))]
        identifier = item.get("@id")
        fields: dict[str, Value] = {"categories": categories, "keywords": keywords}
        if isinstance(identifier, str) and identifier.strip():
            fields["external_id"] = identifier
        yield Record(number, flatten(kept), {k: v for k, v in fields.items() if v}, warnings=tuple(warnings))


def _concepts(taxonomy: object) -> tuple[list[str], list[str], list[RowWarning]]:
    categories: list[str] = []
    keywords: list[str] = []
    warnings: list[RowWarning] = []
    for concept in _listed(taxonomy):
        label = concept_label(concept)
        if not label:
            warnings.append(RowWarning("categories", _("A category of the file has no name: left out.")))
        elif "://" not in concept and ("," in label or len(label) > 60):
            keywords.extend(part.strip() for part in label.split(",") if part.strip())
            warnings.append(
                RowWarning(
                    "categories",
                    _("“%(words)s” stands in place of a category: kept as keywords.") % {"words": label[:80]},
                )
            )
        else:
            categories.append(label)
    return categories, keywords, warnings


def _listed(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return []
    found = []
    for part in value:
        if isinstance(part, dict) and isinstance(part.get("@id"), str):
            found.append(part["@id"])
        else:
            found.extend(labels_of([part]))
    return found


def murmurations_records(content: JsonContent) -> Records:
    """Murmurations profiles of organisations, people's projects, and offers and wants; those of people are left out."""
    for number, item in enumerate(content.items, start=1):
        if isinstance(item, dict) and isinstance(item.get("profile_data"), dict):
            item = {**item, **item["profile_data"]}
        if not isinstance(item, dict):
            yield _record(number, item)
            continue
        schemas = _listed(item.get("linked_schemas") or content.envelope.get("linked_schemas"))
        if any(schema.startswith("people_schema") for schema in schemas):
            yield _no_initiative(number, "linked_schemas", "people_schema")
            continue
        identifier = text_of(item.get("profile_url") or item.get("details_url") or item.get("primary_url"))
        kinds = [
            _MURMURATIONS_KINDS.get(text_of(item.get(key)), "") for key in ("exchange_type", "item_type")
        ]
        kept = {
            key: value
            for key, value in item.items()
            if key not in ("linked_schemas", "exchange_type", "item_type")
        }
        if isinstance(links := kept.get("urls"), list) and not kept.get("primary_url") and links:
            first = links[0]
            kept["primary_url"] = first.get("url") if isinstance(first, dict) else first
        yield _record(number, kept, external_id=identifier, categories=[kind for kind in kinds if kind])


_MURMURATIONS_KINDS = {"offer": "Offre", "want": "Demande", "good": "Bien", "service": "Service"}
MURMURATIONS_MAPPING = {
    "mission": "description",
    "details_url": "source_url",
    "profile_url": "source_url",
    "status": "stage",
}


def geojson_records(content: JsonContent) -> Records:
    """GeoJSON features, properties nested or not, and uMap's layers of them (a layer's name is a category)."""
    crs = content.envelope.get("crs")
    named = crs.get("properties") if isinstance(crs, dict) else None
    projection = projection_named(str(named.get("name", "")) if isinstance(named, dict) else "")
    collection = _layer_name(content.envelope)
    number = 0
    for item in content.items:
        layer = collection
        features = [item]
        if isinstance(item, dict) and isinstance(item.get("features"), list):
            features = item["features"]
            layer = _layer_name(item)
            if told := _elsewhere(number + 1, item):
                number += 1
                yield told
        for feature in features:
            number += 1
            yield _feature_record(number, feature, layer, projection)


def esri_records(content: JsonContent) -> Records:
    """What the services of ArcGIS answer: attributes, and a geometry in the system that `spatialReference` numbers."""
    system = content.envelope.get("spatialReference")
    number_of_system = (system.get("latestWkid") or system.get("wkid")) if isinstance(system, dict) else None
    projection = projection_named(f"EPSG:{number_of_system}" if number_of_system else "")
    for number, item in enumerate(content.items, start=1):
        if not isinstance(item, dict):
            yield _record(number, item)
            continue
        drawn: dict[str, Any] = item["geometry"] if isinstance(item.get("geometry"), dict) else {}
        point = [drawn.get("x"), drawn.get("y")] if isinstance(drawn.get("x"), (int, float)) else None
        shape = point or drawn.get("points") or drawn.get("paths") or drawn.get("rings")
        feature = {
            "properties": item.get("attributes"),
            "geometry": {"coordinates": shape} if shape else None,
        }
        yield _feature_record(number, feature, "", projection)


def _is_esri(item: dict[str, Any]) -> bool:
    drawn = item.get("geometry")
    return (
        isinstance(item.get("attributes"), dict)
        and (
            drawn is None
            or (isinstance(drawn, dict) and any(key in drawn for key in ("x", "rings", "paths", "points")))
        )
        and "geometry" in item
    )


def _layer_options(layer: dict[str, Any]) -> dict[str, Any]:
    """What uMap knows of a layer: in its options, in older files its storage, in newer ones its properties."""
    for key in ("_umap_options", "_storage", "properties"):
        options = layer.get(key)
        if isinstance(options, dict) and (key != "properties" or _OF_UMAP & set(options)):
            return options
    return {}


_OF_UMAP = frozenset(("displayOnLoad", "inCaption", "browsable", "editMode", "remoteData"))


def _layer_name(layer: dict[str, Any]) -> str:
    return text_of(_layer_options(layer).get("name"))


def _elsewhere(number: int, layer: dict[str, Any]) -> Record | None:
    """What is told of a layer that holds nothing and takes its data from an address; None for other layers."""
    remote = _layer_options(layer).get("remoteData")
    url = text_of(remote.get("url")) if isinstance(remote, dict) else ""
    if not url or layer.get("features"):
        return None
    sentence = _(
        "The layer “%(name)s” takes its data from %(url)s: save what this address gives, then import that too."
    ) % {"name": _layer_name(layer)[:80], "url": url[:200]}
    return Record(number, {}, refusal=RowError(number, "remoteData", sentence))


def _feature_record(number: int, feature: object, layer: str, projection: Projection | None) -> Record:
    if not isinstance(feature, dict):
        return _record(number, feature)
    properties = feature.get("properties")
    if properties is None:
        properties = {key: value for key, value in feature.items() if key not in ("type", "geometry", "bbox")}
    if not isinstance(properties, dict):
        refusal = RowError(number, "properties", _("The properties of this feature are not named values."))
        return Record(number, {}, refusal=refusal)
    identifier = text_of(feature.get("id"))
    paths: list[str] = []
    values = flatten(
        {key: value for key, value in properties.items() if not key.startswith(("_umap", "_storage"))}, paths
    )
    if len(values) < len(properties) or layer:
        values = {key: umap_text(text) if isinstance(text, str) else text for key, text in values.items()}
    fields: dict[str, Value] = {}
    if identifier:
        fields["external_id"] = identifier
    if layer:
        fields["categories"] = [layer]
    if paths:
        fields["category_paths"] = paths
    try:
        position = position_of_geometry(
            unprojected(feature.get("geometry"), projection) if projection else feature.get("geometry")
        )
    except BadPositionError as fault:
        return Record(number, values, fields, fault=fault)
    return Record(number, values, fields, position=position)


JSON_FORMS: dict[tuple[str, str], Callable[[JsonContent], Records]] = {
    ("json", ""): plain_records,
    ("json", "arrays"): array_records,
    ("json", "schema.org"): linked_records,
    ("gogocarto", "gogofull"): gogocarto_records,
    ("gogocarto", "gogocompact"): gogocarto_records,
    ("gogocarto", "transiscope"): gogocarto_records,
    ("gogocarto", "semantic"): semantic_records,
    ("murmurations", ""): murmurations_records,
    ("geojson", ""): geojson_records,
    ("geojson", "umap"): geojson_records,
    ("geojson", "esri"): esri_records,
}


def form_of(content: JsonContent) -> tuple[str, str]:
    """The (format, variant) that the envelope and the first items show."""
    envelope = content.envelope
    if envelope.get("type") == "Topology":
        raise UnreadableFileError(
            _("This file is TopoJSON: save it as GeoJSON in a mapping tool, then import that.")
        )
    if any(isinstance(item, list) for item in content.first):
        return ("gogocarto", "gogocompact") if _is_compact(content) else ("json", "arrays")
    items = [item for item in content.first if isinstance(item, dict)]
    kind = str(envelope.get("type", ""))
    if kind == "umap" or (content.path == "layers" and any("features" in item for item in items)):
        return ("geojson", "umap")
    if any(is_osm_feature(item) for item in items):
        return ("osm", "geojson")
    if any(_is_esri(item) for item in items):
        return ("geojson", "esri")
    if kind == "FeatureCollection" or any(
        item.get("type") in ("Feature", "FeatureCollection") for item in items
    ):
        return ("geojson", "")
    if content.path == "elements" and _any_of(items, "type", ("node", "way", "relation")):
        return ("osm", "")
    if "overpass" in str(envelope.get("generator", "")).lower():
        return ("osm", "")
    if "linked_schemas" in envelope or any("linked_schemas" in item for item in items):
        return ("murmurations", "")
    if any("profile_url" in item for item in items):
        return ("murmurations", "")
    if any("taxonomy" in item and ("@id" in item or "label" in item) for item in items):
        return ("gogocarto", "semantic")
    if "gogo" in str(envelope.get("ontology", "")).lower() or any(_is_gogofull(item) for item in items):
        return ("gogocarto", "gogofull")
    if any(_is_transiscope(item) for item in items):
        return ("gogocarto", "transiscope")
    if (
        "@context" in envelope
        or content.path == "@graph"
        or any("@type" in item or "@context" in item or told_by_aliases(item) is not item for item in items)
    ):
        return ("json", "schema.org")
    return ("json", "")


def _any_of(items: list[dict[str, Any]], key: str, values: tuple[str, ...]) -> bool:
    return any(item.get(key) in values for item in items)


def _is_gogofull(item: dict[str, Any]) -> bool:
    geo = item.get("geo")
    return (
        isinstance(geo, dict)
        and "latitude" in geo
        and any(
            key in item
            for key in ("sourceKey", "categoriesFull", "optionsValues", "moderationState", "fullAddress")
        )
    )


def _is_transiscope(item: dict[str, Any]) -> bool:
    location = item.get("location")
    return isinstance(location, dict) and "lat" in location and "title" in item and "categories" in item
