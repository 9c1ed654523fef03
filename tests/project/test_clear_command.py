"""`maillage clear` as an operator meets it: files good and bad, on a machine without a site."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from maillage.project.cli.app import app

HEADER = "debtor,creditor,amount,invoice,due_date\n"
EXAMPLE = """débiteur;créancier;montant;facture;échéance
Atelier;Boulangerie;100;F1;10/01/2026
Boulangerie;Cinéma;80,00;F1;
Cinéma;Atelier;60;X;2026-02-01
Cinéma;Boulangerie;30;F2;
Atelier;Dépôt;50;=1+1;
"""


def clear(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["clear", *map(str, arguments)])


def file_of(folder: Path, content: str | bytes, name: str = "dettes.csv") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_totals_and_notices(tmp_path: Path) -> None:
    done = clear(file_of(tmp_path, EXAMPLE))
    assert done.exit_code == 0, done.output
    assert "compensé          220,00  (68,8 %)" in done.stdout
    assert "oui, prouvé" in done.stdout
    folder = tmp_path / "dettes-avis"
    assert sorted(one.name for one in folder.iterdir()) == [
        "0001-atelier.txt", "0002-boulangerie.txt", "0003-cinema.txt", "0004-depot.txt", "sommaire.csv",
    ]  # fmt: skip
    notice = (folder / "0001-atelier.txt").read_text(encoding="utf-8")
    first = next(line for line in notice.splitlines() if line.endswith("Boulangerie"))
    assert first.split() == ["1", "F1", "2026-01-10", "100,00", "60,00", "40,00", "Boulangerie"]
    assert "Dépôt;0,00;50,00;0,00;0,00;0,00;0004-depot.txt" in (folder / "sommaire.csv").read_text("utf-8")
    again = clear(tmp_path / "dettes.csv")
    assert again.exit_code == 0, "a folder of notices is replaced"
    (folder / "sommaire.csv").unlink()
    refused = clear(tmp_path / "dettes.csv")
    assert refused.exit_code == 2
    assert "autre chose que des avis" in refused.stderr
    assert (folder / "0001-atelier.txt").exists()


def test_json_is_alone_on_the_output(tmp_path: Path) -> None:
    limits = file_of(tmp_path, "membre;plancher;plafond\nAtelier;50;0\nDépôt;0;50\n", "limites.csv")
    done = clear(file_of(tmp_path, EXAMPLE), "--json", "--liquidity", limits)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["total_cents"], said["cleared_cents"], said["remaining_cents"]) == (32_000, 27_000, 5_000)
    assert said["optimal"] is True
    assert said["seconds"] >= 0
    cents = [6_000, 8_000, 6_000, 2_000, 5_000]
    assert said["setoffs"] == [{"row": row, "setoff_cents": cent} for row, cent in enumerate(cents, start=1)]
    assert said["accounts"] == [
        {"member": "Atelier", "change_cents": -5_000, "balance_cents": -5_000},
        {"member": "Dépôt", "change_cents": 5_000, "balance_cents": 5_000},
    ]
    assert not (tmp_path / "dettes-avis").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_and_french_titles(tmp_path: Path, encoding: str) -> None:
    text = (
        "Débiteur;Créancier;Montant TTC;N° de facture\nÉpicerie;Vélo;1 234,5 €;F1\n\n Vélo ;Épicerie;12;F1\n"
    )
    done = clear(file_of(tmp_path, text.encode(encoding)), "--json")
    said = json.loads(done.stdout)
    assert (said["total_cents"], said["cleared_cents"]) == (124_650, 2_400)
    assert [one["row"] for one in said["setoffs"]] == [1, 2]


def test_a_table_with_titles_only_is_zeros(tmp_path: Path) -> None:
    said = json.loads(clear(file_of(tmp_path, HEADER), "--json").stdout)
    assert (said["total_cents"], said["cleared_cents"], said["optimal"], said["setoffs"]) == (0, 0, True, [])


BAD_ROWS = {
    "a,b,-5,,": "colonne amount (montant) : « -5 » : un montant doit être supérieur à zéro",
    "a,b,0,,": "colonne amount (montant) : « 0 » : un montant doit être supérieur à zéro",
    "a,b,1.234,,": "colonne amount (montant) : « 1.234 » a plus de deux décimales",
    "a,b,92233720368547758.08,,": "colonne amount (montant) : « 92233720368547758.08 » est trop grand",
    "a,b,1e3,,": "colonne amount (montant) : « 1e3 » n'est pas un montant",
    "a,b,,,": "colonne amount (montant) : la cellule est vide",
    "a, a ,3,,": "colonne creditor (créancier) : « a » se devrait de l'argent à soi-même",
    ",b,1,,": "colonne debtor (débiteur) : la cellule est vide",
    "a,b,1,,2026-13-01": "colonne due_date (échéance) : « 2026-13-01 » n'est pas une date",
    "a,b": "2 colonnes, ce n'est pas le nombre de la ligne des titres",
    "a,b,1,2,3,4": "6 colonnes, ce n'est pas le nombre de la ligne des titres",
    'a,"b"c,1,,': "un guillemet est mal placé",
    'a,b,1,"F1': "il semble tronqué",
    "c,b,1,F1,": "colonne invoice (facture) : « F1 » de « b » est déjà à la ligne 2",
    "a,b,92233720368547758,,": "la somme des dettes dépasse",
}


@pytest.mark.parametrize(("row", "sentence"), BAD_ROWS.items())
def test_a_bad_row_is_named(tmp_path: Path, row: str, sentence: str) -> None:
    done = clear(file_of(tmp_path, f"{HEADER}a,b,1,F1,2026-01-01\n{row}"))
    assert done.exit_code == 2
    assert done.stdout == ""
    assert sentence in done.stderr
    assert "ligne 3" in done.stderr or "somme" in sentence
    assert [one.name for one in tmp_path.iterdir()] == ["dettes.csv"]


def test_all_bad_rows_are_named_up_to_a_hundred(tmp_path: Path) -> None:
    done = clear(file_of(tmp_path, HEADER + "a,b,0,,\n" * 300), "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("supérieur à zéro") == 100
    assert "… et 200 autres lignes." in done.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "est vide"),
        (b"debtor,amount\na,3\n", "il manque la colonne creditor (créancier)"),
        (b"debtor,creditor,amount,montant\na,b,1,2\n", "la colonne amount (montant) y est deux fois"),
        (b"a\0b", "octets nuls"),
        (b"\xff\xfe" + HEADER.encode("utf-16-le")[:-1], "ses accents ne peuvent pas être lus"),
        (b"\n\nsep=;\ndebtor;amount\na;3\n", "ligne 4 : il manque la colonne creditor"),
        (b"debtor,creditor,amount\n\xe9\x81,b,3\n", "accents"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    done = clear(file_of(tmp_path, content))
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_an_oversized_or_absent_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from maillage.project.cli import debt_files

    assert "Il n'y a pas de fichier" in clear(tmp_path / "nowhere.csv").stderr
    monkeypatch.setattr(debt_files, "FILE_BYTES_MAX", 10)
    done = clear(file_of(tmp_path, HEADER))
    assert done.exit_code == 2
    assert "trop gros" in done.stderr


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("z,-5,5", "ligne 2, colonne member (membre) : « z » n'est dans aucune dette"),
        ("a,-5,5\na,-5,5", "ligne 3, colonne member (membre) : « a » est déjà à la ligne 2"),
        ("a,x,5", "ligne 2, colonne lower (plancher) : « x » n'est pas un montant"),
        ("a,5,-5", "ligne 2, colonne upper (plafond) : « -5 » : un plafond ne peut pas être négatif"),
        ("a,5", "ligne 2 : 2 colonnes"),
    ],
)
def test_bad_limits_are_named(tmp_path: Path, rows: str, sentence: str) -> None:
    limits = file_of(tmp_path, f"member,lower,upper\n{rows}\n", "limites.csv")
    done = clear(file_of(tmp_path, HEADER + "a,b,1,,\n"), "--liquidity", limits)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert not (tmp_path / "dettes-avis").exists()


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """Blank lines and line breaks between quotes do not shift them."""
    done = clear(file_of(tmp_path, HEADER + 'a,b,1,"F\n1",\n\n\na,b,0,,\n'))
    assert "ligne 6, colonne amount" in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        "\n;;\ndebtor;creditor;amount\na;b;1234,50\nb;a;1000\n",
        "sep=|\ndebtor|creditor|amount\na|b|1234,50\nb|a|1000\n",
        "debtor|creditor|amount\na|b|1.234,50 EUR\nb|a|1'000.00 euros\n",
        "debtor\tcreditor\tamount\na\tb\t1,234.50\nb\ta\t1,000.00\n",
        "De;À;Somme\na;b;1 234,50\nb;a;1000\n",
        'Debtor ID,Creditor ID,Amount due,Invoice no.\na,b,"€1,234.50",1\nb,a,EUR 1000,2\n',
        "Nom du débiteur;Nom de la créancière;Montant en euros (€)\na;b;1\u202f234,50\u00a0€\nb;a;1000\n",
    ],
    ids=[
        "blank lines first",
        "sep=",
        "groups and decimals",
        "commas that group",
        "from and to",
        "exports",
        "names of",
    ],
)
def test_tables_as_spreadsheets_write_them(tmp_path: Path, content: str) -> None:
    said = json.loads(clear(file_of(tmp_path, content), "--json").stdout)
    assert (said["total_cents"], said["cleared_cents"]) == (223_450, 200_000)


@pytest.mark.parametrize("day", ["31/01/2026", "31-01-2026", "2026/01/31", "2026-01-31T00:00:00"])
def test_days_as_programs_write_them(tmp_path: Path, day: str) -> None:
    assert clear(file_of(tmp_path, f"{HEADER}a,b,1,F1,{day}\n"), "--json").exit_code == 0


def test_what_could_be_read_in_two_ways_is_refused(tmp_path: Path) -> None:
    rows = "".join(
        f'a,b,"{amount}",F{at},\n' for at, amount in enumerate(["1.234", "1.23,4", "12,34.50", "€ € 5"])
    )
    done = clear(file_of(tmp_path, HEADER + rows))
    assert (done.exit_code, done.stderr.count("colonne amount")) == (2, 4)


def test_lines_before_the_titles_count(tmp_path: Path) -> None:
    done = clear(file_of(tmp_path, f"\n\n{HEADER}a,b,1,F,\na,b,0,,\n"))
    assert "ligne 5, colonne amount" in done.stderr
    limits = file_of(tmp_path, "\nmember,lower,upper\na,x,5\n", "limites.csv")
    assert "ligne 3" in clear(file_of(tmp_path, HEADER + "a,b,1,,\n"), "--liquidity", limits).stderr
