"""Addresses that are asked for many times on a page."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

_NUMBER, _WORD = 987654321, "xyzzyx"


def address_of(name: str) -> str:
    """`reverse(name)`, remembered: menus ask for the same ones on every page. Raises NoReverseMatch."""
    return _address(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


def address_of_thing(name: str, pk: int, slug: str) -> str:
    """`reverse(name, args=[pk, slug])`, its form remembered: lists ask for one for each of their lines."""
    before, between, after = _form(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return f"{before}{pk}{between}{slug}{after}"


@lru_cache(maxsize=2000)
def _address(name: str, _urls: str, _prefix: str) -> str:
    return reverse(name)


@lru_cache(maxsize=2000)
def _form(name: str, _urls: str, _prefix: str) -> tuple[str, str, str]:
    before, _pk, rest = reverse(name, args=[_NUMBER, _WORD]).partition(str(_NUMBER))
    between, _slug, after = rest.partition(_WORD)
    return before, between, after
