"""`maillage import`: what a file becomes, from the server's own terminal."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.project.house import run

FILE = """nom,latitude,longitude
La Grange,46.17,1.87
À l’envers,1.87,46.18
Nulle part,ici,là
"""


def test_exchanged_coordinates_are_named_then_swapped_when_asked(site: Path) -> None:
    source = site.parent / "lieux.csv"
    source.write_text(FILE, encoding="utf-8")
    said = run(site, "import", str(source), "--dry-run")
    assert "Latitude et longitude semblent inversées sur 1 de ces lignes" in said
    assert "--swap-coordinates" in said
    plain = json.loads(run(site, "import", str(source), "--dry-run", "--json"))
    swapped = json.loads(run(site, "import", str(source), "--dry-run", "--json", "--swap-coordinates"))
    assert [error["row"] for error in plain["errors"]] == [3, 4]
    assert [error["row"] for error in swapped["errors"]] == [4]
    assert swapped.keys() == plain.keys()
    assert (plain["created"], swapped["created"]) == (1, 2)


def test_swapped_rows_are_written_and_told(site: Path) -> None:
    source, told, written = (site.parent / name for name in ("lieux.csv", "revoir.csv", "carte.geojson"))
    source.write_text(FILE, encoding="utf-8")
    said = run(site, "import", str(source), "--swap-coordinates", "--report", str(told))
    assert "relancez avec --swap-coordinates" not in said
    with told.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))
    assert any(line[0] == "3" and "étaient inversées" in line[4] for line in lines)
    run(site, "export", str(written))
    features = json.loads(written.read_text(encoding="utf-8"))["features"]
    assert sorted(each["geometry"]["coordinates"] for each in features) == [[1.87, 46.17], [1.87, 46.18]]


def test_a_column_whose_name_holds_a_comma_can_be_mapped(site: Path) -> None:
    source = site.parent / "points.csv"
    source.write_text('truc;"lat, lon"\nLa Grange;"46.17, 1.87"\n;"46.2, 1.9"\n', encoding="utf-8")
    said = run(site, "import", str(source), "--dry-run", "--map", "lat, lon=point,truc=title")
    assert "1  nouvelles fiches" in said
    assert "ligne 3, Titre : " in said
    refused = run(site, "import", str(source), "--map", "truc=title,bidon", code=2)
    assert "Valeur refusée pour --map : « bidon » n'est pas de la forme COLONNE=CHAMP." in refused
