"""Writes vector tiles (Mapbox Vector Tile 2.1) of points and outlines: the small part of the format that maps here use.

A tile is a protobuf of layers; a layer has features, and tables of the keys and values that their tags point at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

EXTENT = 4096
POINT, LINE = 1, 2
_MOVE_ONCE = (1 & 7) | (1 << 3)

Value = str | int | float | bool
Ring = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Feature:
    """A point (`lines` has one line of one position) or one or several lines, in units of the tile."""

    lines: Sequence[Ring]
    tags: Mapping[str, Value]
    id: int | None = None


def point(x: int, y: int, tags: Mapping[str, Value], id: int | None = None) -> Feature:
    return Feature(lines=(((x, y),),), tags=tags, id=id)


def encode_tile(layers: Mapping[str, Iterable[Feature]]) -> bytes:
    """A tile of named layers; empty layers are left out, so that an empty tile is empty bytes."""
    parts = []
    for name, features in layers.items():
        layer = _encode_layer(name, features)
        if layer:
            parts.append(_field(3, layer))
    return b"".join(parts)


def _encode_layer(name: str, features: Iterable[Feature]) -> bytes:
    keys: dict[str, int] = {}
    values: dict[tuple[type, Value], int] = {}
    encoded = []
    for feature in features:
        tags = bytearray()
        for key, value in feature.tags.items():
            tags += _varint(keys.setdefault(key, len(keys)))
            tags += _varint(values.setdefault((type(value), value), len(values)))
        encoded.append(_field(2, _encode_feature(feature, bytes(tags))))
    if not encoded:
        return b""
    head = [b"\x78\x02", _field(1, name.encode())]
    tables = [_field(3, key.encode()) for key in keys]
    tables += [_field(4, _encode_value(value)) for _type, value in values]
    return b"".join([*head, *encoded, *tables, b"\x28" + _varint(EXTENT)])


def _encode_feature(feature: Feature, tags: bytes) -> bytes:
    is_point = len(feature.lines) == 1 and len(feature.lines[0]) == 1
    parts = [b"\x08" + _varint(feature.id)] if feature.id is not None else []
    if tags:
        parts.append(_field(2, tags))
    parts.append(b"\x18" + _varint(POINT if is_point else LINE))
    parts.append(_field(4, _encode_lines(feature.lines)))
    return b"".join(parts)


def _encode_lines(lines: Sequence[Ring]) -> bytes:
    commands = bytearray()
    at_x = at_y = 0
    for line in lines:
        for index, (x, y) in enumerate(line):
            if index == 0:
                commands += _varint(_MOVE_ONCE)
            elif index == 1:
                commands += _varint(2 | ((len(line) - 1) << 3))
            commands += _varint(_zigzag(x - at_x))
            commands += _varint(_zigzag(y - at_y))
            at_x, at_y = x, y
    return bytes(commands)


def _encode_value(value: Value) -> bytes:
    if isinstance(value, bool):
        return b"\x38" + _varint(int(value))
    if isinstance(value, str):
        return _field(1, value.encode())
    if isinstance(value, int):
        return b"\x28" + _varint(value) if value >= 0 else b"\x30" + _varint(_zigzag(value))
    return b"\x19" + struct.pack("<d", value)


def _field(number: int, content: bytes) -> bytes:
    return _varint((number << 3) | 2) + _varint(len(content)) + content


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


_SMALL = [bytes((value,)) for value in range(128)]


def _varint(value: int) -> bytes:
    if value < 128:
        return _SMALL[value]
    found = bytearray()
    while value > 127:
        found.append((value & 127) | 128)
        value >>= 7
    found.append(value)
    return bytes(found)
