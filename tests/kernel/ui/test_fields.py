"""Money and numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from maillage.kernel.ui.fields import Euros, Number, WholeNumber


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("12,50", 1250), ("12.5", 1250), ("1 234,05 €", 123405), ("1\u202f234\xa0€", 123400), ("0", 0)],
)
def test_euros_are_read_as_people_write_them(typed: str, cents: int) -> None:
    assert Euros(max_value=10_000).clean(typed) == cents


@pytest.mark.parametrize(
    "typed", ["", "douze", "12,505", "-1", "12,50,1", "10000,01", "NaN", "1e3", "Infinity", "１２", "12€50"]
)
def test_what_is_no_amount_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Euros(max_value=10_000).clean(typed)
    [said] = refused.value.messages
    assert said.endswith((" 12,50.", "trop grand."))


def test_nothing_is_not_zero() -> None:
    assert Euros(max_value=10_000, required=False).clean("") is None


def test_cents_are_shown_as_they_would_be_typed() -> None:
    field = Euros(max_value=10_000)
    assert (field.prepare_value(123405), field.prepare_value("12,5"), field.prepare_value(None)) == ("1234,05", "12,5", None)  # fmt: skip


def test_a_number_keeps_its_decimals() -> None:
    assert Number(decimal_places=4, max_value=10).clean("1,2345") == Decimal("1.2345")


@pytest.mark.parametrize("field", [Number(decimal_places=4), Number(), Euros(max_value=10_000)])
def test_a_number_that_can_be_read_in_two_ways_is_refused(field: Number) -> None:
    with pytest.raises(ValidationError) as refused:
        field.clean("1.000")
    [said] = refused.value.messages
    assert "écrivez 1000, ou 1,0" in said


@pytest.mark.parametrize("typed", ["1e3", "１２", "NaN", "Infinity", "1_000", "12 m²", "0x10"])
def test_a_number_is_written_in_figures(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"Saisissez un nombre\."):
        Number().clean(typed)


@pytest.mark.parametrize(
    "number", [Decimal("1.2550"), Decimal("1234.5600"), Decimal("100.0000"), 1.234, 1e9, 3]
)
def test_a_number_is_shown_as_it_would_be_typed(number: Decimal | float) -> None:
    field = Number()
    shown = field.prepare_value(number)
    assert field.clean(shown) == Decimal(str(number)) and not shown.endswith(",0")


@pytest.mark.parametrize(("typed", "count"), [("12", 12), ("1 000", 1000), ("3,0", 3), (" ", None)])
def test_things_are_counted_in_whole_numbers(typed: str, count: int | None) -> None:
    assert WholeNumber(required=False).clean(typed) == count


@pytest.mark.parametrize("typed", ["1.000", "2,5", "1_000", "１２", "1e3", "9" * 5000])
def test_what_counts_nothing_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        WholeNumber(max_value=100_000).clean(typed)
