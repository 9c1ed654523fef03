"""What the commands say, and how they stop. Words are printed as they are: a file's may hold square brackets."""

from __future__ import annotations

import errno
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


REFUSALS = {
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "la place allouée à ce compte est pleine",
    errno.EACCES: "ce compte n'en a pas le droit",
    errno.EPERM: "ce compte n'en a pas le droit",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOENT: "ce fichier ou ce dossier n'existe pas",
    errno.EEXIST: "ce nom est déjà pris",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EISDIR: "c'est un dossier",
    errno.EIO: "le disque ne répond plus correctement",
}


def told(error: Exception) -> str:
    """What the system refused, in French, with the file that it names; another error as it says itself."""
    if not isinstance(error, OSError) or error.errno not in REFUSALS:
        return str(error)
    where = error.filename2 or error.filename
    return f"{where} : {REFUSALS[error.errno]}." if where else f"{REFUSALS[error.errno].capitalize()}."


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
