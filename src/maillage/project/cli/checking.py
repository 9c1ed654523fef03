"""doctor: what is wrong, and what to do about it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import typer
from rich.text import Text

from maillage.kernel.terminal import console, say
from maillage.project.cli.house import DataOption, open_house

SIGNS = {"bon": ("✓", "green"), "attention": ("!", "yellow"), "panne": ("✗", "red")}


def doctor(
    data: Path | None = DataOption,
    as_json: bool = typer.Option(False, "--json", help="Réponse en JSON."),
) -> None:
    """Examine le site et explique chaque panne et son remède ; le code de sortie est 1 s'il y en a."""
    open_house(data, upgraded=False, reached=False)
    from maillage.project.doctor import Level, examine

    findings = []
    for found in examine():
        findings.append(found)
        if not as_json:
            console.print(Text.assemble(SIGNS[found.level], (f" {found.name:<15}", "bold"), f" {found.said}"))
            if found.mend:
                console.print(f"  {'':<15} → {found.mend}")
    faults = sum(found.level is Level.FAULT for found in findings)
    warnings = sum(found.level is Level.WARNING for found in findings)
    if as_json:
        typer.echo(json.dumps([asdict(found) for found in findings], ensure_ascii=False, indent=1))
    else:
        say(
            f"\n{faults} panne(s), {warnings} point(s) d'attention."
            if faults or warnings
            else "\nTout va bien."
        )
    raise typer.Exit(1 if faults else 0)
