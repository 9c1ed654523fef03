"""Criteria read from sentences of needs and offers: exact slots found, precision, recall and F1.

    python bench/extraction.py [--wrong]

The peer is the plainest reading that a form could do without us: a number and the unit that follows it.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from maillage.cores.text.criteria import read_criteria
from maillage.cores.text.folding import fold

TODAY = date(2026, 3, 10)
FILE = Path(__file__).parent / "data" / "needs.txt"
Slot = tuple[str, str, float | None, float | None, date | None, date | None]


def sentences() -> list[tuple[str, list[Slot], bool]]:
    """(sentence, its slots, held out) of each line of the file."""
    read, held = [], False
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            held = held or line == "# held out"
            continue
        sentence, stated = line.split(" ⇒ ")
        slots = [] if stated == "-" else [slot_of(words) for words in stated.split(" ; ")]
        read.append((sentence, slots, held))
    return read


def slot_of(words: str) -> Slot:
    kind, *rest = words.split()
    if kind == "period":
        begins, ends = (date.fromisoformat(day) if day else None for day in rest[0].split(".."))
        return kind, "", None, None, begins, ends
    if len(rest) == 1:
        return kind, rest[0], None, None, None, None
    low, high = (float(bound) if bound else None for bound in rest[1].split(".."))
    return kind, rest[0], low, high, None, None


def plain(sentence: str) -> list[Slot]:
    """A number, then its unit."""
    units = {
        "m2": ("surface", "m2"),
        "km": ("distance", "km"),
        "euros": ("price", "eur"),
        "€": ("price", "eur"),
    }
    found = []
    for number, unit in re.findall(r"(\d+(?:[.,]\d+)?) ?(m2|km|euros|€)", fold(sentence).replace("²", "2")):
        value = float(number.replace(",", "."))
        found.append((*units[unit], value, value, None, None))
    return found


def score(pairs: list[tuple[list[Slot], list[Slot]]]) -> tuple[float, float, float]:
    """(precision, recall, F1) of (found, stated) pairs."""
    right = sum((Counter(found) & Counter(stated)).total() for found, stated in pairs)
    found_count = sum(len(found) for found, _ in pairs) or 1
    stated_count = sum(len(stated) for _, stated in pairs) or 1
    precision, recall = right / found_count, right / stated_count
    return precision, recall, 2 * precision * recall / ((precision + recall) or 1)


def wrong_units(pairs: list[tuple[list[Slot], list[Slot]]]) -> int:
    """Slots found with a number that the sentence states in another unit."""
    wrong = 0
    for found, stated in pairs:
        for slot in found:
            same = [s for s in stated if slot[2:4] == s[2:4] and slot[2:4] != (None, None)]
            wrong += bool(same) and all(slot[:2] != s[:2] for s in same)
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="the sentences read otherwise than stated")
    options = parser.parse_args()
    lines = sentences()
    begun = time.perf_counter()
    ours = [
        [criterion.slot for criterion in read_criteria(sentence, today=TODAY)] for sentence, _s, _h in lines
    ]
    elapsed_ms = 1000 * (time.perf_counter() - begun) / len(lines)
    print(f"{'':<28}{'sentences':>10}{'precision':>11}{'recall':>9}{'F1':>8}{'wrong units':>13}")
    for name, kept in (("all", None), ("rules were written on", False), ("held out", True)):
        chosen = [n for n, line in enumerate(lines) if kept is None or line[2] is kept]
        for who, reader in (("ours", lambda n: ours[n]), ("number and unit", lambda n: plain(lines[n][0]))):
            pairs = [(reader(n), lines[n][1]) for n in chosen]
            precision, recall, f1 = score(pairs)
            print(
                f"{name + ', ' + who:<28.28}{len(chosen):>10}{precision:>11.3f}{recall:>9.3f}{f1:>8.3f}{wrong_units(pairs):>13}"
            )
    print(f"{elapsed_ms:.2f} ms a sentence")
    if options.wrong:
        for (sentence, stated, held), found in zip(lines, ours, strict=True):
            if Counter(found) != Counter(stated):
                print("held " if held else "     ", sentence)
                for slot in (Counter(found) - Counter(stated)).elements():
                    print("        +", *slot)
                for slot in (Counter(stated) - Counter(found)).elements():
                    print("        -", *slot)


if __name__ == "__main__":
    main()
