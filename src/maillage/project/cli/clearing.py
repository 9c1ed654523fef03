"""`maillage clear`: debts of a file cleared together. Needs no site, no data folder, no database."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from maillage.kernel.terminal import console, done, errors, fail, refuse, warn

if TYPE_CHECKING:
    from maillage.cores.clearing import Clearing
    from maillage.project.cli.debt_files import ReadDebts, ReadLimits

REFUSED = 2
"""The exit code of a file that cannot be taken."""

_NOTICES_UNASKED_MAX = 2_000
_ROWS_AT_ONCE = 20_000


def clear(
    file: Path = typer.Argument(
        ..., metavar="DETTES.csv", help="Les dettes : qui doit, à qui, combien.", show_default=False
    ),
    liquidity: Path | None = typer.Option(
        None,
        "--liquidity",
        metavar="LIMITES.csv",
        help="Les comptes de crédit mutuel : membre, plancher, plafond, solde.",
        show_default=False,
    ),
    as_json: bool = typer.Option(False, "--json", help="Rend la réponse en JSON, et rien d'autre."),
    notices: Path | None = typer.Option(
        None,
        "--notices",
        metavar="DOSSIER",
        help="Où écrire les avis, un par partie ; sinon à côté du fichier, dans DETTES-avis.",
        show_default=False,
    ),
    no_notices: bool = typer.Option(False, "--no-notices", help="N'écrit pas d'avis."),
) -> None:
    """Compense des dettes entre plusieurs membres : le plus possible, avec la preuve qu'on ne peut pas faire mieux."""
    from maillage.project.cli.notices import NoticesExistError, check_folder

    if notices is not None and no_notices:
        raise typer.BadParameter("--notices et --no-notices se contredisent.", param_hint="--no-notices")
    folder = notices or (None if as_json or no_notices else file.with_name(f"{file.stem}-avis"))
    if folder is not None and file.is_file():
        try:
            check_folder(folder)
        except NoticesExistError:
            fail(
                f"{folder} contient autre chose que des avis : donnez un autre dossier avec --notices.",
                code=REFUSED,
            )
    begun = time.perf_counter()
    debts, limits = _read(file, liquidity)
    read_seconds = time.perf_counter() - begun
    answer, flaws, seconds = _compute(file, debts, liquidity, limits)
    written = _write_notices(answer, folder, asked=notices is not None)
    if as_json:
        sys.stdout.writelines(_json_lines(answer, not flaws, seconds, read_seconds))
    else:
        _show(answer, not flaws, seconds, folder if written else None, written)
    if flaws:
        fail("La preuve ne tient pas (" + ", ".join(flaws) + ") : n'utilisez pas cette réponse.")


def _read(file: Path, liquidity: Path | None) -> tuple[ReadDebts, ReadLimits | None]:
    from maillage.project.cli.debt_files import RefusedFileError, read_debt_file, read_limit_file

    try:
        with errors.status("Lecture…"):
            debts = read_debt_file(file)
            return debts, read_limit_file(liquidity) if liquidity else None
    except RefusedFileError as error:
        _refuse(error.sentences)


def _compute(
    file: Path, debts: ReadDebts, liquidity: Path | None, limits: ReadLimits | None
) -> tuple[Clearing, tuple[str, ...], float]:
    from maillage.cores.clearing import Refusal, check
    from maillage.cores.clearing import clear as clear_debts
    from maillage.cores.clearing.graphs import load_libraries
    from maillage.project.cli.debt_files import say_refusal

    load_libraries()
    with errors.status("Compensation…"):
        begun = time.perf_counter()
        answer = clear_debts(debts.table, limits.limits if limits else ())
        if isinstance(answer, Refusal):
            _refuse(say_refusal(answer, file, debts, liquidity, limits))
        flaws = check(answer)
        seconds = time.perf_counter() - begun
    return answer, flaws, seconds


def _refuse(sentences: Any) -> NoReturn:
    for sentence in sentences:
        refuse(sentence)
    raise typer.Exit(REFUSED)


def _write_notices(answer: Clearing, folder: Path | None, *, asked: bool) -> int:
    from maillage.project.cli.notices import write_notices

    if folder is None:
        return 0
    if not asked and len(answer.table.members) > _NOTICES_UNASKED_MAX:
        warn(f"{len(answer.table.members)} membres : avis non écrits. Avec --notices DOSSIER, ils le sont.")
        return 0
    try:
        with errors.status("Avis…"):
            return write_notices(answer, folder)
    except OSError as error:
        fail(f"Les avis ne peuvent pas être écrits dans {folder} : {error.strerror}.")


def _show(answer: Clearing, proven: bool, seconds: float, folder: Path | None, written: int) -> None:
    from maillage.project.cli.notices import euros

    share = answer.cleared_cents / answer.total_cents if answer.total_cents else 0.0
    done(f"{len(answer.table)} dettes entre {len(answer.table.members)} membres, en {seconds:.2f} s")
    lines = (
        ("dû", euros(answer.total_cents)),
        ("compensé", f"{euros(answer.cleared_cents)}  ({share * 100:.1f} %)".replace(".", ",")),
        ("reste dû", euros(answer.remaining_cents)),
        ("le plus possible", "oui, prouvé" if proven else "NON PROUVÉ"),
    )
    for label, figure in lines:
        console.print(f"  {label:<17} {figure}")
    moved = answer.changes_cents[answer.changes_cents > 0].sum()
    if answer.limits:
        console.print(f"  {'par les comptes':<17} {euros(int(moved))}")
    if not answer.oldest_first:
        console.print(
            "  Les plus anciennes d'abord, entre deux mêmes membres seulement : la liste est très longue."
        )
    if folder is not None:
        console.print(f"  {written} avis dans {folder}")


def _json_lines(answer: Clearing, proven: bool, seconds: float, read_seconds: float) -> Iterator[str]:
    """The answer, its long lists by blocks: a list of two million debts is never whole in memory."""
    certificate = answer.certificate
    head: dict[str, Any] = {
        "total_cents": answer.total_cents,
        "cleared_cents": answer.cleared_cents,
        "remaining_cents": answer.remaining_cents,
        "optimal": proven,
        "seconds": round(seconds, 6),
        "seconds_reading": round(read_seconds, 6),
        "debts": len(answer.table),
        "members": len(answer.table.members),
        "oldest_first": answer.oldest_first,
        "bound_cents": certificate.bound_cents,
        "account_level": certificate.account_level,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1]
    yield ',\n"setoffs": ['
    setoffs = answer.setoffs_cents
    for first in range(0, len(setoffs), _ROWS_AT_ONCE):
        cents = setoffs[first : first + _ROWS_AT_ONCE].tolist()
        rows = (
            f'{{"row": {row}, "setoff_cents": {cent}}}' for row, cent in enumerate(cents, start=first + 1)
        )
        yield (",\n" if first else "\n") + ",\n".join(rows)
    yield '\n],\n"accounts": ['
    changes = {
        name: int(change) for name, change in zip(answer.table.members, answer.changes_cents, strict=True)
    }
    yield ",\n".join(
        json.dumps(
            {
                "member": limit.member,
                "change_cents": changes[limit.member],
                "balance_cents": limit.balance_cents + changes[limit.member],
            },
            ensure_ascii=False,
        )
        for limit in answer.limits
    )
    yield '],\n"levels": {'
    levels = certificate.levels.tolist()
    yield ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {level}"
        for name, level in zip(answer.table.members, levels, strict=True)
    )
    yield "}}\n"
