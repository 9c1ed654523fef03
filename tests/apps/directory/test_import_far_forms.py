"""Forms of files met farther still: web pages' data, services of maps, registers without header, pairs of numbers."""

from __future__ import annotations

import io
import json
import time

import pytest
from django.utils import timezone
from django.utils.translation import override

from maillage.apps.directory.actions.imports import import_file
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.readers.json_content import begins_json
from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import RowError
from tests.apps.directory.test_import_strangers import feature, refusal_of, rows_of


@pytest.mark.parametrize(
    "place",
    [
        {"GPS": [47.7157, -2.2019]},
        {"geo_point_2d": [47.7157, -2.2019]},
        {"location": [-2.2019, 47.7157]},
        {"position": {"coordinates": [-2.2019, 47.7157]}},
        {"lieu": {"coordonnees": [47.7157, -2.2019, 12]}},
    ],
)
def test_a_position_in_a_list_of_numbers_is_read_in_the_order_that_falls_in_france(place):
    (row,) = rows_of([{"nom": "La Chine", **place}])
    assert (row.latitude, row.longitude) == (47.7157, -2.2019)


def test_numbers_that_are_no_pair_are_no_position():
    one, more = rows_of([{"nom": "A", "gps": [45.1]}, {"nom": "B", "gps": [1.5, 2.5, 3.5, 4.5]}])
    assert one.latitude is None and more.latitude is None


def test_a_week_closed_all_along_has_no_hours():
    (row,) = rows_of([{"nom": "A", "ville": "Brumeval", "horaire": ["⌀"] * 7}])
    assert row.opening_hours == ""


SCRIPT = """// les adresses de la carte
/* [tenues] {à la main} */
let adresses = [
\t{
\t\tnom: 'L\\'Atelier « d\\u00e9m\\x6fnte »', // le nom
\t\tGPS: [47.7157, -2.2019,],
\t\t"siteweb": "https://atelier.example/a,}",
\t\tlogo: undefined,
\t},
];
module.exports = adresses;
"""


@pytest.mark.parametrize(
    "text",
    [
        SCRIPT,
        SCRIPT.replace("let adresses", "export const adresses: Adresse[]"),
        SCRIPT.replace("let adresses", "module.exports"),
        SCRIPT[SCRIPT.index("[\n") : SCRIPT.index(";\nmodule")],
        "/* à la main */\n" + SCRIPT[SCRIPT.index("[\n") : SCRIPT.index(";\nmodule")],
    ],
)
def test_data_written_by_hand_in_a_page_are_read(text):
    (row,) = rows_of(text)
    assert (row.title, row.latitude) == ("L'Atelier « démonte »", 47.7157)
    assert row.website == "https://atelier.example/a,}"


def test_what_a_program_computes_is_refused_in_words():
    assert "programme" in refusal_of("const a = [{nom: nomme('A')}]")
    assert "ligne 2" in refusal_of('[{"nom": "A"},\n{"nom" "B"}]')


@pytest.mark.parametrize("mark", ["/*", "//", "'", '"', "a", ",", " ", "a: "])
def test_a_spoilt_file_is_told_so_at_once(mark):
    begun = time.perf_counter()
    refusal_of("[" + mark * 300_000)
    begins_json(f"{mark} " * 50_000)
    begins_json("/**/\n" * 5_000 + mark)
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    "data",
    [
        [["Nom", "Ville", "Site"], ["AMAP un", "Tulle", "https://un.example"], ["AMAP deux"]],
        {"range": "A1:C3", "values": [["Nom", "Ville", "Site"], ["AMAP un", "Tulle", "https://un.example"], ["AMAP deux"]]},
        {"columns": ["Nom", "Ville", "Site"], "data": [["AMAP un", "Tulle", "https://un.example"], ["AMAP deux", None]]},
        {"fields": [{"name": "Nom"}, {"name": "Ville"}, {"name": "Site"}], "rows": [["AMAP un", "Tulle", "https://un.example"], ["AMAP deux", ""]]},
    ],
)  # fmt: skip
def test_rows_that_are_arrays_take_the_names_of_their_columns(data):
    one, two = rows_of(data)
    assert (one.title, one.city, one.website) == ("AMAP un", "Tulle", "https://un.example")
    assert (two.title, two.city) == ("AMAP deux", "")


def test_the_compact_form_without_mapping_is_still_known():
    (row,) = rows_of({"data": [["5k", ["Le Potager"], 45.83, 1.26, 1, 0]]})
    assert (row.external_id, row.title, row.latitude) == ("5k", "Le Potager", 45.83)


@pytest.mark.parametrize(
    ("system", "geometry"),
    [
        ({"wkid": 102100, "latestWkid": 3857}, {"x": 140262.5, "y": 5751522.6}),
        ({"wkid": 4326}, {"x": 1.26, "y": 45.819823}),
        (
            {"wkid": 102100},
            {"rings": [[[140262.5, 5751522.6], [140262.5, 5751522.6], [140262.5, 5751522.6]]]},
        ),
        (None, {"points": [[1.26, 45.819823]]}),
    ],
)
def test_what_a_service_of_arcgis_answers(system, geometry):
    data = {
        "geometryType": "esri",
        "spatialReference": system,
        "features": [
            {"attributes": {"OBJECTID": 7, "NOM": "Composteur", "COMMUNE": "Tulle"}, "geometry": geometry},
            {"attributes": {"OBJECTID": 8, "NOM": "Sans lieu"}, "geometry": None},
        ],
    }
    placed, bare = rows_of(data)
    assert (placed.external_id, placed.title, placed.city) == ("7", "Composteur", "Tulle")
    assert (round(placed.latitude, 4), round(placed.longitude, 4)) == (45.8198, 1.26)
    assert (bare.title, bare.latitude) == ("Sans lieu", None)


def test_the_conic_zones_of_towns_are_converted():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3946"}}
    data = {
        "type": "FeatureCollection",
        "crs": crs,
        "features": [feature({"nom": "A"}, (1842000.5, 5174000.6))],
    }
    (row,) = rows_of(data)
    assert (round(row.latitude, 5), round(row.longitude, 5)) == (45.75142, 4.82528)


def test_figures_like_degrees_are_no_position_alone_nor_where_the_place_is_known():
    one, _two = rows_of("nom;ville;taux\nA;Tulle;7.4\nB;Brive;6.3\n")
    assert (one.latitude, one.longitude, one.extra) == (None, None, {"taux": "7.4"})
    data = {
        "type": "FeatureCollection",
        "features": [
            feature({"nom": name, "part": share, "taux": rate})
            for name, share, rate in (("A", 45.2, 7.4), ("B", 46.1, 6.3))
        ],
    }
    assert [row.extra for row in rows_of(data)] == [
        {"part": "45.2", "taux": "7.4"},
        {"part": "46.1", "taux": "6.3"},
    ]


def test_what_mappers_say_to_each_other_is_no_title_and_no_category():
    tags = {
        "amenity": "place_of_worship", "denomination": "catholic", "name": "Chapelle du Val", "name:de": "Kapelle",
        "network": "lwn", "operator:type": "public", "second_hand": "only", "contact:street": "Rue Haute",
        "contact:housenumber": "12", "contact:city": "Brumeval",
    }  # fmt: skip
    elements = [
        {"type": "node", "id": 1, "lat": 45.8, "lon": 1.2, "tags": tags},
        {"type": "count", "id": 0, "tags": {"total": "1"}},
    ]
    (row,) = rows_of({"generator": "Overpass API", "elements": elements})
    assert (row.title, row.categories) == ("Chapelle du Val", ("Place of worship",))
    assert (row.address, row.city) == ("12 Rue Haute", "Brumeval")


def test_a_board_without_name_is_not_called_by_one_of_its_tags():
    tags = {"tourism": "information", "information": "board", "map_type": "topo"}
    elements = [{"type": "node", "id": n, "lat": 45.8, "lon": 1.2, "tags": tags} for n in (1, 2)]
    assert all(
        isinstance(row, RowError) for row in rows_of({"generator": "Overpass API", "elements": elements})
    )


def test_a_table_without_header_loses_no_row():
    data = "AMAP un;1 rue Haute;87000;Limoges;45.83;1.26\nAMAP deux;2 rue Basse;19000;Tulle;45.27;1.77\n"
    one, two = rows_of(data)
    assert (one.title, one.postal_code, one.latitude) == ("AMAP un", "87000", 45.83)
    assert (two.title, two.number) == ("AMAP deux", 2)
    assert one.extra == {"Colonne 2": "1 rue Haute", "Colonne 4": "Limoges"}


def test_a_header_of_years_is_a_header_still():
    (row,) = rows_of("nom;2023;2024\nLa Halle;12;15\n")
    assert (row.title, row.extra) == ("La Halle", {"2023": "12", "2024": "15"})


def test_lines_that_are_no_thing_are_left_out_with_their_reason():
    data = "Nom;Nom;Ville;\nNom;Nom;Ville;\nLa Halle;;Tulle;\nVille;;Ville;\nSource : préfecture;;;\n* provisoire;;;\nNote : un lieu;;Tulle;\n"
    outcomes = rows_of(data)
    assert [outcome.message for outcome in outcomes if isinstance(outcome, RowError)] == [
        "Cette ligne répète l’en-tête\u00a0: laissée de côté.",
        "C’est une note sous le tableau\u00a0: laissée de côté.",
        "C’est une note sous le tableau\u00a0: laissée de côté.",
    ]
    assert [row.title for row in outcomes if not isinstance(row, RowError)] == [
        "La Halle",
        "Ville",
        "Note : un lieu",
    ]


def test_the_national_register_of_care():
    data = (
        "nofinesset;rs;rslongue;numvoie;typvoie;voie;lieuditbp;commune;ligneacheminement;libcategetab;dateouv;coordxet;coordyet\n"
        "870000015;ESAT DU LAC;ESAT DU LAC BLEU;12;R;HAUTE;BP 3;085;87120 EYMOUTIERS;ESAT;1979-02-13;594000.5;6517000.2\n"
    )
    (row,) = rows_of(data)
    assert (row.external_id, row.title, row.categories) == ("870000015", "ESAT DU LAC", ("ESAT",))
    assert (row.address, row.postal_code, row.city) == ("12 R HAUTE, BP 3", "87120", "EYMOUTIERS")
    assert (round(row.latitude, 3), str(row.started_on)) == (45.744, "1979-02-13")


def test_an_address_that_holds_its_number_is_not_given_it_twice():
    seat = {"adresse": "9 RUE DU BOURG 19000 TULLE", "numero_voie": "9", "type_voie": "RUE", "libelle_voie": "DU BOURG"}  # fmt: skip
    (row,) = rows_of({"results": [{"nom_complet": "LE POTAGER", "siege": seat}]})
    assert (row.address, row.postal_code, row.city) == ("9 RUE DU BOURG", "19000", "TULLE")


def test_a_place_of_the_national_base_of_car_sharing():
    (row,) = rows_of(
        "id_lieu;nom_lieu;ad_lieu;com_lieu;insee;Xlong;Ylat\n58004-C-001;Le Bazois;Bois Haut;ALLUY;58004;3.63;47.04\n"
    )
    assert (row.external_id, row.title, row.address, row.city) == (
        "58004-C-001",
        "Le Bazois",
        "Bois Haut",
        "ALLUY",
    )
    assert (row.latitude, row.longitude) == (47.04, 3.63)


def test_a_place_kept_on_a_map_is_called_by_its_place():
    place = {"date": "2023-05-01", "location": {"address": "1 rue A, 19000 Tulle, France", "name": "Le Vélo"}}
    (row,) = rows_of({"type": "FeatureCollection", "features": [feature(place)]})
    assert (row.title, row.city) == ("Le Vélo", "Tulle")


def test_a_code_names_nothing_where_words_do():
    data = {
        "type": "FeatureCollection",
        "features": [
            feature({"id_acv": f"acv-00{n}", "lib_acv": name}) for n, name in ((1, "Abbeville"), (2, "Agde"))
        ],
    }
    assert [row.title for row in rows_of(data)] == ["Abbeville", "Agde"]


def test_a_question_that_asks_for_the_whole_address():
    (row,) = rows_of(
        '"Nom de votre structure","Votre adresse (rue, code postal, ville)"\n"La Halle","3 place Haute, 23000 Guéret"\n'
    )
    assert (row.address, row.postal_code, row.city) == ("3 place Haute", "23000", "Guéret")


def test_two_web_sites_in_a_cell_give_the_first_and_keep_both():
    both = "https://un.example/;https://m.deux.example/un/"
    (row,) = rows_of(f'nom,ville,site_web\nA,Tulle,"{both}"\n')
    assert (row.website, row.extra) == ("https://un.example/", {"website": both})


def test_the_hours_of_a_day_are_no_dates_and_the_author_of_a_page_lives_elsewhere():
    data = {
        "nom": "Accueil",
        "ville": "Tulle",
        "newhours": {"monday": {"timeslot": [{"start": 900, "end": 1200}]}},
        "relationships": {"uid": {"data": {"type": "user--user"}}},
    }
    (row,) = rows_of([data])
    assert (row.started_on, row.ended_on, row.categories, row.warnings) == (None, None, (), ())


def test_the_forms_are_told_by_their_name(tmp_path):
    file = tmp_path / "carte.js"
    file.write_text(SCRIPT)
    with file.open("rb") as stream:
        assert open_source(stream).format == "json"


def test_the_postal_code_and_the_town_in_one_column():
    (row,) = rows_of("rs;voie;cpville\nPHARMACIE DU PONT;RUE HAUTE;01500 AMBERIEU EN BUGEY\n")
    assert (row.postal_code, row.city) == ("01500", "AMBERIEU EN BUGEY")


def test_the_layers_of_a_recent_umap():
    layer = {
        "type": "FeatureCollection",
        "features": [feature({"name": "A"})],
        "properties": {"name": "Jardins", "displayOnLoad": True, "remoteData": {}},
    }
    remote = {
        "type": "FeatureCollection",
        "features": [],
        "properties": {"name": "Vélos", "remoteData": {"url": "https://ici.example/d.json"}},
    }
    row, told, last = rows_of(
        {
            "type": "umap",
            "layers": [
                layer,
                remote,
                {"features": [feature({"name": "B"})], "_umap_options": {"name": "Cafés"}},
            ],
        }
    )
    assert (row.title, row.categories, last.categories) == ("A", ("Jardins",), ("Cafés",))
    assert (told.row, told.field) == (2, "remoteData")
    assert "Vélos" in told.message and "https://ici.example/d.json" in told.message


def test_the_properties_of_another_collection_are_no_layer():
    data = {
        "type": "FeatureCollection",
        "properties": {"name": "export 2024"},
        "features": [feature({"nom": "A"})],
    }
    assert rows_of(data)[0].categories == ()


def test_what_gogocarto_no_longer_shows_is_left_out_of_its_tables_too():
    head = "id,name,latitude,longitude,status,moderationState\n"
    kept, left = rows_of(f"{head}5k,Le Potager,45.83,1.26,1,0\n5l,Parti,45.83,1.26,-4,0\n")
    assert kept.title == "Le Potager" and isinstance(left, RowError) and left.row == 3


def test_crosses_in_boxes_are_no_header():
    one, two = rows_of("Nom;Ville;Bio;Vrac;Local;Dons\nLa Halle;Tulle;x;x;x;x\nLe Four;Brive;X;;X;X\n")
    assert [one.title, two.title] == ["La Halle", "Le Four"]
    assert one.extra["Vrac"] == "x"


def test_rows_put_between_quotation_marks_as_a_whole_are_cut():
    one, two = rows_of('"nom;ville;site"\n"Le ""Four"";Tulle;un.example"\n"Halle, la;Brive;"\n')
    assert (one.title, one.city, one.website) == ('Le "Four"', "Tulle", "https://un.example")
    assert (two.title, two.city) == ("Halle, la", "Brive")
    alone, _other = rows_of('"Nom"\n"AMAP, la petite"\n"Le Four"\n')
    assert alone.title == "AMAP, la petite"


@pytest.mark.parametrize(
    "place",
    [
        "45.83N, 1.26E",
        "45.83° / 1.26°",
        "45,83° N ; 1,26° E",
        "geo:45.83,1.26",
        "https://www.google.com/maps/@45.83,1.26,15z",
        "https://maps.example/?q=45.83%2C1.26&z=3",
        "https://www.openstreetmap.org/?mlat=45.83&mlon=1.26#map=17/45.83/1.26",
    ],
)
def test_a_position_as_phones_and_maps_write_it(place):
    (row,) = rows_of([{"nom": "A", "coordonnées": place}])
    assert (row.latitude, row.longitude, row.address) == (45.83, 1.26, "")


def test_a_link_to_a_map_that_says_no_position_is_no_address():
    (row,) = rows_of([{"nom": "A", "ville": "Tulle", "coordonnées": "https://maps.example/abc"}])
    assert (row.latitude, row.address) == (None, "")


@pytest.mark.parametrize(
    "data",
    [
        "<table><tr><th>Nom</th></tr><tr><td>A</td></tr></table>",
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ],
)
def test_what_sites_call_excel_is_told_to_be_saved_again(data):
    assert "XLSX" in refusal_of(data)


def test_an_address_typed_after_its_scheme_twice():
    (row,) = rows_of("nom;ville;site\nA;Tulle;https://https://un.example\n")
    assert (row.website, row.warnings) == ("https://un.example", ())


ESRI = {"spatialReference": {"wkid": 4326}, "features": [{"attributes": {"NOM": "Composteur"}, "geometry": {"x": 1.26, "y": 45.8}}]}  # fmt: skip
FILES = {
    "carte.js": (SCRIPT, 1, 0),
    "sans-entete.csv": ("AMAP un;Rue A;87000;45.83;1.26\nAMAP deux;Rue B;19000;45.27;1.77\n", 2, 0),
    "repete.csv": ("Nom;Ville\nLa Halle;Tulle\nNom;Ville\nLe Four;Brive\nSource : ici;\n", 2, 2),
    "rangees.json": (json.dumps([["Nom", "Ville"], ["La Halle", "Tulle"]]), 1, 0),
    "arcgis.json": (json.dumps(ESRI), 1, 0),
    "listes.json": (json.dumps([{"nom": "La Chine", "GPS": [47.7157, -2.2019]}]), 1, 0),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_it_is_imported_without_loss_and_once(name):
    text, kept, left = FILES[name]
    create_default_themes(actor=None, now=timezone.now())
    reports = []
    with override("fr"):
        for _time in range(2):
            stream = io.BytesIO(text.encode())
            reports.append(import_file(actor=None, stream=stream, name=name, now=timezone.now()).to_json())
    first, again = reports
    assert (first["read"], first["created"], len(first["errors"])) == (kept + left, kept, left)
    assert all(error["row"] and error["field"] and error["message"] for error in first["errors"])
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, kept)
    assert Initiative.objects.count() == kept
