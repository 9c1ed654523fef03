"""KML and KMZ: placemarks with their folders, extended data and middle of geometry."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _

from maillage.apps.directory.readers.broken import broken_xml
from maillage.apps.directory.readers.building import Record, Value
from maillage.apps.directory.readers.positions import BadPositionError, Position, position_of_geometry
from maillage.apps.directory.readers.rows import UnreadableFileError
from maillage.apps.directory.readers.values import plain_text
from maillage.kernel.files.archives import DAMAGE
from maillage.kernel.tables.limits import DEFAULT_LIMITS, UnreadableTableError
from maillage.kernel.tables.read import check_archive

_DEPTH_MAX = 200
_SHAPES = frozenset(("LineString", "LinearRing", "Polygon", "MultiGeometry", "Track"))
_TEXT_FIELDS = {
    "name": "title", "description": "description", "address": "address", "phoneNumber": "phone", "Snippet": "summary",
}  # fmt: skip


def kml_records(stream: IO[bytes]) -> Iterator[Record]:
    """Raises UnreadableFileError on XML that is broken, too deep, or that declares entities."""
    stream.seek(0)
    number = 0
    links_only = False
    try:
        for kind, element, folders in _elements(stream):
            if kind == "NetworkLink":
                links_only = number == 0
            else:
                number += 1
                yield _placemark_record(number, element, folders)
    except DefusedXmlException as error:
        raise UnreadableFileError(_("This KML file declares XML entities: that is refused.")) from error
    except (ParseError, UnicodeError, ValueError, LookupError) as error:
        raise broken_xml(error) from error
    if number == 0 and links_only:
        raise UnreadableFileError(
            _("This KML file only points to another address: open that address and save what it gives.")
        )


def _elements(stream: IO[bytes]) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Placemarks and network links as they end, with the names of the folders around them; the tree is freed on the way."""
    path: list[Any] = []
    folders: list[str] = []
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        tag = _local(element)
        if event == "start":
            path.append(element)
            if len(path) > _DEPTH_MAX:
                raise UnreadableFileError(_("This KML file is nested too deeply."))
            if tag == "Folder":
                folders.append("")
            continue
        path.pop()
        if tag in ("Placemark", "NetworkLink"):
            yield tag, element, tuple(name for name in folders if name)
        if tag == "Folder" and folders:
            folders.pop()
        elif tag == "name" and path and _local(path[-1]) == "Folder" and folders:
            folders[-1] = (element.text or "").strip()
        if tag in ("Placemark", "NetworkLink", "Style", "StyleMap", "Folder") and path:
            path[-1].remove(element)


def _local(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _placemark_record(number: int, placemark: Any, folders: tuple[str, ...]) -> Record:
    values: dict[str, Value] = {}
    fields: dict[str, Value] = {}
    geometries: list[list[list[float]]] = []
    points: list[list[list[float]]] = []
    in_point = False
    if identifier := placemark.get("id"):
        fields["external_id"] = identifier
    if folders:
        fields["categories"] = list(dict.fromkeys(folders))
    for element in placemark.iter():
        tag = _local(element)
        text = (element.text or "").strip()
        in_point = tag == "Point" or (in_point and tag not in _SHAPES)
        if tag == "Data":
            key = element.get("name") or ""
            inner = next((child for child in element if _local(child) == "value"), None)
            if inner is not None and key and inner.text:
                values.setdefault(key, inner.text)
        elif tag == "SimpleData" and element.get("name") and text:
            values.setdefault(element.get("name"), text)
        elif tag == "coordinates":
            (points if in_point else geometries).append(_coordinates(text))
        elif tag == "coord":  # of a track, its numbers parted by blanks
            geometries.append(_coordinates(",".join(text.split())))
        elif tag == "link" and element.get("href"):
            fields.setdefault("website", element.get("href"))
        elif tag in _TEXT_FIELDS and text:
            fields.setdefault(_TEXT_FIELDS[tag], text)
    if "description" in fields and values:
        fields["description"] = _without_data(str(fields["description"]), values)
    try:
        return Record(number, values, fields, position=_position(points or geometries))
    except BadPositionError as fault:
        return Record(number, values, fields, fault=fault)


def _without_data(description: str, values: Mapping[str, Value]) -> str:
    """The description without the lines "column: value" by which Google My Maps repeats the columns of its table."""
    repeated = {_squeezed(f"{name}:{value}") for name, value in values.items()}
    repeated |= {_squeezed(f"{name}:") for name in values}
    lines = _LINE_END.split(description)
    kept = [line for line in lines if _squeezed(plain_text(line)) not in repeated]
    return description if len(kept) == len(lines) else "\n".join(kept)


_LINE_END = re.compile(r"<br\s*/?>|\n", re.IGNORECASE)


def _squeezed(text: str) -> str:
    return "".join(text.split()).lower()


def _position(geometries: list[list[Any]]) -> Position | None:
    return position_of_geometry({"coordinates": geometries})


def _coordinates(text: str) -> list[Any]:
    """KML's `longitude,latitude[,altitude]` tuples, parted by blanks; blanks after commas are no end of one."""
    parts = text.split()
    if not all(map(_TUPLE.match, parts)):
        parts = _AROUND_COMMA.sub(",", text).split()
    return [part.split(",")[:2] for part in parts if "," in part]


_TUPLE = re.compile(r"[^,]+,[^,]+")
_AROUND_COMMA = re.compile(r"\s*+,\s*")


def open_kmz(stream: IO[bytes]) -> IO[bytes]:
    """The first KML of a KMZ, in memory within the limits. Raises UnreadableFileError."""
    return open_member(stream, ".kml", first=True)


_HIDDEN = re.compile(r"(?:^|/)(?:__MACOSX/|\.)")
"""What macOS adds to an archive beside each of its files."""


def _nothing_in(names: list[str]) -> str:
    if any(name.lower().endswith(".shp") for name in names):
        return _("This is a shapefile: open it in a mapping tool and save it as GeoJSON, then import that.")
    return _("This archive holds no file that can be imported.")


def open_member(stream: IO[bytes], *endings: str, first: bool = False) -> IO[bytes]:
    """The only member of an archive whose name ends so; with `first`, the first of them. Raises UnreadableFileError."""
    try:
        names = [name for name in check_archive(stream, DEFAULT_LIMITS) if not _HIDDEN.search(name)]
        wanted = [name for name in names if name.lower().endswith(endings)]
        if not wanted:
            raise UnreadableFileError(_nothing_in(names))
        if len(wanted) > 1 and not first:
            raise UnreadableFileError(
                _("This archive holds %(count)d files (%(names)s): import them one by one.")
                % {"count": len(wanted), "names": ", ".join(wanted[:3])[:200]}
            )
        with zipfile.ZipFile(stream) as archive, archive.open(wanted[0]) as member:
            limit = DEFAULT_LIMITS.size_bytes_max
            data = member.read(limit + 1)
    except UnreadableTableError as error:
        raise UnreadableFileError(error.sentence) from error
    except (*DAMAGE, OSError, ValueError) as error:
        raise UnreadableFileError(_("This archive is damaged and cannot be opened.")) from error
    if len(data) > limit:
        raise UnreadableFileError(_("Once opened this archive is too big."))
    return io.BytesIO(data)
