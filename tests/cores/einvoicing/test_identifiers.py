from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.cores.einvoicing.identifiers import (
    compact,
    is_siren,
    is_siret,
    is_vat_number,
    vat_number_of,
    with_key,
)


@given(st.integers(1, 99_999_999))
def test_a_wrong_digit_is_seen(base: int) -> None:
    siren = with_key(f"{base:08}")
    assert is_siren(siren)
    for place in range(9):
        for digit in "0123456789":
            changed = siren[:place] + digit + siren[place + 1 :]
            assert is_siren(changed) == (changed == siren and changed != "0" * 9) or changed == siren


@pytest.mark.parametrize(
    "text", ["", "000000000", "12345678", "1234567890", "73282932A", "７３２８２９３２０"]
)
def test_what_is_no_siren(text: str) -> None:
    assert not is_siren(text)


def test_establishments_of_the_post_have_a_key_of_their_own() -> None:
    assert is_siret("35600000049837") and not is_siret("35600000049838")
    assert is_siret("73282932000074") and not is_siret("73282932000075")


def test_the_vat_number_goes_with_the_siren() -> None:
    assert vat_number_of("732829320") == "FR44732829320"
    assert is_vat_number("FR44732829320") and not is_vat_number("FR45732829320")
    assert is_vat_number("BE0123456789") and not is_vat_number("12345")


def test_spaces_and_dots_of_people_are_dropped() -> None:
    assert compact(" 732 829.320\u202f00074 ") == "73282932000074"
