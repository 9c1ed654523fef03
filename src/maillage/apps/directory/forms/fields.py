"""Fields that several forms of the directory share."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siren, siret


class WebAddress(forms.URLField):
    """An address that people type without its scheme too; only http and https are links."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        super().__init__(assume_scheme="https", **kwargs)


class PhoneNumber(forms.CharField):
    """A telephone number, kept in its international form; read as French when it has no country."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs.update(autocomplete="tel", inputmode="tel")

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "FR")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(_("“%(value)s” is not a telephone number."), params={"value": text})
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class Siren(forms.CharField):
    """Nine digits with their key."""

    def clean(self, value: Any) -> str:
        text = siren.compact(super().clean(value))
        if text:
            _checked(
                siren.validate,
                text,
                _("“%(value)s” is not a SIREN: nine digits, of which the last is a key."),
            )
        return text


class Siret(forms.CharField):
    """Fourteen digits with their key; La Poste's own rule included."""

    def clean(self, value: Any) -> str:
        text = siret.compact(super().clean(value))
        if text:
            sentence = _("“%(value)s” is not a SIRET: fourteen digits, of which the last is a key.")
            _checked(siret.validate, text, sentence)
        return text


class Rna(forms.RegexField):
    """The number of an association in the national register: W and nine digits."""

    def __init__(self, **kwargs: Any) -> None:
        message = _("An RNA number is a W followed by nine digits.")
        super().__init__(r"^W\d[0-9A-Z]\d{7}$", error_messages={"invalid": message}, **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace(" ", "").upper()


def _checked(validate: Any, text: str, sentence: Any) -> None:
    try:
        validate(text)
    except NumberError:
        raise ValidationError(sentence, params={"value": text}) from None
