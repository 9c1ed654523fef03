"""What the commands say, and how they stop. Words are printed as they are: a file's may hold square brackets."""

from __future__ import annotations

from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def say(sentence: str) -> None:
    console.print(sentence)


def done(sentence: str) -> None:
    console.print(Text.assemble(("✓", "green"), f" {sentence}"))


def warn(sentence: str) -> None:
    errors.print(Text.assemble(("!", "yellow"), f" {sentence}"))


def refuse(sentence: str) -> None:
    errors.print(Text.assemble(("✗", "red"), f" {sentence}"))


def fail(sentence: str, *, code: int = 1) -> NoReturn:
    """Say what went wrong and leave with `code`."""
    refuse(sentence)
    raise typer.Exit(code)
