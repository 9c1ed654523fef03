"""Addresses that people gave, before they become links."""

from __future__ import annotations


def web_address(given: str) -> str:
    """The address when it is one of the web; "" otherwise: a "javascript:" or a "data:" would run where it is followed."""
    return given if given.lower().startswith(("http://", "https://")) else ""
