"""Reads vector tiles back, after the specification and apart from the code that writes them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any


def read_tile(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """{layer: [{"id", "kind", "geometry": flat integers, "tags"}]}."""
    return dict(read_layer(layer) for field, layer in fields(content) if field == 3)


def read_layer(content: bytes) -> tuple[str, list[dict[str, Any]]]:
    parts = list(fields(content))
    keys = [value.decode() for field, value in parts if field == 3]
    values = [read_value(value) for field, value in parts if field == 4]
    assert dict(parts)[15] == 2
    assert dict(parts)[5] == 4096
    features = []
    for field, feature in parts:
        if field != 2:
            continue
        inside = dict(fields(feature))
        tags = list(varints(inside.get(2, b"")))
        features.append(
            {
                "id": inside.get(1),
                "kind": inside[3],
                "geometry": list(varints(inside[4])),
                "tags": {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)},
            }
        )
    return dict(parts)[1].decode(), features


def position(feature: dict[str, Any]) -> tuple[int, int]:
    command, x, y = feature["geometry"]
    assert command == 9
    return unzigzag(x), unzigzag(y)


def unzigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def read_value(content: bytes) -> Any:
    ((field, value),) = fields(content)
    if field == 1:
        return value.decode()
    if field == 3:
        return struct.unpack("<d", value)[0]
    return {5: int, 6: unzigzag, 7: bool}[field](value)


def fields(content: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(content):
        key, at = varint(content, at)
        if key & 7 == 0:
            value, at = varint(content, at)
            yield key >> 3, value
            continue
        length = 8
        if key & 7 == 2:
            length, at = varint(content, at)
        yield key >> 3, content[at : at + length]
        at += length


def varints(content: bytes) -> Iterator[int]:
    at = 0
    while at < len(content):
        value, at = varint(content, at)
        yield value


def varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
