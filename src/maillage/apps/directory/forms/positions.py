"""Latitude and longitude typed by a person: told when they seem to be exchanged, and swapped in one click."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.readers.positions import BadPositionError, checked_position, parse_number
from maillage.kernel.ui.forms import Plain

SWAP = "echanger"
"""The name of the button that swaps; its value is the prefix of the form, or whatever for a form without one."""
_NAMES = ("latitude", "longitude")


class PositionForm(Plain):
    """A form with `latitude` and `longitude`. `exchanged` is true when they seem to have changed places."""

    as_typed = forms.BooleanField(
        label=_("It is really there: keep latitude and longitude as they are typed"), required=False
    )
    exchanged = False

    @property
    def misplaced(self) -> bool:
        """Whether the position is to be seen: it is wrong, or was just swapped."""
        swapped = self.is_bound and SWAP in self.data
        return swapped or any(name in self.errors for name in _NAMES)

    def check_position(self) -> None:
        """Adds a fault, and offers to swap, when the other way round is the likelier place."""
        typed = [parse_number(str(self.data.get(self.add_prefix(name)) or "")) for name in _NAMES]
        latitude, longitude = typed
        if latitude is None or longitude is None:
            return
        try:
            checked_position(latitude, longitude)
        except BadPositionError as fault:
            if fault.exchanged is None or (self.cleaned_data.get("as_typed") and abs(latitude) <= 90):
                return
            self.exchanged = True
            for name in _NAMES:
                self.errors.pop(name, None)
            self.add_error("latitude", fault.sentence)


def swap_asked(data: QueryDict) -> str | None:
    """The prefix of the form whose position is to be swapped; None when nobody asks."""
    return str(data[SWAP]) if SWAP in data else None


def with_swapped(data: QueryDict, prefix: str) -> QueryDict:
    """The same data, latitude and longitude of the form of that prefix having changed places."""
    again = data.copy()
    latitude, longitude = (f"{prefix}-{name}" if prefix else name for name in _NAMES)
    again[latitude], again[longitude] = data.get(longitude, ""), data.get(latitude, "")
    return again
