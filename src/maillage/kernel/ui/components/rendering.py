"""One way to draw a component: its template, with everything it reads."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def draw(component: str, /, **values: Any) -> SafeString:
    """The HTML of `ui/components/<component>.html`; a template only reads what it is given here."""
    return mark_safe(render_to_string(f"ui/components/{component}.html", values).strip())  # noqa: S308
