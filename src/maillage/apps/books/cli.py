"""`maillage fec …`: the file of entries, from the terminal. Holding a file against the rules needs no site."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import typer
from rich.text import Text

from maillage.cores.accounting.fec import RULES, FecReport, check_fec
from maillage.cores.accounting.fec.findings import Finding, printable
from maillage.cores.accounting.fec.naming import is_siren
from maillage.kernel.terminal import console, done, errors, fail, refuse, say

FAULTS, UNREADABLE = 1, 2
"""Exit codes: a FEC with faults, and a file of which nothing can be said line by line."""

_BLOCK_BYTES = 1 << 20
_FILE_BYTES_MAX = 4 * 1024**3
_EXIT = {"conform": 0, "faults": FAULTS, "unreadable": UNREADABLE}
_SIGNS = {"error": ("✗", "red"), "warning": ("!", "yellow")}

OpenHouse = Callable[[Path | None], Any]


def register(app: typer.Typer, *, open_house: OpenHouse, **options: Any) -> None:
    """Add the `fec` commands to `app`. `open_house(data)` sets Django up on the data folder."""
    fec = typer.Typer(
        help="Le fichier des écritures comptables : le vérifier, l'écrire, connaître ses règles.",
        no_args_is_help=True,
    )
    fec.command("check", help="Vérifie un FEC, quel que soit le logiciel qui l'a écrit ; sans site.")(check)
    fec.command("export", help="Écrit le FEC d'une structure du site, et le vérifie.")(_export(open_house))
    fec.command("rules", help="Liste les règles, leur gravité et le texte dont elles viennent.")(rules)
    app.add_typer(fec, name="fec", **options)


def check(
    file: Path = typer.Argument(..., metavar="FICHIER", help="Le FEC à vérifier.", show_default=False),
    as_json: bool = typer.Option(False, "--json", help="Rend le bilan en JSON."),
    limit: int = typer.Option(
        5, "--limit", min=0, max=1000, help="Nombre d'endroits montrés pour chaque règle."
    ),
    start: str = typer.Option(
        "",
        "--start",
        metavar="AAAA-MM-JJ",
        help="Premier jour de l'exercice, s'il n'a pas douze mois.",
        show_default=False,
    ),
    closing: str = typer.Option(
        "",
        "--closing",
        metavar="AAAA-MM-JJ",
        help="Jour de clôture, si le nom du fichier ne le dit pas.",
        show_default=False,
    ),
    strict: bool = typer.Option(False, "--strict", help="Compte aussi les remarques comme des fautes."),
) -> None:
    first_day, last_day = _day("--start", start), _day("--closing", closing)
    try:
        with _opened(file) as opened:
            report = check_fec(
                _blocks(opened), name=file.name, start=first_day, closing=last_day, places_max=limit
            )
    except OSError as error:
        fail(f"{printable(str(file))} n'a pas pu être lu : {_why(error)}.", code=UNREADABLE)
    code = _EXIT[report.verdict]
    if strict and report.verdict == "conform" and report.warnings:
        code = FAULTS
    if as_json:
        typer.echo(json.dumps(report_as_data(report), ensure_ascii=False, indent=1))
    else:
        _show(report, limit)
    raise typer.Exit(code)


def _export(open_house: OpenHouse) -> Callable[..., None]:
    def export(
        siren: str = typer.Argument(
            ..., metavar="SIREN", help="Le SIREN de la structure.", show_default=False
        ),
        closing: str = typer.Option(
            "",
            "--closing",
            metavar="AAAA-MM-JJ",
            help="Jour de clôture de l'exercice ; sinon le dernier.",
            show_default=False,
        ),
        output: Path = typer.Option(
            Path("."), "--output", "-o", metavar="DOSSIER", help="Où écrire le fichier."
        ),
        data: Path | None = typer.Option(
            None,
            "--data",
            help="Dossier des données (sinon MAILLAGE_DATA, sinon ./var).",
            show_default=False,
        ),
    ) -> None:
        last_day = _day("--closing", closing)
        number = "".join(siren.split())
        if not is_siren(number):
            fail(
                f"« {printable(siren)} » n'est pas un SIREN : neuf chiffres, dont le dernier est une clé.",
                code=UNREADABLE,
            )
        open_house(data)
        from maillage.apps.books.queries.fec import (
            closings_of,
            fec_file,
            fec_name,
            fec_report,
            year_to_export,
        )

        found = year_to_export(number, last_day)
        if found is None:
            closings = ", ".join(f"{day:%d/%m/%Y}" for day in closings_of(number))
            if closings and last_day:
                fail(
                    f"Aucun exercice ne se clôt ici le {last_day:%d/%m/%Y} sous le SIREN {number} ; "
                    f"jours de clôture : {closings}.",
                    code=UNREADABLE,
                )
            fail(f"Aucune structure ne tient ici de comptes sous le SIREN {number}.", code=UNREADABLE)
        books, year = found
        target = output / fec_name(books, year)
        if not output.is_dir():
            fail(f"Le dossier {printable(str(output))} n'existe pas : rien n'est écrit.", code=UNREADABLE)
        try:
            _write_whole(target, fec_file(year))
        except FileExistsError:
            fail(f"{printable(str(target))} existe déjà : rien n'est écrit.", code=UNREADABLE)
        except OSError as error:
            fail(f"{printable(str(target))} n'a pas pu être écrit : {_why(error)}.", code=UNREADABLE)
        done(f"Écrit : {printable(str(target))}")
        report = fec_report(books, year)
        _show(report, 5)
        raise typer.Exit(_EXIT[report.verdict])

    return export


def _write_whole(target: Path, pieces: Iterable[bytes]) -> None:
    """A file that is there whole, or not at all. Raises OSError."""
    with target.open("xb") as written:
        try:
            for piece in pieces:
                written.write(piece)
            written.flush()
        except BaseException:
            target.unlink(missing_ok=True)
            raise


def rules(as_json: bool = typer.Option(False, "--json", help="Rend la liste en JSON.")) -> None:
    if as_json:
        listed = [
            {"rule": rule.code, "severity": rule.severity, "sentence": rule.sentence, "source": rule.source}
            for rule in RULES.values()
        ]
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    for rule in RULES.values():
        console.print(Text.assemble(_SIGNS[rule.severity], (f" {rule.code} ", "bold"), rule.sentence))
        say(f"    {rule.source}")
    graves = sum(rule.severity == "error" for rule in RULES.values())
    say(f"\n{len(RULES)} règles : {graves} dont l'écart est une faute, {len(RULES) - graves} une remarque.")


def report_as_data(report: FecReport) -> dict[str, Any]:
    """The report in plain values, as `--json` gives it; docs/reference/commandes.md names them."""
    return {
        "file": report.name,
        "verdict": report.verdict,
        "reason": report.reason,
        "siren": report.siren,
        "closing": report.closing.isoformat() if report.closing else "",
        "encoding": report.encoding,
        "separator": report.separator,
        "lines": report.lines,
        "entries": report.entries,
        "debit_cents": report.debit_cents,
        "credit_cents": report.credit_cents,
        "errors": report.errors,
        "warnings": report.warnings,
        "journals": [
            {
                "code": code,
                "label": totals.label,
                "entries": totals.entries,
                "lines": totals.lines,
                "debit_cents": totals.debit_cents,
                "credit_cents": totals.credit_cents,
            }
            for code, totals in report.journals
        ],
        "findings": [_finding_as_data(found) for found in report.findings],
    }


def _finding_as_data(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule.code,
        "severity": found.rule.severity,
        "count": found.count,
        "sentence": found.rule.sentence,
        "source": found.rule.source,
        "places": [{"line": place.line, "field": place.field, "said": place.said} for place in found.places],
    }


def _show(report: FecReport, limit: int) -> None:
    for found in report.findings:
        console.print(
            Text.assemble(
                _SIGNS[found.rule.severity], (f" {found.rule.code} ", "bold"), f"{found.rule.sentence} "
            )
        )
        say(f"    {found.rule.source}")
        for place in found.places:
            where = f"ligne {place.line} : " if place.line else ""
            say(f"    {where}{place.said}")
        if found.count > len(found.places) and limit:
            say(f"    … et {found.count - len(found.places)} fois encore.")
        elif not limit:
            say(f"    {found.count} fois.")
    if report.verdict == "unreadable":
        refuse(report.reason)
        errors.print("  Rien de plus ne peut en être dit.")
        return
    size = ", ".join(
        (
            _several(report.lines, "ligne"),
            _several(report.entries, "écriture"),
            _several(len(report.journals), "journal", "journaux"),
        )
    )
    if report.findings:
        say("")
    if report.verdict == "faults":
        noted = f", {_several(report.warnings, 'remarque')}" if report.warnings else ""
        refuse(f"Non conforme : {_several(report.errors, 'faute')}{noted}. {size}.")
    else:
        noted = f", {_several(report.warnings, 'remarque')}" if report.warnings else ""
        done(f"Conforme{noted}. {size}, {_euros(report.debit_cents)} de chaque côté.")


def _several(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count < 2 else many or one + 's'}"


def _euros(cents: int) -> str:
    return f"{cents // 100:,}".replace(",", " ") + f",{cents % 100:02d} €"


def _day(option: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        fail(f"{option} attend une date AAAA-MM-JJ, et non « {printable(text)} ».", code=UNREADABLE)


def _opened(file: Path) -> IO[bytes]:
    """The file, once it is known to be one: a device or a pipe may never end. Raises OSError."""
    status = file.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError
    if not stat.S_ISREG(status.st_mode):
        fail(f"{printable(str(file))} n'est pas un fichier ordinaire.", code=UNREADABLE)
    if status.st_size > _FILE_BYTES_MAX:
        fail(
            f"{printable(str(file))} dépasse 4 Go : ce n'est pas un FEC que l'on sache lire.", code=UNREADABLE
        )
    return file.open("rb")


def _blocks(opened: IO[bytes]) -> Iterator[bytes]:
    while block := opened.read(_BLOCK_BYTES):
        yield block


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "il n'existe pas"
    if isinstance(error, IsADirectoryError):
        return "c'est un dossier"
    if isinstance(error, PermissionError):
        return "il n'est pas accessible"
    return printable(str(error.strerror or error))
