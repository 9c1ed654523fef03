"""GPX, as receivers and walkers' tools write it: waypoints, and routes and tracks by the middle of their extent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.utils.translation import gettext as _

from maillage.apps.directory.readers.broken import broken_xml
from maillage.apps.directory.readers.building import Record, Value
from maillage.apps.directory.readers.positions import BadPositionError, position_of_geometry
from maillage.apps.directory.readers.rows import UnreadableFileError

_DEPTH_MAX = 50
_THINGS = ("wpt", "rte", "trk")
_POINTS = ("wpt", "rtept", "trkpt")
_FIELDS = {"name": "title", "desc": "description", "cmt": "description", "type": "categories"}
_OF_THE_TRACE = frozenset(
    "ele time magvar geoidheight sat hdop vdop pdop fix number link extensions trkseg rtept".split()
)
"""What only tells how a point was measured, or holds other points."""


def gpx_records(stream: IO[bytes]) -> Iterator[Record]:
    """Raises UnreadableFileError on XML that is broken, too deep, or that declares entities."""
    stream.seek(0)
    above: list[Any] = []
    number = 0
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                above.append(element)
                if len(above) > _DEPTH_MAX:
                    raise UnreadableFileError(_("This XML file is nested too deeply."))
                continue
            above.pop()
            if _local(element) in _THINGS:
                number += 1
                yield _record(number, element)
                if above:
                    above[-1].remove(element)
    except DefusedXmlException as error:
        raise UnreadableFileError(_("This file declares XML entities: that is refused.")) from error
    except (ParseError, UnicodeError, ValueError, LookupError) as error:
        raise broken_xml(error) from error


def _record(number: int, thing: Any) -> Record:
    values: dict[str, Value] = {}
    fields: dict[str, Value] = {}
    for part in thing:
        tag, text = _local(part), (part.text or "").strip()
        if tag == "link" and part.get("href"):
            fields.setdefault("website", part.get("href"))
        elif tag in _FIELDS and text:
            name = _FIELDS[tag]
            before = fields.get(name)
            fields[name] = f"{before}\n\n{text}" if name == "description" and before else text
        elif tag == "extensions":
            for more in part.iter():
                if not len(more) and (said := (more.text or "").strip()):
                    values.setdefault(_local(more), said)
        elif tag not in _OF_THE_TRACE and text:
            values.setdefault(tag, text)
    points = [[each.get("lon"), each.get("lat")] for each in thing.iter() if _local(each) in _POINTS]
    try:
        return Record(number, values, fields, position=position_of_geometry({"coordinates": points}))
    except BadPositionError as fault:
        return Record(number, values, fields, fault=fault)


def _local(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
