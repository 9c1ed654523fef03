"""The choices that narrow a list: a form whose names are those of the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.kernel.ui.forms import Plain

STATE, ANY_STATE = _("State"), pgettext_lazy("any state", "All")


@dataclass(frozen=True)
class Narrowing:
    """What the address of a list asks: the fields that say something, by name, and the form that shows them."""

    form: FilterForm
    wanted: dict[str, Any]
    path: str

    @property
    def context(self) -> dict[str, Any]:
        """What the filter of the page is drawn from."""
        return {"filter_form": self.form, "wanted": self.wanted, "here": self.path}


class FilterForm(Plain):
    """What a list is narrowed to. Every field is optional, and what an address says wrongly narrows nothing."""

    @classmethod
    def read(cls, request: HttpRequest) -> Narrowing:
        asked = cls(request.GET)
        asked.is_valid()
        wanted = {
            name: value
            for name in cls.base_fields
            if (value := asked.cleaned_data.get(name)) not in (None, "")
        }
        return Narrowing(cls(initial=wanted), wanted, request.path)


class OneOf(forms.ChoiceField):
    """One of the states that the things of a list may be in, or all of them."""

    def __init__(
        self, choices: Any, *, label: Any = STATE, everything: Any = ANY_STATE, **kwargs: Any
    ) -> None:
        super().__init__(label=label, required=False, choices=[("", everything), *choices], **kwargs)
