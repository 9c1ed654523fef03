"""A number as people write it, whichever form or file it stands in. `docs/explanation/nombres.md` has the rule in prose."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

_NUMBER = re.compile(r"([+-]?)([0-9]{1,3}(?:[ \u00a0\u202f'’][0-9]{3})+|[0-9]+)(?:[.,]([0-9]+))?")
_TWO_READINGS = re.compile(r"[+-]?([1-9][0-9]{0,2})(?:\.([0-9]{3})|,(000))")


class UnreadableNumberError(ValueError):
    """What was typed is no number."""


class AmbiguousNumberError(UnreadableNumberError):
    """What was typed is a thousand for some and one for others; `sentence` says how to write either."""

    def __init__(self, typed: str, whole: str, thousandths: str) -> None:
        self.sentence = _("“%(typed)s” can be read in two ways: write %(thousands)s, or %(decimals)s.") % {
            "typed": typed,
            "thousands": whole + thousandths,
            "decimals": f"{whole},{thousandths.rstrip('0') or '0'}",
        }
        super().__init__(self.sentence)


def read_number(typed: str) -> Decimal:
    """The number that is meant, with its sign. Raises UnreadableNumberError."""
    written = typed.strip().replace("−", "-")
    if doubtful := _TWO_READINGS.fullmatch(written):
        raise AmbiguousNumberError(written, doubtful[1], doubtful[2] or doubtful[3])
    found = _NUMBER.fullmatch(written)
    if found is None:
        raise UnreadableNumberError
    sign, whole, decimals = found.groups()
    return Decimal(f"{sign}{re.sub('[^0-9]', '', whole)}.{decimals or 0}")


def figures_of(number: Decimal | float) -> str:
    """A number as one would type it in a field: a decimal comma, no zero that says nothing."""
    return f"{Decimal(str(number)).normalize():f}".replace(".", ",")
