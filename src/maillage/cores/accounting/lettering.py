"""Lettering: lines of one third party's account that cancel out carry the same code, AA, AB… ZZ, AAA…"""

from __future__ import annotations

from collections.abc import Sequence

_LETTERS = 26
CODE_LENGTH_MIN = 2


def letter_code(rank: int) -> str:
    """The code of this rank, from 0: AA, AB… ZZ, then AAA. Raises ValueError below 0."""
    if rank < 0:
        raise ValueError("ranks begin at 0")
    length = CODE_LENGTH_MIN
    while rank >= _LETTERS**length:
        rank -= _LETTERS**length
        length += 1
    code = ""
    for _ in range(length):
        rank, letter = divmod(rank, _LETTERS)
        code = chr(ord("A") + letter) + code
    return code


def cancelling(balances_cents: Sequence[int]) -> bool:
    """Whether lines (positive at the debit) may be lettered together: two at least, both sides, sum nil."""
    return len(balances_cents) >= 2 and sum(balances_cents) == 0 and min(balances_cents) < 0
