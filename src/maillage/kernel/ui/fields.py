"""Form fields for what people write, within limits and without characters that databases refuse."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.cores.text import clean, sort_key
from maillage.kernel.ui.figures import AmbiguousNumberError, UnreadableNumberError, figures_of, read_number

TEXT_LENGTH_MAX = 20_000
NO_WORDS = _("Write it in a few words: letters or digits are needed.")


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


class Number(forms.DecimalField):
    """A number as `figures` reads it, with the sign of euros that people write beside it; never below zero."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, **kwargs})
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        return _number_in(self, value.strip().removeprefix("€").removesuffix("€"))

    def prepare_value(self, value: Any) -> Any:
        return figures_of(value) if isinstance(value, (int, float, Decimal)) else value


class WholeNumber(forms.IntegerField):
    """A number that counts things, as `figures` reads it."""

    def to_python(self, value: Any) -> Any:
        number = _number_in(self, value) if isinstance(value, str) else value
        if number is None:
            return None
        if number != int(number):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(number)


def _number_in(field: forms.Field, typed: str) -> Decimal | None:
    """What was typed in a field; None for nothing. Raises ValidationError."""
    if not typed.strip():
        return None
    try:
        return read_number(typed)
    except AmbiguousNumberError as fault:
        raise forms.ValidationError(fault.sentence, code="ambiguous") from fault
    except UnreadableNumberError as fault:
        raise forms.ValidationError(field.error_messages["invalid"], code="invalid") from fault


class Euros(Number):
    """Money as people write it; gives cents, or None when it is not required and left empty. Shown from cents too."""

    def __init__(self, *, max_value: int | Decimal, **kwargs: Any) -> None:
        fault = _("Write an amount in euros, with two decimals at most, for example 12,50.")
        sentences = {
            **dict.fromkeys(("required", "invalid", "max_decimal_places", "min_value"), fault),
            **dict.fromkeys(("max_value", "max_digits", "max_whole_digits"), _("The amount is too great.")),
            **kwargs.pop("error_messages", {}),
        }
        super().__init__(max_value=max_value, decimal_places=2, error_messages=sentences, **kwargs)

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        euros: Decimal | None = super().clean(value)
        return None if euros is None else int(euros * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:.2f}".replace(".", ",") if isinstance(value, int) else value


class ShortText(forms.CharField):
    """One line: what looks like a line break becomes a space."""

    def clean(self, value: Any) -> str:
        return clean(" ".join(str(super().clean(value)).split()))


class Title(ShortText):
    """One line that names something: emoji or punctuation alone name nothing, neither in a list nor in an address."""

    def clean(self, value: Any) -> str:
        said = super().clean(value)
        if said and not sort_key(said):
            raise forms.ValidationError(NO_WORDS)
        return said
