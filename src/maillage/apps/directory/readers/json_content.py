"""JSON files: their envelope, and their items one by one, however big the file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO, Any

import ijson
import pyjson5
from django.utils.translation import gettext as _

from maillage.apps.directory.readers.rows import UnreadableFileError
from maillage.kernel.tables.text import decode

WHOLE_BYTES_MAX = 32_000_000
"""Above this a file is read as a stream, and must then be strict UTF-8 JSON."""

_ITEM_KEYS = (
    "features", "elements", "data", "@graph", "layers", "itemListElement", "items", "results", "records", "ldp:contains",
    "contains", "initiatives", "structures", "organizations", "organisations", "members", "entries", "rows", "points", "pois", "places",
)  # fmt: skip
_ENVELOPE_KEYS_MAX = 200
_HEAD_EVENTS_MAX = 200_000


@dataclass(frozen=True)
class JsonContent:
    """`items` can be gone through once; `path` is where they stood; `first` are some of them, to know the form by.

    `whole` says that all of them are in memory already.
    """

    envelope: dict[str, Any]
    items: Iterator[Any]
    path: str = ""
    first: list[Any] = field(default_factory=list)
    whole: bool = False


def load_json(stream: IO[bytes]) -> JsonContent:
    """Raises UnreadableFileError, saying where the fault is."""
    size_bytes = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    whole = size_bytes <= WHOLE_BYTES_MAX
    content = _load_whole(stream) if whole else _load_stream(stream)
    first = list(islice(content.items, 20))
    return JsonContent(content.envelope, chain(first, content.items), content.path, first, whole)


def _load_whole(stream: IO[bytes]) -> JsonContent:
    text = decode(stream.read())[0].lstrip("\ufeff\x1e \t\r\n")
    if begin := _SCRIPT.match(text):
        return _content_of(_named_by_script(text[begin.end() :]))
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise UnreadableFileError(_too_deep()) from error
    except ValueError as error:
        if (lines := _json_lines(text)) is not None:
            return JsonContent({}, iter(lines), "lines")
        document = _written_by_hand(text, error)
    return _content_of(document)


def begins_json(text: str) -> bool:
    """Whether the beginning of a file is that of JSON, or of a program that only names its data; comments may stand before."""
    return bool(_JSON.match(text) or _SCRIPT.match(text))


_COMMENTS = r"(?:\s|//[^\n]*+(?:\n|$)|/\*(?:[^*]|\*(?!/))*+\*/)*+"
"""Blanks and comments: never tried twice, so that a hostile file costs no time."""
_JSON = re.compile(rf"{_COMMENTS}[\[{{]", re.DOTALL)
_SCRIPT = re.compile(
    rf"""(?:{_COMMENTS}["']use strict["'];?)?{_COMMENTS}(?:export\s+default|(?:(?:export\s+)?(?:const|let|var)\s+)?[\w.$]{{1,80}}\s*(?::[^=\n]{{1,80}})?=){_COMMENTS}(?=[\[{{])""",
    re.DOTALL,
)
"""How a web page's program begins that holds nothing but data, as mapping tools write it."""


def _named_by_script(text: str) -> object:
    """The data of a program that only gives them a name: `var amap = {…};`."""
    try:
        try:
            return json.JSONDecoder().raw_decode(text)[0]
        except ValueError:
            return _relaxed(text, only_its_beginning=True)
    except (ValueError, RecursionError, pyjson5.Json5Exception) as error:
        raise UnreadableFileError(
            _("This is a program (JavaScript), not a file of data: ask for the data as CSV or JSON.")
        ) from error


def _written_by_hand(text: str, fault: ValueError) -> object:
    """JSON with what people add to it, commas at the end of lists and comments. Raises UnreadableFileError on `fault`."""
    try:
        return _relaxed(text)
    except (pyjson5.Json5Exception, RecursionError):
        raise UnreadableFileError(_not_json(fault, text)) from fault


def _relaxed(text: str, *, only_its_beginning: bool = False) -> object:
    """JSON5: comments, commas at the end, single quotes, keys without quotes; and what a program leaves undefined."""
    try:
        return pyjson5.decode(text, some=only_its_beginning)
    except pyjson5.Json5Exception:
        return pyjson5.decode(_UNDEFINED.sub("null", text), some=only_its_beginning)


_UNDEFINED = re.compile(r"(?<=[:,\[])\s*+undefined(?=\s*+[,}\]])")


def _content_of(document: object) -> JsonContent:
    if isinstance(document, list):
        return JsonContent({}, iter(document))
    if not isinstance(document, dict):
        raise UnreadableFileError(_("This JSON file holds no list of things to import."))
    path, items = _items_of(document)
    top = path.split(".")[0]
    envelope = {key: value for key, value in list(document.items())[:_ENVELOPE_KEYS_MAX] if key != top}
    return JsonContent(envelope, iter(items), path)


def _items_of(document: dict[str, Any], depth: int = 0) -> tuple[str, list[Any]]:
    """Where the things are: a known key, else the longest list of objects, else the document itself."""
    for key in _ITEM_KEYS:
        if _is_list_of_things(document.get(key)):
            return key, document[key]
    lists = [(len(value), key) for key, value in document.items() if _is_list_of_things(value)]
    looks_like_a_thing = any(
        key in document for key in ("name", "title", "nom", "titre", "linked_schemas", "geometry")
    )
    if lists and not looks_like_a_thing:
        key = max(lists)[1]
        return key, document[key]
    if not looks_like_a_thing and (named := _things_by_name(document)):
        return "*", named
    if depth < 2 and not looks_like_a_thing:
        for key in ("data", "results", "response", "result", *list(document)[:20]):
            inner = document.get(key)
            if isinstance(inner, dict) and inner:
                if key in ("data", "results", "response", "result") and (named := _things_by_name(inner)):
                    return key, named
                path, items = _items_of(inner, depth + 1)
                if path:
                    return f"{key}.{path}", items
    if any(isinstance(document.get(key), list) and not document[key] for key in _ITEM_KEYS):
        return next(key for key in _ITEM_KEYS if document.get(key) == []), []
    return "", [document]


def _things_by_name(document: dict[str, Any]) -> list[Any]:
    """The things of an object that holds one under each of its keys, all of the same shape; none when it does not."""
    values = list(document.values())
    if len(values) < 2 or not all(isinstance(value, dict) and len(value) > 1 for value in values):
        return []
    if not set.intersection(*(set(value) for value in values[:50])):
        return []
    return [{"id": name, **value} for name, value in document.items()]


def _is_list_of_things(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], (dict, list))


def _json_lines(text: str) -> list[Any] | None:
    """The objects of a file with one JSON object a line; None when it is not such a file. A faulty line stays a text."""
    lines = [line.lstrip("\x1e") for line in text.split("\n") if line.strip("\x1e \t\r")]
    if len(lines) < 2:
        return None
    items: list[Any] = []
    faults = 0
    for line in lines:
        try:
            items.append(json.loads(line))
        except (ValueError, RecursionError):
            items.append(line)
            faults += 1
    return items if faults * 2 < len(items) and isinstance(items[0], dict) else None


def _load_stream(stream: IO[bytes]) -> JsonContent:
    envelope: dict[str, Any] = {}
    if _holds_lines(stream):
        return JsonContent({}, _streamed_lines(stream), "lines")
    try:
        path = _path_of_items(stream, envelope)
        if path == "data" and "mapping" not in envelope:
            stream.seek(0)
            envelope.update(("mapping", found) for found in islice(ijson.items(stream, "mapping"), 1))
        envelope.update(_remark_at_the_end(stream))
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise UnreadableFileError(_not_json(error)) from error
    stream.seek(0)
    prefix = f"{path}.item" if path else "item"
    return JsonContent(envelope, _streamed(stream, prefix), path)


def _holds_lines(stream: IO[bytes]) -> bool:
    """Whether each of the first two lines is an object of its own."""
    stream.seek(0)
    lines = [stream.readline(_LINE_BYTES_MAX).strip(b"\xef\xbb\xbf\x1e \t\r\n") for _line in range(2)]
    stream.seek(0)
    try:
        return all(isinstance(json.loads(line), dict) for line in lines)
    except (ValueError, RecursionError):
        return False


def _streamed_lines(stream: IO[bytes]) -> Iterator[Any]:
    """The objects of a file with one on each line; a faulty line stays a text."""
    stream.seek(0)
    while line := stream.readline(_LINE_BYTES_MAX):
        if not (said := line.strip(b"\xef\xbb\xbf\x1e \t\r\n")):
            continue
        try:
            yield json.loads(said)
        except (ValueError, RecursionError):
            yield said.decode("utf-8", "replace")


_LINE_BYTES_MAX = 32_000_000


def _remark_at_the_end(stream: IO[bytes]) -> dict[str, Any]:
    """What Overpass writes after the elements of an answer that it could not end."""
    stream.seek(max(0, stream.seek(0, io.SEEK_END) - 4_000))
    found = _REMARK.search(stream.read())
    return {"remark": found[1].decode("utf-8", "replace").replace('\\"', '"')} if found else {}


_REMARK = re.compile(rb'\]\s*,\s*"remark"\s*:\s*"((?:[^"\\]|\\.)*+)"\s*\}\s*$')


def _path_of_items(stream: IO[bytes], envelope: dict[str, Any]) -> str:
    """The path of the first array of objects or arrays under a known key; scalars met before go into `envelope`."""
    stream.seek(0)
    events = islice(ijson.parse(stream, use_float=True), _HEAD_EVENTS_MAX)
    previous = ("", "", None)
    for prefix, event, value in events:
        if previous[1] == "start_array" and event in ("start_map", "start_array"):
            path = previous[0]
            if (
                path == ""
                or path in _ITEM_KEYS
                or (path.count(".") < 2 and path.split(".")[-1] in _ITEM_KEYS)
            ):
                return path
        if (
            event in ("string", "number", "boolean")
            and "." not in prefix
            and len(envelope) < _ENVELOPE_KEYS_MAX
        ):
            envelope[prefix] = value
        if event == "start_map" and prefix == "@context":
            envelope["@context"] = {}
        previous = (prefix, event, value)
    raise UnreadableFileError(_("This JSON file holds no list of things to import."))


def _streamed(stream: IO[bytes], prefix: str) -> Iterator[Any]:
    try:
        yield from ijson.items(stream, prefix, use_float=True)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise UnreadableFileError(_not_json(error)) from error
    except RecursionError as error:
        raise UnreadableFileError(_too_deep()) from error


def _not_json(error: Exception, text: str = "") -> str:
    if isinstance(error, json.JSONDecodeError) and _cut_off(error, text):
        return _("This JSON file stops in the middle, at line %(line)d: download it again.") % {
            "line": text.count("\n") + 1
        }
    if isinstance(error, json.JSONDecodeError):
        return _("This file is not right JSON: fault at line %(line)d, column %(column)d.") % {
            "line": error.lineno,
            "column": error.colno,
        }
    return _("This file is not right JSON: it cannot be read to its end.")


def _cut_off(error: json.JSONDecodeError, text: str) -> bool:
    """Whether the fault is the end of the text, or a text between quotes that never ends."""
    return error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")


def _too_deep() -> str:
    return _("This JSON file is nested too deeply to be a list of things to import.")
