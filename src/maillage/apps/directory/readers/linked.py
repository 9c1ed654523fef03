"""Linked data (JSON-LD): the nodes of a graph put together, and those that are no initiative told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

DEPTH_MAX = 3

_PARTS = frozenset(
    """address postaladdress place location geocoordinates geoshape phonenumber contactpoint openinghoursspecification imageobject
    concept topic theme tag propertyvalue quantitativevalue point geometry region country city administrativearea""".split()
)
"""Kinds of nodes that only tell something of another: an address, a telephone, a topic."""
_PAGES = frozenset(
    """website webpage aboutpage collectionpage contactpage itempage searchaction breadcrumblist sitenavigationelement wpheader
    wpfooter container basiccontainer collection orderedcollection collectionview dataset datacatalog""".split()
)
_PEOPLE = frozenset(("person", "people", "user", "actor.person"))


class Graph:
    """The nodes of a file by their address, so that a reference to one of them brings what it says."""

    def __init__(self, items: list[Any]) -> None:
        self._nodes = {
            item["@id"]: item for item in items if isinstance(item, dict) and isinstance(item.get("@id"), str)
        }
        self._referred = self._parts_reached([item for item in items if not kinds_of(item) & _PARTS])

    def _parts_reached(self, things: list[Any]) -> set[str]:
        """The parts that things refer to, themselves or through other parts. A part that nothing refers to is a thing."""
        reached: set[str] = set()
        waiting = list(things)
        while waiting:
            for target in _references(waiting.pop(), 0):
                if target not in reached and (node := self._part(target)):
                    reached.add(target)
                    waiting.append(node)
        return reached

    def is_part(self, item: Mapping[str, Any]) -> bool:
        """Whether the node only completes another one of the file."""
        name = item.get("@id")
        return isinstance(name, str) and name in self._referred and bool(kinds_of(item) & _PARTS)

    def completed(self, value: Any, depth: int = 0) -> Any:
        """The value with its references to parts replaced by what they say; other references stay."""
        if depth > DEPTH_MAX:
            return value
        if isinstance(value, dict):
            if depth and (node := self._part(_target(value))):
                return self.completed(node, depth + 1)
            return {
                key: inner if key in ("@id", "@type") else self.completed(inner, depth + 1)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.completed(inner, depth + 1) for inner in value]
        if depth and isinstance(value, str) and (node := self._part(value)):
            return self.completed(node, depth + 1)
        return value

    def _part(self, target: str) -> dict[str, Any] | None:
        node = self._nodes.get(target) if target else None
        return node if node is not None and kinds_of(node) & _PARTS else None


def told_by_aliases(item: Any) -> Any:
    """A node that calls its address `id` and its kind `type`, as SemApps writes them, under their names in JSON-LD; others as they are."""
    kinds = item.get("type") if isinstance(item, dict) and "@type" not in item else None
    listed = kinds if isinstance(kinds, list) else [kinds]
    if not all(isinstance(kind, str) and _KIND.fullmatch(kind) for kind in listed):
        return item
    plain = {key: value for key, value in item.items() if key not in ("id", "type")}
    named = {"@id": item["id"]} if isinstance(item.get("id"), str) else {}
    return {"@type": kinds, **named, **plain}


_KIND = re.compile(r"[a-z][a-z\d-]{1,20}:[A-Z]\w{1,60}")
"""A kind of things with the prefix of its vocabulary: `pair:Organization`."""


def told_plainly(item: Mapping[str, Any]) -> dict[str, Any]:
    """The node with its recipe (a HowTo) under our own names, and without what its nested bodies say of themselves."""
    plain = dict(item)
    recipe = plain.get("subjectOf")
    if "howto" in kinds_of(recipe):
        del plain["subjectOf"]
        plain |= _recipe_of(recipe)
    for key in _BODIES & plain.keys():
        plain[key] = _names_of(plain[key])
    contact = plain.get("contactPoint")
    if isinstance(contact, dict) and isinstance(contact.get("name"), str):
        plain["contactPoint"] = {key: value for key, value in contact.items() if key != "name"}
        plain["contact_name"] = contact["name"]
    audiences = plain.pop("audience", None)
    words = [text for text in _texts(audiences, "description") if text]
    return plain | ({"audience_text": "\n".join(words)} if words else {})


_BODIES = frozenset(("parentOrganization", "sponsor"))


def _recipe_of(recipe: Any) -> dict[str, str]:
    said = {
        "recipe_steps": "\n".join(_texts(recipe.get("step"), "text")),
        "recipe_means": "\n".join(_texts(recipe.get("supply"), "name")),
        "recipe_cost": "\n".join(_texts(recipe.get("estimatedCost"), "name")),
        "recipe_time": "\n".join(_texts(recipe.get("totalTime"), "name")),
    }
    said |= {name: "\n".join(_notes(recipe, key)) for key, name in _NOTES.items()}
    return {name: text for name, text in said.items() if text}


_NOTES = {"people": "recipe_people", "pitfalls": "recipe_pitfalls", "advice": "recipe_advice"}


def _notes(recipe: Any, key: str) -> list[str]:
    parts = recipe.get("hasPart")
    listed = parts if isinstance(parts, list) else [parts]
    named = [part for part in listed if isinstance(part, dict) and part.get("identifier") == key]
    return _texts(named, "text")


def _names_of(value: Any) -> Any:
    """Bodies without their address and hours, which are not those of the initiative."""
    if isinstance(value, list):
        return [_names_of(each) for each in value]
    return {"name": value["name"]} if isinstance(value, dict) and "name" in value else value


def _texts(value: Any, key: str) -> list[str]:
    """The texts of a list, of one thing or of a text: each under `key` when it is a thing."""
    listed = value if isinstance(value, list) else [value]
    found = (each.get(key) if isinstance(each, dict) else each for each in listed)
    return [text for text in found if isinstance(text, str)]


def _references(value: Any, depth: int) -> Iterator[str]:
    """The addresses that stand in a node, its own aside, `DEPTH_MAX` levels down."""
    if depth > DEPTH_MAX + 2:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if depth or key != "@id":
                yield from _references(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner, depth + 1)
    elif depth and isinstance(value, str):
        yield value


def _target(value: Mapping[str, Any]) -> str:
    """Whom an object refers to, when it only refers."""
    identifier = value.get("@id")
    return identifier if isinstance(identifier, str) and set(value) <= {"@id", "@type"} else ""


def kinds_of(item: Any) -> set[str]:
    """The kinds of a node, folded, without their vocabulary: `dfc-b:Address` is "address"."""
    kinds = item.get("@type") if isinstance(item, dict) else None
    listed = kinds if isinstance(kinds, list) else [kinds]
    return {
        kind.replace("#", "/").replace(":", "/").rsplit("/", 1)[-1].lower()
        for kind in listed
        if isinstance(kind, str)
    }


def is_page(item: Mapping[str, Any]) -> bool:
    """Whether the node describes a web page or a list, not a thing of the world."""
    kinds = kinds_of(item)
    return bool(kinds) and kinds <= _PAGES


def is_person(item: Mapping[str, Any]) -> bool:
    return bool(kinds_of(item) & _PEOPLE)


def is_bare_part(item: Mapping[str, Any]) -> bool:
    """Whether the node is an address or a telephone and nothing else."""
    kinds = kinds_of(item)
    return bool(kinds) and kinds <= _PARTS - {"place", "location", "city"}
