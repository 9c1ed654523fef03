"""JSON as people and programs write it by hand: comments, commas at the end, single quotes, keys without quotes."""

from __future__ import annotations

import json
import re

COMMENTS = r"(?:\s|//[^\n]*+(?:\n|$)|/\*(?:[^*]|\*(?!/))*+\*/)*+"
"""Blanks and comments, to be put into a pattern: never tried twice, so that a hostile file costs no time."""

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*+"?)
    |'(?P<single>(?:[^'\\]|\\.)*+)'?
    |(?P<comment>//[^\n]*|/\*(?:.*?\*/|.*))
    |(?<![\w$])(?P<key>[A-Za-z_$][\w$]*+)(?=\s*+:)
    |(?P<nothing>\b(?:undefined|NaN)\b)""",
    re.VERBOSE | re.DOTALL,
)
_TEXT_OR_COMMA = re.compile(r"""("(?:[^"\\]|\\.)*+"?)|,(?=\s*+[\]}])""", re.DOTALL)


def strict_json(text: str) -> str:
    """The same data in strict JSON, where it can be told what was meant; what cannot is left for the parser to name."""
    plain = _TOKEN.sub(_strict, text)
    return _TEXT_OR_COMMA.sub(lambda found: found[1] or "", plain)


def _strict(found: re.Match[str]) -> str:
    if found["text"] is not None:
        return found["text"]
    if found["single"] is not None:
        return json.dumps(_without_escapes(found["single"]), ensure_ascii=False)
    if found["comment"] is not None:
        return " "
    return f'"{found["key"]}"' if found["key"] else "null"


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "0": "", "\n": ""}


def _without_escapes(text: str) -> str:
    return _ESCAPE.sub(
        lambda found: (
            chr(int(found[1] or found[2], 16)) if not found[3] else _CONTROLS.get(found[3], found[3])
        ),
        text,
    )
