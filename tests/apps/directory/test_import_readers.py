"""Each form of file, in small invented files, and every spoilt one that we could think of."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from openpyxl import Workbook

from maillage.apps.directory.readers.reading import FORMATS, open_source, read_rows
from maillage.apps.directory.readers.rows import ImportedRow, RowError, UnreadableFileError


def read(data, **choices):
    if isinstance(data, (dict, list)):
        data = json.dumps(data)
    data = data.encode() if isinstance(data, str) else data
    format, rows = read_rows(io.BytesIO(data), **choices)
    return format, list(rows)


def only(data, **choices):
    _format, rows = read(data, **choices)
    assert len(rows) == 1, rows
    return rows[0]


def test_csv_with_french_headers():
    row = only(
        "Dénomination;Objet social;Domaine d'activité;N° SIRET;Adresse;CP;Ville;Tél.;Mél;Site internet;Date de création de l'initiative\n"
        "Le Fournil;Du pain;Alimentation, Insertion;732 829 320 00074;3 rue du Four;1000;Bourg;04.74.00.00.00;pain@fournil.example;"
        "www.fournil.example;2019\n"
    )
    assert (row.title, row.postal_code, row.city, row.siret) == (
        "Le Fournil",
        "01000",
        "Bourg",
        "73282932000074",
    )
    assert row.categories == ("Alimentation", "Insertion")
    assert (row.website, row.email) == ("https://www.fournil.example", "pain@fournil.example")
    assert row.phone == "04 74 00 00 00"


def test_xlsx_gives_the_same_as_csv():
    book = Workbook()
    book.active.append(["Liste de nos adhérents"])
    book.active.append(["Nom", "Latitude", "Longitude", "Code postal", "Téléphone"])
    book.active.append(["Le Fournil", 46.2, 5.2, 1000, 474000000])
    file = io.BytesIO()
    book.save(file)
    format, rows = read(file.getvalue())
    assert format == "xlsx"
    assert (rows[0].number, rows[0].postal_code, rows[0].phone) == (3, "01000", "04 74 00 00 00")


FEATURE = {
    "type": "Feature",
    "id": "f1",
    "geometry": {"type": "Point", "coordinates": [1.87, 46.17]},
    "properties": {"name": "La Grange", "description": "<p>Un <b>lieu</b></p>", "address": {"city": "Guéret", "postalCode": "23000"}},
}  # fmt: skip


def test_geojson_points_and_nested_properties():
    format, rows = read({"type": "FeatureCollection", "features": [FEATURE]})
    assert format == "geojson"
    row = rows[0]
    assert (row.external_id, row.latitude, row.longitude) == ("f1", 46.17, 1.87)
    assert (row.city, row.description) == ("Guéret", "Un lieu")


def test_geojson_areas_are_at_the_middle_of_their_extent():
    square = {"type": "Polygon", "coordinates": [[[1, 46], [2, 46], [2, 47], [1, 47], [1, 46]]]}
    row = only({"type": "FeatureCollection", "features": [{**FEATURE, "geometry": square}]})
    assert (row.latitude, row.longitude) == (46.5, 1.5)


def test_geojson_in_lambert93_is_converted():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    feature = {**FEATURE, "geometry": {"type": "Point", "coordinates": [700000, 6600000]}}
    row = only({"type": "FeatureCollection", "crs": crs, "features": [feature]})
    assert (row.latitude, row.longitude) == (46.5, 3.0)


def test_geojson_in_an_unknown_system_is_refused_in_words():
    crs = {"type": "name", "properties": {"name": "EPSG:27572"}}
    with pytest.raises(UnreadableFileError, match="27572"):
        read({"type": "FeatureCollection", "crs": crs, "features": [FEATURE]})


def test_umap_layers_are_categories():
    layer = {"type": "FeatureCollection", "features": [FEATURE], "_umap_options": {"name": "Lieux"}}
    format, rows = read({"type": "umap", "uri": "x", "layers": [layer]})
    assert (format, rows[0].categories) == ("geojson", ("Lieux",))


KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Carte</name><Folder><name>Jardins</name>
<Placemark id="p1"><name>Le Potager</name><description><![CDATA[<b>Ouvert</b><br>le samedi<script>alert(1)</script>]]></description>
<ExtendedData><Data name="ville"><value>Felletin</value></Data></ExtendedData><Point><coordinates>2.17,45.88,0</coordinates></Point>
</Placemark></Folder></Document></kml>"""


def test_kml_with_folders_and_extended_data():
    format, rows = read(KML)
    row = rows[0]
    assert (format, row.title, row.categories, row.city) == ("kml", "Le Potager", ("Jardins",), "Felletin")
    assert (row.latitude, row.longitude, row.description) == (45.88, 2.17, "Ouvert\nle samedi")


def test_kmz_is_opened():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("doc.kml", KML)
    assert only(file.getvalue()).title == "Le Potager"


def test_gogocarto_full_and_compact():
    full = {"licence": "https://opendatacommons.org/licenses/odbl/summary/", "ontology": "gogofull", "data": [{
        "id": "aB1", "name": "Le Verger", "geo": {"latitude": 46.1, "longitude": "0.2"}, "sourceKey": "PDCN",
        "address": {"streetNumber": "5", "streetAddress": "rue Haute", "addressLocality": "Melle", "postalCode": "79500"},
        "categories": ["Marché"], "categoriesFull": [{"id": 1, "name": "Marché", "index": 0}, {"id": 2, "name": "Bio"}],
        "openHours": {"Mo": "09:00-12:00", "Sa": "10:00-12:00"}, "abstract": "Des pommes", "description": "Des pommes et des poires.",
    }]}  # fmt: skip
    format, rows = read(full)
    row = rows[0]
    assert format == "gogocarto"
    assert (row.external_id, row.latitude, row.longitude, row.city) == ("aB1", 46.1, 0.2, "Melle")
    assert (row.address, row.categories) == ("5 rue Haute", ("Marché", "Bio"))
    assert "lundi : 09:00-12:00" in row.opening_hours
    compact = {
        "ontology": "gogocompact",
        "mapping": ["id", ["name"], "latitude", "longitude", "status"],
        "data": [["x", ["Y"], 46, 2, 1]],
    }
    format, rows = read(compact)
    assert (format, rows[0].title, rows[0].external_id, rows[0].latitude) == ("gogocarto", "Y", "x", 46)


def test_semantic_categories_in_all_their_states():
    concept = {"@type": "skos:Concept", "@id": "http://PWA/SKOS/media_numerique"}
    base = {"name": "Nom", "lat": "46.1", "long": "1,2", "label": {"@language": "fr", "@value": "Texte"}}
    data = [
        {**base, "@id": "http://PWA/POI/1", "taxonomy": [concept]},
        {**base, "@id": "http://PWA/POI/2", "taxonomy": [{"@id": "http://PWA/SKOS/"}]},
        {**base, "taxonomy": "couture, atelier solidaire"},
        {**base, "@id": "http://PWA/POI/4", "taxonomy": "Couture"},
    ]
    format, rows = read({"@context": {}, "data": data})
    assert format == "gogocarto"
    assert [row.categories for row in rows] == [("media numerique",), (), (), ("Couture",)]
    assert rows[2].keywords == ("couture", "atelier solidaire") and rows[2].external_id.startswith("row:")
    assert rows[1].warnings and (rows[0].latitude, rows[0].longitude) == (46.1, 1.2)


def test_murmurations_profiles():
    organization = {
        "linked_schemas": ["organizations_schema-v1.0.0"], "name": "Coop", "primary_url": "https://coop.example", "tags": ["bio"],
        "geolocation": {"lat": 45.1, "lon": 1.1}, "mission": "Nourrir", "contact_details": {"email": "a@coop.example"},
    }  # fmt: skip
    format, rows = read(organization)
    assert (format, rows[0].title, rows[0].website, rows[0].latitude) == (
        "murmurations",
        "Coop",
        "https://coop.example",
        45.1,
    )
    assert rows[0].email == "a@coop.example"
    offer = {
        "linked_schemas": ["offers_wants_schema-v0.1.0"],
        "title": "Un camion",
        "exchange_type": "offer",
        "item_type": "service",
        "details_url": "https://x.example/1",
    }
    assert only([offer]).categories == ("Offre", "Service")


def test_osm_nodes_and_ways():
    elements = [
        {"type": "node", "id": 1, "lat": 46, "lon": 2},
        {"type": "node", "id": 2, "lat": 46, "lon": 2, "tags": {"name": "Au pain", "shop": "bakery", "addr:housenumber": "4", "addr:street": "rue Basse", "contact:website": "au-pain.example"}},
        {"type": "way", "id": 3, "center": {"lat": 47, "lon": 3}, "tags": {"shop": "farm", "operator": "GAEC"}},
        {"type": "way", "id": 4, "tags": {"building": "yes"}},
    ]  # fmt: skip
    format, rows = read({"version": 0.6, "generator": "Overpass API", "elements": elements})
    assert format == "osm"
    assert (rows[0].external_id, rows[0].categories, rows[0].address) == (
        "node/2",
        ("Boulangerie",),
        "4 rue Basse",
    )
    assert (rows[0].website, rows[0].licence) == ("https://au-pain.example", "odbl-1.0")
    assert (rows[1].title, rows[1].latitude) == ("GAEC", 47)
    assert isinstance(rows[2], RowError) and rows[2].field == "title"


def test_schema_org_graph_and_item_list():
    thing = {"@type": "Organization", "@id": "https://o.example", "name": "Orga", "address": {"@type": "PostalAddress", "addressLocality": "Ussel"},
             "geo": {"@type": "GeoCoordinates", "latitude": "45.5", "longitude": "2.3"}, "url": "https://o.example", "logo": {"url": "https://o.example/logo.png"}}  # fmt: skip
    for data in (
        {"@context": "https://schema.org", "@graph": [thing]},
        {
            "@context": "https://schema.org",
            "@type": "ItemList",
            "itemListElement": [{"@type": "ListItem", "item": thing}],
        },
        {"@context": "https://schema.org", **thing},
    ):
        row = only(data)
        assert (row.title, row.city, row.latitude, row.website) == (
            "Orga",
            "Ussel",
            45.5,
            "https://o.example",
        )


@pytest.mark.parametrize(
    "data",
    [
        [{"nom": "A", "lieu": {"ville": "Tulle"}, "coordonnees": {"lat": 45.2, "lng": 1.7}}],
        {"status": "ok", "response": {"items": [{"titre": "A", "location": "45.2, 1.7"}]}},
        {"results": [{"title": {"fr": "A", "en": "B"}, "geo_point_2d": {"lat": 45.2, "lon": 1.7}}]},
        {"12": {"name": "A", "latitude": 45.2, "longitude": 1.7}, "13": {"name": "", "latitude": 1, "longitude": 1}},
        '{"name": "A", "geometry": {"type": "Point", "coordinates": [1.7, 45.2]}}\n{"name": "", "lat": 3}\n',
        "nom,wkt\nA,POINT (1.7 45.2)\n",
        "nom;coordonnées GPS\nA;45,2 1,7\n",
        "nom;position\nA;45.2,1.7\n",
        "nom\tx\ty\nA\t1.7\t45.2\n",
        "nom;latitude;longitude\nA;45° 12' 0\" N;1° 42' 0\" E\n",
    ],
)  # fmt: skip
def test_other_shapes_are_read_generously(data):
    row = read(data)[1][0]
    assert row.title == "A"
    assert (round(row.latitude, 3), round(row.longitude, 3)) == (45.2, 1.7)


def test_lambert93_columns():
    row = only("nom;X_L93;Y_L93\nA;648237;6862271\n")
    assert (round(row.latitude, 3), round(row.longitude, 3)) == (48.858, 2.294)
    assert round(only("nom;x;y\nA;648237,4;6862271\n").latitude, 3) == 48.858


@pytest.mark.parametrize(
    ("latitude", "longitude", "field", "words"),
    [
        ("1,87", "46,17", "latitude", "invers|exchanged"),
        ("120", "45", "latitude", "invers|exchanged"),
        ("95", "200", "latitude", "95"),
        ("46", "181", "longitude", "181"),
        ("NaN", "1", "latitude", "NaN"),
        ("46", "Infinity", "longitude", "Infinity"),
        ("46", "là-bas", "longitude", "là-bas"),
        ("46", "", "longitude", "longitude"),
        ("1e999", "2", "latitude", "1e999"),
    ],
)
def test_positions_that_cannot_be_are_named(latitude, longitude, field, words):
    fault = only(f"nom;latitude;longitude\nA;{latitude};{longitude}\n")
    assert isinstance(fault, RowError) and (fault.row, fault.field, fault.title) == (2, field, "A")
    assert __import__("re").search(words, fault.message)


def test_nothing_of_a_row_runs():
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;script&gt;alert(2)&lt;/script&gt;"
    row = only(
        json.dumps(
            [
                {
                    "name": f"Nom {evil}",
                    "description": f"a < b {evil}",
                    "url": "javascript:alert(1)",
                    "tags": [evil],
                    "email": "x@y.example<script>",
                }
            ]
        )
    )
    said = repr(row)
    assert "<script" not in said and "onerror" not in said and "javascript" not in row.website
    assert row.title == "Nom" and "a < b" in row.description


def test_formulas_guarded_by_an_export_come_back_as_words():
    row = only("nom;description\n'=SOMME(1);'+33 6\n")
    assert (row.title, row.description) == ("=SOMME(1)", "+33 6")


def billion_laughs():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY l0 "lol">{entities}]><kml><Placemark><name>&l9;</name></Placemark></kml>'


def zip_bomb():
    """A small archive whose directory announces 700 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 1000)
        archive.filelist[0].file_size = 700_000_000
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        billion_laughs(),
        '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><Placemark><name>&x;</name></Placemark></kml>',
        "<kml><Placemark><name>cut",
        "<kml>" + "<Folder>" * 5000,
        "[" * 200_000,
        '{"a":' * 100_000,
        '{"data": [1, 2',
        "null",
        "   ",
        b"\x00\x01\x02\x03" * 100,
        b"PK\x03\x04",
        b"\xff\xfe\x00",
        '<kml><NetworkLink><Link><href>http://10.0.0.1/</href></Link></NetworkLink></kml>',
    ],
)  # fmt: skip
def test_spoilt_files_end_in_a_sentence_or_in_no_row(data):
    try:
        _format, rows = read(data)
    except UnreadableFileError as error:
        assert len(str(error.sentence)) > 10
    else:
        assert all(isinstance(row, RowError) for row in rows)


def test_a_zip_bomb_is_never_opened():
    with pytest.raises(UnreadableFileError, match="600"):
        read(zip_bomb())


def test_a_huge_field_is_one_row_left_out():
    _format, rows = read("nom;description\nA;" + "x" * 20_000_000 + "\nB;court\n")
    assert isinstance(rows[0], RowError) and (rows[0].row, rows[0].field) == (2, "description")
    assert rows[1].title == "B"


def test_deep_objects_inside_items_do_no_harm():
    deep = {"name": "A"}
    inner = deep
    for _level in range(400):
        inner["x"] = {}
        inner = inner["x"]
    assert only([deep]).title == "A"


def test_cycles_between_categories_do_no_harm():
    categories = [{"id": 1, "parent": "2", "name": "Un"}, {"id": 2, "parent": "1", "name": "Deux"}]
    assert only([{"title": "A", "categories": categories, "location": {"lat": 46, "lon": 2}}]).categories == (
        "Un",
        "Deux",
    )


def test_columns_are_recognised_by_their_values():
    data = "a;b;c;d\n" + "".join(
        f"Lieu numéro {n};contact{n}@x.example;46.{n:02};1.{n:02}\n" for n in range(1, 9)
    )
    fields = {p.column: (p.field, p.reason) for p in open_source(io.BytesIO(data.encode())).proposals()}
    assert fields == {
        "a": ("title", "values"),
        "b": ("email", "values"),
        "c": ("latitude", "values"),
        "d": ("longitude", "values"),
    }


def test_a_mapping_overrides_what_is_guessed():
    data = "nom;autre;lat;lon\nA;B;1.87;46.17\n"
    row = only(data, mapping={"autre": "title", "nom": "-", "lat": "longitude", "lon": "latitude"})
    assert (row.title, row.latitude) == ("B", 46.17)


def test_unknown_formats_are_refused():
    with pytest.raises(UnreadableFileError):
        read("a;b\n1;2\n", format="docx")
    with pytest.raises(UnreadableFileError):
        read("<html><body>", format="auto")


def test_the_formats_are_those_announced():
    assert FORMATS == ("csv", "xlsx", "geojson", "kml", "json", "gogocarto", "murmurations", "osm")


def test_a_big_file_is_read_as_a_stream(monkeypatch):
    from maillage.apps.directory.readers import json_content

    monkeypatch.setattr(json_content, "WHOLE_BYTES_MAX", 10)
    format, rows = read({"type": "FeatureCollection", "features": [FEATURE] * 30})
    assert (format, len(rows), rows[7].title) == ("geojson", 30, "La Grange")
    compact = {
        "ontology": "gogocompact",
        "data": [["x", ["Y"], 46, 2, 1]],
        "mapping": ["id", ["name"], "latitude", "longitude"],
    }
    assert only(compact).title == "Y"
    with pytest.raises(UnreadableFileError):
        read('{"features": [{"type": "Feature"}, {"type": ')
    assert isinstance(rows[0], ImportedRow)
