"""The choices that narrow a list: a form whose names are those of the address."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.http import QueryDict


class FilterForm(forms.Form):
    """What a list is narrowed to. Every field is optional, and what an address says wrongly narrows nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    @classmethod
    def read(cls, query: QueryDict) -> tuple[Self, dict[str, Any]]:
        """The form as it is shown, and what the address asks: the fields that say something, by name."""
        asked = cls(query)
        asked.is_valid()
        wanted = {
            name: value
            for name in cls.base_fields
            if (value := asked.cleaned_data.get(name)) not in (None, "")
        }
        return cls(initial=wanted), wanted
