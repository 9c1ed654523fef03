"""Form fields for what people write, within limits and without characters that databases refuse."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.cores.text import clean

TEXT_LENGTH_MAX = 20_000


class LongText(forms.CharField):
    """Text of several lines, in Markdown."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", 6)
        super().__init__(required=False, max_length=TEXT_LENGTH_MAX, strip=True, **kwargs)
        self.widget.attrs.update(rows=rows)

    def clean(self, value: Any) -> str:
        return clean(super().clean(value).replace("\r\n", "\n"))


class Day(forms.DateField):
    """A day, chosen in the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(**{"widget": widget, **kwargs})


class ShortText(forms.CharField):
    """One line: what looks like a line break becomes a space."""

    def clean(self, value: Any) -> str:
        return clean(" ".join(str(super().clean(value)).split()))
