"""`maillage fec` as somebody meets it who has no site: what it says, and the code that it leaves with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maillage.cores.accounting.fec import RULES
from maillage.project.cli.app import main
from tests.cores.accounting.files import NAME, sound, written
from tests.cores.accounting.test_fec_rules import put


@pytest.fixture
def fec(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs `maillage fec` with these words: exit code, what was said, what was refused."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["maillage", "fec", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


def put_file(folder: Path, content: bytes, name: str = NAME) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def test_a_sound_file(fec, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, said, refused = fec("check", put_file(tmp_path, written(sound())))
    assert (code, refused) == (0, "")
    assert said == "✓ Conforme. 11 lignes, 4 écritures, 2 journaux, 480,00 € de chaque côté.\n"


def test_a_faulty_file_names_rule_and_line(fec, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = put_file(tmp_path, written(put(3, Debit="119,99")(sound())))
    code, said, refused = fec("check", file)
    assert code == 1
    assert "ECR-01" in said
    assert "ligne 5 : écriture 2 du journal VE : 0,01 € de trop au crédit" in said.replace("\xa0", " ")
    assert "Non conforme" in refused
    code, said, _refused = fec("check", "--json", file)
    found = {each["rule"]: each for each in json.loads(said)["findings"]}
    assert code == 1
    assert found["ECR-01"]["places"][0]["line"] == 5
    assert found["ECR-01"]["severity"] == "error" and found["ECR-01"]["source"]


def test_a_remark_leaves_a_file_conform_unless_strict(fec, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = put_file(tmp_path, written(put(0, EcritureLib="Facture 1 ")(sound())))
    code, said, _refused = fec("check", file)
    assert code == 0
    assert "LIG-04" in said and "Conforme, 1 remarque." in said
    assert fec("check", "--strict", file)[0] == 1


def test_places_are_bounded(fec, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = put_file(tmp_path, written(put(slice(None), PieceRef="")(sound())))
    _code, said, _refused = fec("check", "--limit", 2, file)
    assert said.count("PieceRef est vide") == 2
    assert "… et 9 fois encore." in said


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "vide"), (b"bonjour", "ce n'est pas un FEC"), (written(sound())[:-20], "coupé"), (None, "il n'existe pas")],
    ids=["empty", "prose", "cut", "absent"],
)  # fmt: skip
def test_what_cannot_be_read_leaves_with_2(fec, tmp_path: Path, content: bytes | None, said: str) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / NAME
    if content is not None:
        file.write_bytes(content)
    code, _said, refused = fec("check", file)
    assert code == 2
    assert said in refused
    if content is not None:
        code, answer, _refused = fec("check", "--json", file)
        assert (code, json.loads(answer)["verdict"]) == (2, "unreadable")


def test_a_folder_and_a_bad_day_leave_with_2(fec, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert fec("check", tmp_path) == (2, "", f"✗ {tmp_path} n'a pas pu être lu : c'est un dossier.\n")
    file = put_file(tmp_path, written(sound()))
    code, _said, refused = fec("check", "--start", "31/12/2023", file)
    assert (code, refused) == (2, "✗ --start attend une date AAAA-MM-JJ, et non « 31/12/2023 ».\n")


def test_the_rules_are_listed(fec) -> None:  # type: ignore[no-untyped-def]
    code, said, _refused = fec("rules")
    assert code == 0
    assert all(rule.code in said and rule.source in said for rule in RULES.values())
    assert [each["rule"] for each in json.loads(fec("rules", "--json")[1])] == list(RULES)
