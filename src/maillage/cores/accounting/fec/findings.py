"""What was found, counted by rule, with the first places of each."""

from __future__ import annotations

from dataclasses import dataclass, field

from maillage.cores.accounting.fec.rules import RULES, Rule

SAID_LENGTH_MAX = 200


@dataclass(frozen=True)
class Place:
    """Where a rule is broken. `line`: from 1, the header being the first; 0 for the file as a whole."""

    line: int
    field: str
    said: str


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, how many times, and the first places by line."""

    rule: Rule
    count: int
    places: tuple[Place, ...]


@dataclass
class Findings:
    """Collects without growing: counts all, keeps the first `kept_max` places of each rule."""

    kept_max: int = 5
    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[Place]] = field(default_factory=dict)

    def note(self, code: str, line: int, *, field: str = "", said: str = "") -> None:
        count = self.counts.get(code, 0)
        self.counts[code] = count + 1
        if count < self.kept_max:
            self.places.setdefault(code, []).append(Place(line, field, printable(said)))

    def listed(self) -> tuple[Finding, ...]:
        """By rule, errors first."""
        found = [
            Finding(
                RULES[code], count, tuple(sorted(self.places.get(code, ()), key=lambda place: place.line))
            )
            for code, count in self.counts.items()
        ]
        order = list(RULES)
        return tuple(sorted(found, key=lambda f: (f.rule.severity != "error", order.index(f.rule.code))))

    @property
    def errors(self) -> int:
        return sum(count for code, count in self.counts.items() if RULES[code].severity == "error")

    @property
    def warnings(self) -> int:
        return sum(count for code, count in self.counts.items() if RULES[code].severity == "warning")


def printable(text: str) -> str:
    """What a stranger's file holds may move a terminal's cursor; nothing of it does."""
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return shown if len(shown) <= SAID_LENGTH_MAX else shown[: SAID_LENGTH_MAX - 1] + "…"
