"""`maillage export`: what the site publishes, from the server's own terminal."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.project.house import run

pytestmark = pytest.mark.slow

FILE = """titre,résumé,ville,latitude,longitude,famille
Jardin des Tilleuls,On cultive ensemble,Limoges,45.83,1.26,association
Atelier vélo,On répare ensemble,Guéret,46.17,1.87,association
"""


def filled(site: Path) -> Path:
    source = site.parent / "a.csv"
    source.write_text(FILE, encoding="utf-8")
    assert json.loads(run(site, "import", str(source), "--json"))["created"] == 2
    return site


def titles(said: str) -> list[str]:
    rows = csv.DictReader(io.StringIO(said[said.index("identifiant") :]), delimiter=";")
    return sorted(row["titre"] for row in rows)


def test_an_export_follows_the_filter_of_an_address(site: Path) -> None:
    filled(site)
    assert titles(run(site, "export")) == ["Atelier vélo", "Jardin des Tilleuls"]
    address = "https://maillage.exemple.org/initiatives/?q=jardin"
    assert titles(run(site, "export", "--filter", address)) == ["Jardin des Tilleuls"]
    target = site.parent / "carte.geojson"
    run(site, "export", str(target), "--filter", "q=vélo")
    features = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert [feature["geometry"]["coordinates"] for feature in features] == [[1.87, 46.17]]
    assert [path.name for path in site.parent.glob(".*.part")] == []


def test_what_is_exported_is_recognised_when_read_again(site: Path) -> None:
    filled(site)
    target = site.parent / "tout.json"
    run(site, "export", str(target))
    report = json.loads(run(site, "import", str(target), "--json"))
    assert (report["format"], report["read"], report["created"]) == ("gogocarto", 2, 0)


def test_all_that_is_public_leaves_in_every_form(site: Path) -> None:
    folder = filled(site).parent / "ouvertes"
    run(site, "export", "--open-data", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == [
        *(f"initiatives.{ending}" for ending in ("csv", "geojson", "json", "jsonld", "kml", "xlsx")),
        *(f"structures.{ending}" for ending in ("csv", "geojson", "json", "jsonld", "kml", "xlsx")),
    ]
    assert all(path.stat().st_size for path in folder.iterdir())


def test_what_cannot_be_exported_is_said(site: Path) -> None:
    assert "gogocarto" in run(site, "export", "x.odt", code=2)
    assert "csv, xlsx" in run(site, "export", "--structures", "--format", "odt", code=2)
    assert "Filtre inconnu : couleur" in run(site, "export", "--filter", "couleur=bleu", code=2)
    absent = site.parent / "absent" / "x.csv"
    assert "ne peut pas être écrit" in run(site, "export", str(absent), code=2)
    assert "ne donnez" in run(site, "export", "x.csv", "--open-data", "d", code=2)
