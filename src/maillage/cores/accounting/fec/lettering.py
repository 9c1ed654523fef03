"""Lines lettered together: a code and a date, which go together, and amounts that cancel out."""

from __future__ import annotations

from dataclasses import dataclass, field

from maillage.cores.accounting.fec.findings import Findings

Key = tuple[str, str, str]
"""Account, auxiliary account, code."""

_BALANCE, _LINE, _COUNT, _FLAGS = range(4)
_ELSEWHERE = 1


@dataclass
class LetterBook:
    """What is lettered, account by account. `last_day`: the ordinal of the closing day, 0 when unknown."""

    findings: Findings
    last_day: int = 0
    _groups: dict[Key, list[int]] = field(default_factory=dict)

    def add(self, line: int, key: Key, cents: int, letter_day: int, *, is_opening: bool) -> None:
        """`cents`: positive at the debit. `letter_day`: 0 when the date is not one."""
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = [0, line, 0, 0]
        group[_BALANCE] += cents
        group[_COUNT] += 1
        if is_opening or (self.last_day and letter_day > self.last_day):
            group[_FLAGS] |= _ELSEWHERE

    def judge(self) -> None:
        """A group with a line of another year, or alone, or in small letters (partial), may not cancel out."""
        for (account, auxiliary, code), (balance, line, count, flags) in self._groups.items():
            if not balance:
                continue
            where = f"compte {account} {auxiliary}".strip()
            said = f"{where}, lettre {code} : reste {abs(balance) // 100},{abs(balance) % 100:02d} €"
            is_partial = count == 1 or bool(flags & _ELSEWHERE) or code.islower()
            self.findings.note("LET-03" if is_partial else "LET-02", line, field="EcritureLet", said=said)
