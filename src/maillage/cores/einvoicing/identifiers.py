"""French identifiers of bodies, checked by their keys.

python-stdnum is loaded when first asked: it brings along what a core has no use for (mail, sockets).
"""

from __future__ import annotations

import re

_SPACES = re.compile(r"[\s.\u00a0\u202f]+")


def compact(text: str) -> str:
    """An identifier as it is compared: without the spaces and dots that people write."""
    return _SPACES.sub("", text).upper()


def is_siren(text: str) -> bool:
    """Whether nine digits end with their key (Luhn)."""
    from stdnum.fr import siren

    return bool(re.fullmatch(r"[0-9]{9}", text)) and siren.is_valid(text) and text != "0" * 9


def is_siret(text: str) -> bool:
    """Whether fourteen digits end with their key; establishments of La Poste have a sum of digits of their own."""
    from stdnum.fr import siret

    return bool(re.fullmatch(r"[0-9]{14}", text)) and siret.is_valid(text) and text[:9] != "0" * 9


def is_vat_number(text: str) -> bool:
    """Whether `text` is a French VAT number, key included. Those of other states are not looked at closely."""
    from stdnum.fr import tva

    if text.startswith("FR"):
        return tva.is_valid(text)
    return bool(re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,12}", text))


def is_iban(text: str) -> bool:
    from stdnum import iban

    return iban.is_valid(text)


def vat_number_of(siren_digits: str) -> str:
    """The French VAT number that goes with a valid SIREN."""
    from stdnum.fr import siren

    return "FR" + compact(siren.to_tva(siren_digits))


def with_key(digits: str) -> str:
    """Digits followed by their key of Luhn: eight make a SIREN, thirteen a SIRET."""
    from stdnum import luhn

    return digits + luhn.calc_check_digit(digits)
