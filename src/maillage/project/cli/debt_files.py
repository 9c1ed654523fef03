"""Files of debts and limits for `maillage clear`: read, or refused in French, line by line."""

from __future__ import annotations

import codecs
import csv
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

from maillage.cores.clearing import Fault, Limit, Refusal
from maillage.cores.clearing.reading import (
    DEBT_TITLES,
    LIMIT_TITLES,
    BadTitles,
    CellFault,
    ReadDebts,
    ReadLimits,
    Title,
    Unreadable,
    find_columns,
    read_debts,
    read_limits,
)

FILE_BYTES_MAX = 1_000_000_000
_PIECE_BYTES = 1 << 20
_SHOWN_CHARACTERS_MAX = 60
_LINES_BEFORE_MAX = 100
Read = TypeVar("Read", ReadDebts, ReadLimits)


class RefusedFileError(Exception):
    """A file that is not taken: the sentences that say why."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


FRENCH: dict[Title, str] = {
    "debtor": "debtor (débiteur)",
    "creditor": "creditor (créancier)",
    "amount": "amount (montant)",
    "invoice": "invoice (facture)",
    "due_date": "due_date (échéance)",
    "member": "member (membre)",
    "lower": "lower (plancher)",
    "upper": "upper (plafond)",
    "balance": "balance (solde)",
}


def read_debt_file(file: Path) -> ReadDebts:
    """Millions of rows make no circle of references: the collector, which would look for some, waits."""
    gc.disable()
    try:
        return _read(file, DEBT_TITLES, read_debts)
    finally:
        gc.enable()


def read_limit_file(file: Path) -> ReadLimits:
    return _read(file, LIMIT_TITLES, read_limits)


def _read(
    file: Path,
    titles: Sequence[Title],
    reader: Callable[[Iterator[list[str]], int], Read | Unreadable | BadTitles],
) -> Read:
    try:
        encoding = _look_at(file)
        with file.open(encoding=encoding, newline="") as stream:
            skipped, told, first_line = _beginning(stream)
            stream.seek(0)
            for _line in range(skipped):
                stream.readline()
            rows = csv.reader(stream, delimiter=told or _delimiter(first_line, titles), strict=True)
            try:
                answer = reader(rows, skipped)
            except csv.Error as error:
                raise RefusedFileError(
                    f"{file.name}, ligne {skipped + max(rows.line_num, 1)} : {_malformed(str(error))}"
                ) from None
    except OSError as error:
        raise RefusedFileError(f"{file} ne peut pas être lu : {error.strerror}.") from None
    if isinstance(answer, BadTitles):
        raise RefusedFileError(*_titles_said(file, answer, skipped + 1))
    if isinstance(answer, Unreadable):
        sentences = [_cell_said(file, fault) for fault in answer.faults]
        lines = len({fault.line for fault in answer.faults})
        raise RefusedFileError(*sentences, *_more(answer.count - lines))
    return answer


@dataclass
class _Look:
    """What the bytes of a file say of it, piece by piece."""

    decoder: codecs.IncrementalDecoder
    good: bool = True

    def take(self, piece: bytes, final: bool = False) -> None:
        if self.good:
            try:
                self.decoder.decode(piece, final)
            except UnicodeDecodeError:
                self.good = False


def _look_at(file: Path) -> str:
    """The encoding of a file, once it is known to be text of a reasonable size."""
    if not file.exists():
        raise RefusedFileError(f"Il n'y a pas de fichier {file}.")
    if not file.is_file():
        raise RefusedFileError(f"{file} n'est pas un fichier.")
    size = file.stat().st_size
    if size > FILE_BYTES_MAX:
        raise RefusedFileError(
            f"{file.name} est trop gros : {size / 1e6:.0f} Mo, pour {FILE_BYTES_MAX / 1e6:.0f} Mo au plus."
        )
    if not size:
        raise RefusedFileError(f"{file.name} est vide : il y faut au moins la ligne des titres.")
    with file.open("rb") as stream:
        is_wide = stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        stream.seek(0)
        names = ("utf-16",) if is_wide else ("utf-8-sig", "cp1252")
        looks = {name: _Look(codecs.getincrementaldecoder(name)("strict")) for name in names}
        while piece := stream.read(_PIECE_BYTES):
            if b"\0" in piece and not is_wide:
                raise RefusedFileError(
                    f"{file.name} n'est pas un fichier CSV : il contient des octets nuls. "
                    "D'un tableur, enregistrez-le en « CSV UTF-8 »."
                )
            for look in looks.values():
                look.take(piece)
    for encoding, look in looks.items():
        look.take(b"", final=True)
        if look.good:
            return encoding
    raise RefusedFileError(
        f"{file.name} : ni UTF-8 ni UTF-16 ni Windows-1252, ses accents ne peuvent pas être lus."
    )


def _beginning(stream: TextIO) -> tuple[int, str, str]:
    """The lines before the titles, the sign between columns when one of them tells it (`sep=;`), and the titles."""
    told, line = "", ""
    for skipped in range(_LINES_BEFORE_MAX):
        line = stream.readline(_PIECE_BYTES)
        if line.lower().startswith("sep=") and len(line.strip("\r\n")) == 5:
            told = line[4]
        elif not line or line.strip(' \t\r\n;,|"'):
            return skipped, told, line
    return _LINES_BEFORE_MAX, told, line


def _delimiter(first_line: str, titles: Sequence[Title]) -> str:
    """The sign between columns under which the first line names most of them."""
    line = first_line.splitlines()[0] if first_line.splitlines() else ""

    def named(sign: str) -> int:
        try:
            found = find_columns(next(csv.reader([line], delimiter=sign), []), titles, ())
        except csv.Error:
            return 0
        return len(found) if isinstance(found, dict) else len(titles)

    return max((",", ";", "\t", "|"), key=named)


def _malformed(said: str) -> str:
    if "unexpected end" in said:
        return "le fichier s'arrête au milieu d'une cellule (guillemet jamais fermé) ; il semble tronqué."
    if "larger than field limit" in said:
        return "une cellule est démesurée ; un guillemet n'est sans doute pas fermé."
    return "CSV mal formé : un guillemet est mal placé."


def _titles_said(file: Path, titles: BadTitles, line: int) -> list[str]:
    sentences = []
    if titles.missing:
        names = ", ".join(FRENCH[title] for title in titles.missing)
        which = "la colonne" if len(titles.missing) == 1 else "les colonnes"
        sentences.append(f"{file.name}, ligne {line} : il manque {which} {names}.")
    sentences += [
        f"{file.name}, ligne {line} : la colonne {FRENCH[title]} y est deux fois." for title in titles.twice
    ]
    return sentences


def _cell_said(file: Path, fault: CellFault) -> str:
    shown = " ".join(fault.cell.split())
    shown = shown if len(shown) <= _SHOWN_CHARACTERS_MAX else shown[:_SHOWN_CHARACTERS_MAX] + "…"
    place = f"{file.name}, ligne {fault.line}"
    if fault.title:
        place += f", colonne {FRENCH[fault.title]}"
    said = {
        "empty": "la cellule est vide.",
        "long": f"« {shown} » est trop long.",
        "amount": f"« {shown} » n'est pas un montant.",
        "decimals": f"« {shown} » a plus de deux décimales.",
        "not_positive": f"« {shown} » : un montant doit être supérieur à zéro.",
        "too_large": f"« {shown} » est trop grand (plus de 92 233 720 368 547 758,07).",
        "date": f"« {shown} » n'est pas une date (attendu 2026-01-31 ou 31/01/2026).",
        "columns": f"{shown} colonnes, ce n'est pas le nombre de la ligne des titres.",
        "self_debt": f"« {shown} » se devrait de l'argent à soi-même.",
        "below_zero": f"« {shown} » : un plafond ne peut pas être négatif.",
    }[fault.code]
    return f"{place} : {said}"


def _more(count: int) -> list[str]:
    return [f"… et {count} autres lignes."] if count > 0 else []


def say_refusal(
    refusal: Refusal, debts_file: Path, debts: ReadDebts, limits_file: Path | None, limits: ReadLimits | None
) -> list[str]:
    """The sentences of a refusal by the core, with the lines of the files."""
    sentences = [
        _fault_said(fault, debts_file, debts)
        if not fault.of_limits or limits is None or limits_file is None
        else _limit_fault_said(fault, limits_file, limits)
        for fault in refusal.faults
    ]
    return [*sentences, *_more(refusal.count - len(refusal.faults))]


def _fault_said(fault: Fault, file: Path, debts: ReadDebts) -> str:
    if fault.code == "total":
        return f"{file.name}, colonne {FRENCH['amount']} : la somme des dettes dépasse 92 233 720 368 547 758,07."
    if fault.code == "too_many":
        return f"{file.name} : trop de dettes ou de membres pour une seule compensation (5 millions de dettes, 2 millions de membres)."
    place = f"{file.name}, ligne {debts.lines[fault.row - 1]}, colonne "
    if fault.code == "duplicate_invoice":
        creditor = debts.table.members[int(debts.table.creditors[fault.row - 1])]
        return (
            f"{place}{FRENCH['invoice']} : « {debts.table.invoices[fault.row - 1]} » de « {creditor} » "
            f"est déjà à la ligne {debts.lines[fault.other - 1]}."
        )
    if fault.code == "self_debt":
        return f"{place}{FRENCH['creditor']} : un membre se devrait de l'argent à soi-même."
    return f"{place}{FRENCH['amount']} : un montant doit être supérieur à zéro."


def _limit_fault_said(fault: Fault, file: Path, limits: ReadLimits) -> str:
    limit: Limit = limits.limits[fault.row - 1]
    place = f"{file.name}, ligne {limits.lines[fault.row - 1]}, colonne "
    if fault.code == "unknown_member":
        return f"{place}{FRENCH['member']} : « {limit.member} » n'est dans aucune dette."
    if fault.code == "member_twice":
        return f"{place}{FRENCH['member']} : « {limit.member} » est déjà à la ligne {limits.lines[fault.other - 1]}."
    return f"{place}{FRENCH['lower']} : le plancher, le plafond ou le solde n'est pas possible."
