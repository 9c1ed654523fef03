"""One way to draw a component: its template, with everything it reads."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

SMALL = frozenset({"badge", "button", "icon", "theme_marker"})
"""Components that a list draws dozens of times, with the same few values: they are kept once drawn."""

VALUE_CHARACTERS_MAX = 200


def draw(component: str, /, **values: Any) -> SafeString:
    """The HTML of `ui/components/<component>.html`; a template only reads what it is given here."""
    if component in SMALL and all(map(_is_small, values.values())):
        return _drawn_once(component, get_language(), *((name, type(it), it) for name, it in values.items()))
    return _drawn(component, values)


def box(content: str, css: str) -> SafeString:
    """Something inside a `div`: the commonest component, and the plainest."""
    return format_html('<div class="{}">{}</div>', css, content)


def _drawn(component: str, values: dict[str, Any]) -> SafeString:
    return mark_safe(render_to_string(f"ui/components/{component}.html", values).strip())  # noqa: S308


@lru_cache(maxsize=4096)
def _drawn_once(component: str, language: str | None, *values: tuple[str, type, Any]) -> SafeString:
    """The types are part of the key: a SafeString equals the text that must still be escaped, and 1 equals True."""
    return _drawn(component, {name: value for name, _type, value in values})


def _is_small(value: Any) -> bool:
    """Whether a value says nothing else than itself: a sentence not yet translated would."""
    if type(value) in (str, SafeString):
        return len(value) <= VALUE_CHARACTERS_MAX
    return value is None or type(value) in (int, bool)
