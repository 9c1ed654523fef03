"""Forms of files met at the doors of others: portals, registers, mapping tools, spreadsheets of federations."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.utils.translation import override
from openpyxl import Workbook

from maillage.apps.directory.readers.headers import day_of_header
from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import ImportedRow, RowError, UnreadableFileError


def rows_of(data):
    """What a file gives; a text is taken in UTF-8, anything else but bytes is written in JSON."""
    if not isinstance(data, (str, bytes)):
        data = json.dumps(data)
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    with override("fr"):
        return list(open_source(stream).rows())


def refusal_of(data):
    with pytest.raises(UnreadableFileError) as caught:
        rows_of(data)
    return str(caught.value)


def feature(properties, coordinates=(0.34, 46.58), **more):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": coordinates},
        **more,
    }


def test_hours_written_in_a_column_a_day_keep_their_day():
    row, _other = rows_of(
        "lib_fs,lib_com,latitude,longitude,h_lundi,h_mardi,Samedi matin\n"
        "Accueil du Val,Saint-Brumin,45.2,1.8,09:00 - 12:00,,10h-12h\n"
        "Accueil du Mont,Brumeval,45.3,1.9,,,\n"
    )
    assert (row.title, row.city) == ("Accueil du Val", "Saint-Brumin")
    assert row.opening_hours == "lundi : 09:00 - 12:00\nsamedi matin : 10h-12h"
    assert [day_of_header(name) for name in ("Lundi", "nb_lundi", "du lundi au mardi")] == ["lundi", "", ""]


def test_seven_hours_in_a_list_are_those_of_a_week_and_an_office_says_its_spans():
    span = {"nom_jour_debut": "Lundi", "nom_jour_fin": "Vendredi", "valeur_heure_debut_1": "08:45:00", "valeur_heure_fin_1": "12:00:00"}  # fmt: skip
    week = ["⌀", "⌀", "14h-18h", "⌀", "⌀", "10h-12h", "⌀"]
    shop, office = rows_of(
        [
            {"nom": "La Chine", "ville": "Brumeval", "horaire": week},
            {"nom": "Mairie", "ville": "Brumeval", "plage_ouverture": [span]},
        ]
    )
    assert shop.opening_hours == "mercredi : 14h-18h\nsamedi : 10h-12h"
    assert office.opening_hours == "lundi – vendredi : 08:45–12:00"


def test_a_column_called_name_passes_before_names_of_other_things():
    header = "nom_region;nom_du_premier_local;nom_du_premier_contact;secteur geographique;type_lieu;nom_"
    (row,) = rows_of(f"{header}\nSud;Grande halle;Josse E.;Tout le pays;Ressourcerie;L'Île\n")
    assert (row.title, row.contact_name, row.categories) == ("L'Île", "Josse E.", ("Ressourcerie",))


def test_what_a_person_says_passes_before_what_is_guessed():
    source = open_source(io.BytesIO(b"nom;enseigne;ville\nSARL Durand;Le Fournil;Brumeval\n"))
    fields = source.understood({"enseigne": "title"}, {"nom": "title"})
    assert fields == {"nom": "", "enseigne": "title", "ville": "city"}
    assert [row.title for row in source.rows(fields)] == ["Le Fournil"]


def test_the_first_words_name_the_places_of_a_table_that_names_nothing():
    data = "Espace numérique;Commune;Nom animateur\nCité des métiers;Brumeval;Rose\nEspace numérique;Saint-Brumin;Léon\n"
    assert [(row.title, row.contact_name) for row in rows_of(data)] == [
        ("Cité des métiers", "Rose"),
        ("Espace numérique", "Léon"),
    ]
    assert all(
        isinstance(row, RowError) for row in rows_of("Effectif total;Remarque\nbeaucoup;non\npeu;oui\n")
    )


def test_the_family_is_told_by_the_first_column_that_tells_one():
    (row,) = rows_of("nom;statut;nature_juridique\nDiniapole;Privé;Association\n")
    assert row.family == "association"


def test_holes_of_registers_are_holes():
    (row,) = rows_of(
        "denomination,lambert_x,lambert_y,adrs_libvoie,adrs_distrib,ville\nAtelier,[ND],[ND],Rue haute,_,BRUMEVAL CEDEX 9\n"
    )
    assert (row.title, row.latitude, row.address, row.city) == ("Atelier", None, "Rue haute", "BRUMEVAL")


def test_json_written_in_cells_is_read_as_json():
    place = json.dumps([{"numero_voie": "1 place Haute", "code_postal": "19150", "nom_commune": "Brumeval"}])
    site = json.dumps([{"libelle": "", "valeur": "https://mairie.example"}])
    (row,) = rows_of([{"nom": "Mairie", "adresse": place, "site_internet": site}])
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in (place, site)]
    (same,) = rows_of(f"nom;adresse;site_internet\nMairie;{quoted[0]};{quoted[1]}\n")
    for each in (row, same):
        assert (each.address, each.postal_code, each.city) == ("1 place Haute", "19150", "Brumeval")
        assert (each.website, each.description) == ("https://mairie.example", "")


def test_what_a_site_renders_is_what_it_says():
    (row,) = rows_of(
        [{"id": 12, "title": {"rendered": "L&rsquo;atelier"}, "content": {"rendered": "<p>Un <b>lieu</b></p>"}, "excerpt": {"rendered": "<p>Bref</p>"}}]
    )  # fmt: skip
    assert (row.title, row.description, row.summary) == ("L’atelier", "Un lieu", "Bref")


def test_the_description_of_a_my_maps_placemark_does_not_repeat_its_columns():
    (row,) = rows_of(
        """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Épicerie</name>
        <description><![CDATA[<img src="https://x.example/i" /><br><br>Type: Associative<br>Site: https://ici.example<br>Un lieu à nous]]></description>
        <ExtendedData><Data name="Type"><value>Associative</value></Data><Data name="Site"><value>https://ici.example</value></Data></ExtendedData>
        <Point><coordinates>1.7,45.9,0</coordinates></Point></Placemark></Document></kml>"""
    )
    assert (row.description, row.categories, row.website) == (
        "Un lieu à nous",
        ("Associative",),
        "https://ici.example",
    )


@pytest.mark.parametrize("told", ["properties", "tags"])
def test_openstreetmap_by_way_of_geojson_is_openstreetmap(told):
    tags = {"amenity": "cafe", "name": "Café du coin", "opening_hours": "Mo-Fr 08:00-19:00"}
    properties = (
        {"@id": "node/1", **tags} if told == "properties" else {"type": "node", "id": 1, "tags": tags}
    )
    data = {"type": "FeatureCollection", "features": [feature(properties, id="node/1")]}
    (row,) = rows_of(data)
    assert open_source(io.BytesIO(json.dumps(data).encode())).format == "osm"
    assert (row.external_id, row.categories, row.licence) == ("node/1", ("Café",), "odbl-1.0")
    assert (row.opening_hours, row.latitude) == ("lun.-ven. 08:00-19:00", 46.58)


def test_what_a_gogocarto_map_refused_is_not_brought_back():
    keys = ["id", ["name"], "latitude", "longitude", "status", "moderationState"]
    data = {"ontology": "gogocompact", "mapping": keys, "data": [["a", ["Chez nous"], 46.1, 0.2, 1, 0], ["b", ["Refusé"], 46.2, 0.3, -4, 0]]}  # fmt: skip
    kept, left = rows_of(data)
    assert (kept.title, left.title, left.field) == ("Chez nous", "Refusé", "status")
    assert "refusée ou supprimée" in left.message


def test_hidden_addresses_are_no_fault_of_the_file():
    (row,) = rows_of({"ontology": "gogofull", "data": [{"name": "Ruche", "geo": {"latitude": 46.3, "longitude": 0.1}, "email": "hidden", "optionValues": [10429]}]})  # fmt: skip
    assert (row.email, row.warnings, row.categories) == ("", (), ())


@pytest.mark.parametrize("begin", ["var json_amap_1 = ", "export default ", "const amap =\n"])
def test_data_that_a_page_only_names_are_data(begin):
    data = {"type": "FeatureCollection", "features": [feature({"nom": "AMAP"})]}
    (row,) = rows_of(f"{begin}{json.dumps(data)};\n\nexport default amap;\n")
    assert (row.title, row.latitude) == ("AMAP", 46.58)


def test_geojson_in_metres_of_web_maps_is_in_degrees():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    places = [feature({"nom": "Loin"}, [37849.0, 5870000.0]), feature({"nom": "Déjà"}, [0.34, 46.58])]
    far, already = rows_of({"type": "FeatureCollection", "crs": crs, "features": places})
    assert (round(far.latitude, 3), round(far.longitude, 3)) == (46.557, 0.34)
    assert (already.latitude, already.longitude) == (46.58, 0.34)


def test_a_sequence_of_features_begins_each_with_its_separator():
    data = "".join(f"\x1e{json.dumps(feature({'nom': name}))}\n" for name in ("A la une", "B la deux"))
    assert [row.title for row in rows_of(data)] == ["A la une", "B la deux"]


def test_text_encoded_twice_is_read_once():
    twice = "nom;ville\nÉpicerie d'à côté;Guéret\n".encode().decode("cp1252", "replace")
    (row,) = rows_of(twice)
    assert (row.title, row.city) == ("Épicerie d'à côté", "Guéret")
    assert "rétablis" in row.warnings[0].message
    assert rows_of("nom;ville\nÃ la carte;Âme\nÉté Ã©;x\n")[0].title == "Ã la carte"


def test_a_quotation_mark_that_is_never_closed_is_seen():
    assert "ligne 3" in refusal_of('nom;description\n"A";"b"\n"C";"jamais fermé\nD;e\n')
    row = rows_of('nom;ville;tel\nA;B;\n"C;D;\nE;F;\nG;"H";\nI;J;\n')[1]
    assert "jamais été fermé" in row.warnings[0].message


def workbook(**sheets):
    book = Workbook()
    del book["Sheet"]
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_sheets_with_the_same_columns_follow_each_other():
    head = ["Nom", "Commune"]
    rows = rows_of(
        workbook(Creuse=[head, ["A un", "Guéret"]], Aide=[["Lisez", "moi"], ["Merci", "bien"]], Indre=[head, ["B deux", "La Châtre"]])
    )  # fmt: skip
    left_out, *read = rows
    assert isinstance(left_out, RowError) and "Aide" in left_out.field
    assert [(row.number, row.title) for row in read] == [(2, "A un"), (4, "B deux")]


def archive(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return stream.getvalue()


def test_an_archive_gives_its_only_file_or_says_why_not():
    table = b"nom;ville\nLe Potager;Tulle\n"
    (row,) = rows_of(archive(**{"__MACOSX/._a.csv": b"\0\5\26\7", "dossier/a.csv": table}))
    assert isinstance(row, ImportedRow)
    assert "l’un après l’autre" in refusal_of(archive(**{"a.csv": table, "b.csv": table}))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.csv", table * 50)
    spoilt = packed.getvalue().replace(packed.getvalue()[40:50], b"\xff" * 10)
    assert "abîmée" in refusal_of(spoilt)
    assert "shapefile" in refusal_of(archive(**{"a.shp": b"x", "a.dbf": b"x"}))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ('[{"nom": "A"}, {"nom": "B', "s’arrête en plein milieu"),
        ("let a = [\n{nom: nomme('A')}];", "programme"),
        ('{"type": "Topology", "objects": {"a": {}}, "arcs": []}', "TopoJSON"),
        ('<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "GeoJSON"),
    ],
)
def test_what_is_no_list_of_initiatives_says_what_to_do(data, words):
    assert words in refusal_of(data)


def test_a_commune_given_by_its_code_and_by_its_name():
    seat = {"adresse": "1 RUE A 87000 LIMOGES", "commune": "87085", "libelle_commune": "LIMOGES"}
    (row,) = rows_of(
        {"results": [{"nom_complet": "LE POTAGER", "siege": seat, "categorie_entreprise": "PME"}]}
    )
    assert (row.city, row.insee_code, row.categories) == ("LIMOGES", "87085", ())


def test_hours_in_the_way_of_openstreetmap_are_in_french_wherever_they_come_from():
    (row,) = rows_of("nom;ville;horaires;typologie\nA;Tulle;Mo-Fr 09:00-12:00; TIERS_LIEUX|ASSO\n")
    assert (row.opening_hours, row.categories) == ("lun.-ven. 09:00-12:00", ("TIERS_LIEUX", "ASSO"))
    (kept,) = rows_of("nom;ville;horaires\nA;Tulle;Monnaie locale acceptée, le Samedi\n")
    assert kept.opening_hours == "Monnaie locale acceptée, le Samedi"


def test_cells_made_for_excel_to_keep_their_zeros():
    (row,) = rows_of('Nom;CP;Tél;SIRET\nLe Potager;="01000";="0555000001";"=""12345678200010"""\n')
    assert (row.postal_code, row.phone, row.siret) == ("01000", "05 55 00 00 01", "12345678200010")


def test_questions_of_a_survey_of_places():
    header = '"Nom du tiers-lieu";"Typologie de tiers-lieux";"Adresse (numéro, rue, CP, ville)";"Nom de la personne référente";"Date d\'ouverture";"Nom de la structure porteuse";"Catégorie [plusieurs choix]"'
    (row,) = rows_of(
        f"{header}\nLa Halle;Fablab;2 rue B, 23000 Guéret;Jeanne P.;1er septembre 2019;Asso La Halle;Culture|Sport\n"
    )
    assert (row.title, row.contact_name, row.organization) == ("La Halle", "Jeanne P.", "Asso La Halle")
    assert (row.address, row.city, str(row.started_on)) == ("2 rue B", "Guéret", "2019-09-01")
    assert row.categories == ("Fablab", "Culture", "Sport") and not row.opening_hours


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1er mars 2020", "2020-03-01"),
        ("31 décembre 2024", "2024-12-31"),
        ("août 1998", "1998-08-01"),
        ("12/04/25", "2025-04-12"),
        ("12.04.75", "1975-04-12"),
        ("depuis le 3 févr. 2001", "2001-02-03"),
    ],
)
def test_days_in_words_and_in_short(written, day):
    (row,) = rows_of(f"nom;ville;date de début\nA;Tulle;{written}\n")
    assert str(row.started_on) == day


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("N 45.85", "E 1.26"), ("45.85°", "1.26°"), ("45,85° N", "1,26° E"), ("N45°51'00\"", "E1°15'36\"")],
)
def test_degrees_as_receivers_and_people_write_them(latitude, longitude):
    quoted = [part.replace('"', '""') for part in (latitude, longitude)]
    (row,) = rows_of(f'nom;latitude;longitude\nA;"{quoted[0]}";"{quoted[1]}"\n')
    assert (round(row.latitude, 4), round(row.longitude, 4)) == (45.85, 1.26)


def test_contacts_as_people_write_them():
    head = "nom;ville;email;telephone;site\n"
    hidden, named, none, two = rows_of(
        f"{head}A;Tulle;a(at)ici.example;0;en cours\nD;Tulle;D <d@ici.example>;;https://\nC;Tulle;;;Facebook : La Halle\n"
        "E;Tulle;b@ici.example|c@ici.example;;https://ici.example|https://autre.example\n"
    )
    assert (hidden.email, hidden.description, hidden.warnings) == ("a@ici.example", "", ())
    assert (named.email, named.description, named.warnings) == ("d@ici.example", "", ())
    assert none.description == "Site web : Facebook : La Halle"
    assert (two.email, two.website) == ("b@ici.example", "https://ici.example")
    assert two.extra == {
        "email": "b@ici.example|c@ici.example",
        "website": "https://ici.example|https://autre.example",
    }


def test_the_marks_of_page_builders_are_no_words():
    (row,) = rows_of('nom;ville;contenu\nA;Tulle;"[vc_row]<p>Un lieu</p>[gallery ids=""1,2""] [ouvert]"\n')
    assert row.description == "Un lieu\n[ouvert]"
