"""FEC files written by hand, so that they owe nothing to our writer."""

from __future__ import annotations

from maillage.cores.accounting.fec import FecReport, check_fec

HEADER = (
    "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate "
    "EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise"
).split()
NAME = "732829320FEC20241231.txt"

Row = dict[str, str]


def row(number: str, account: str, debit: str, credit: str, **changed: str) -> Row:
    day = changed.pop("day", "20240115")
    return {
        "JournalCode": "VE",
        "JournalLib": "Ventes",
        "EcritureNum": number,
        "EcritureDate": day,
        "CompteNum": account,
        "CompteLib": {"411": "Clients", "706": "Prestations de services", "44571": "TVA collectée"}.get(account, f"Compte {account}"),
        "CompAuxNum": "C1" if account == "411" else "",
        "CompAuxLib": "Café du port" if account == "411" else "",
        "PieceRef": f"F{number}",
        "PieceDate": day,
        "EcritureLib": f"Facture {number}",
        "Debit": debit,
        "Credit": credit,
        "EcritureLet": "",
        "DateLet": "",
        "ValidDate": day,
        "Montantdevise": "",
        "Idevise": "",
    } | changed  # fmt: skip


def sound() -> list[Row]:
    """Three sales of January, February and March, and the payment of the first, lettered."""
    rows = []
    for number, day in (("1", "20240115"), ("2", "20240215"), ("3", "20240315")):
        letter = {"EcritureLet": "AA", "DateLet": "20240401"} if number == "1" else {}
        rows += [
            row(number, "411", "120,00", "0,00", day=day, **letter),
            row(number, "706", "0,00", "100,00", day=day),
            row(number, "44571", "0,00", "20,00", day=day),
        ]
    bank = {"day": "20240401", "JournalCode": "BQ", "JournalLib": "Banque", "EcritureLib": "Virement"}
    rows += [
        row("1", "512", "120,00", "0,00", **bank),
        row("1", "411", "0,00", "120,00", EcritureLet="AA", DateLet="20240401", **bank),
    ]
    return rows


def written(
    rows: list[Row],
    *,
    separator: str = "\t",
    end: str = "\r\n",
    encoding: str = "iso8859_15",
    header: list[str] | None = None,
) -> bytes:
    names = header if header is not None else HEADER
    lines = [separator.join(names)] if names else []
    lines += [separator.join(each.get(name, "") for name in (names or HEADER)) for each in rows]
    return "".join(line + end for line in lines).encode(encoding)


def checked(content: bytes, name: str = NAME, *, block: int = 1 << 16, **options: object) -> FecReport:
    blocks = (content[at : at + block] for at in range(0, len(content), block))
    return check_fec(blocks, name=name, **options)  # type: ignore[arg-type]


def codes(report: FecReport) -> set[str]:
    return {found.rule.code for found in report.findings}
