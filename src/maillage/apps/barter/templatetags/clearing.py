"""Amounts of debts on the pages of the room."""

from __future__ import annotations

from django import template

from maillage.apps.barter.queries.clearing import euros as say_euros

register = template.Library()


@register.filter
def euros(cents: int | None) -> str:
    return say_euros(cents or 0)
