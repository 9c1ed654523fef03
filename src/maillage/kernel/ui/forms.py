"""The form that every form of the site comes from."""

from __future__ import annotations

from typing import Any

from django import forms


class WithoutColon(forms.BaseForm):
    """Labels stand above their fields, as they are written: Django would add a colon to each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class Plain(WithoutColon, forms.Form):
    """A form with the labels of the site."""
