"""What survey tools, makers of sites, bases in the cloud and the spreadsheets of associations write."""

from __future__ import annotations

import io
import zipfile

import pytest

from maillage.apps.directory.readers.rows import RowError
from maillage.apps.directory.readers.values import split_labels
from tests.apps.directory.test_import_strangers import refusal_of, rows_of


@pytest.mark.parametrize(
    "hole", ["neant", "Néant ", " NC ", "N/C", "Non renseigné", "sans objet", "?", "...", "#REF!", "#NOM?", "#VALEUR!"]
)  # fmt: skip
def test_a_cell_that_says_that_it_says_nothing_says_nothing(hole):
    header = "Nom;Ville;Adresse;CP;Tél;Mail;Site;Thème;Description;Horaires;Contact;Date de début\n"
    (row,) = rows_of(header + "Le Four;Niort" + f";{hole}" * 10 + "\n")
    assert (row.address, row.postal_code, row.phone, row.email, row.website) == ("", "", "", "", "")
    assert (row.categories, row.description, row.opening_hours, row.contact_name) == ((), "", "", "")
    assert (row.extra, row.warnings) == ({}, ())


def test_a_row_whose_name_a_spreadsheet_could_not_compute_has_no_name():
    (error,) = rows_of("Nom;Ville\n#REF!;Niort\n")
    assert (error.row, error.field) == (2, "title")


def test_what_tells_no_family_no_stage_and_no_licence_of_ours_is_kept_aside():
    (row,) = rows_of(
        "nom;ville;forme juridique;avancement;licence;lien fiche\nA;Niort;GAEC;à voir;maison;page 12\n"
    )
    assert row.extra == {"family": "GAEC", "stage": "à voir", "licence": "maison", "source_url": "page 12"}


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("['mobilite', \"l'eau\"]", ("mobilite", "l'eau")),
        ("['un']", ("un",)),
        ('{Culture,"Arts, spectacles"}', ("Culture", "Arts, spectacles")),
        ("[]", ()),
        ("[entre crochets]", ("[entre crochets]",)),
    ],
)
def test_a_list_as_programs_and_databases_write_it_in_a_cell(cell, labels):
    assert split_labels(cell) == labels


def test_what_spreadsheets_make_of_a_telephone_and_people_of_a_town():
    (row,) = rows_of("nom;ville;cp;tel\nA;Melle (79);B-1000;5,49123456E+8\n")
    assert (row.city, row.postal_code, row.phone) == ("Melle", "B-1000", "05 49 12 34 56")
    (row,) = rows_of("nom;ville;cp\nA;Le Port (974);inconnu\n")
    assert (row.city, row.postal_code) == ("Le Port", "")


@pytest.mark.parametrize(
    "question",
    [
        "Thématiques [{}]",
        "Vos domaines d'action : {}",
        "domaines/{}",
        "Domaine – {}",
        "G1Q4[SQ001]. Quels sont vos thèmes ? [{}]",
    ],
)
def test_boxes_that_are_ticked_are_categories(question):
    header = ",".join(["Nom", "Commune", question.format("Alimentation"), question.format("Énergie")])
    one, other, nothing = rows_of(f"{header}\nLe Four,Guéret,Oui,Oui\nWatt,Aubusson,Non,x\nRien,Tulle,0,\n")
    assert (one.categories, other.categories) == (("Alimentation", "Énergie"), ("Énergie",))
    assert (nothing.categories, nothing.extra) == ((), {})


def test_yes_and_no_are_no_categories():
    one, _other = rows_of("Nom,Commune,Thème prioritaire\nLe Four,Guéret,Oui\nWatt,Aubusson,Non\n")
    assert (one.categories, one.extra) == ((), {"Thème prioritaire": "Oui"})


def test_a_header_on_two_lines_tells_its_columns_apart():
    one, other = rows_of(
        "Nom;Commune;Domaines d'activité;;;Adresse;\n"
        ";;Culture;Énergie;Social;Rue;CP\n"
        "Le Four;Guéret;X;;X;3 rue Basse;23000\n"
        "Watt;Aubusson;;X;;4 rue Haute;23200\n"
    )
    assert (one.title, one.categories, other.categories) == ("Le Four", ("Culture", "Social"), ("Énergie",))
    assert (one.address, one.postal_code, other.number) == ("3 rue Basse", "23000", 4)


def test_groups_above_the_header_are_questions_of_its_boxes():
    one, other = rows_of(
        "Identité;;Thèmes;;\nNom;Commune;Culture;Énergie;Social\nLe Four;Guéret;1;0;1\nWatt;Aubusson;0;1;0\n"
    )
    assert (one.categories, other.categories) == (("Culture", "Social"), ("Énergie",))


def test_a_row_under_the_header_that_has_no_name_is_a_row():
    error, row = rows_of("Nom;Commune;Thème;;\n;;Culture;;\nLe Four;Guéret;Social;;\n")
    assert (error.row, error.field, row.categories) == (2, "title", ("Social",))


def test_a_last_column_without_title_is_kept():
    row, _other = rows_of("Nom;Ville;;\nLe Four;Niort;ouvert le soir;\nWatt;Melle;fermé;\n")
    assert (row.extra, row.warnings) == ({"Colonne 3": "ouvert le soir"}, ())


def test_the_persons_of_a_server_of_linked_data_are_left_out_and_kinds_are_no_categories():
    person, row = rows_of(
        {
            "@context": "https://data.example/context.json",
            "id": "https://data.example/all",
            "type": ["ldp:Container", "ldp:BasicContainer"],
            "ldp:contains": [
                {"id": "https://data.example/users/jo", "type": "pair:Person", "pair:label": "Jo Exemple"},
                {"id": "https://data.example/o/a", "type": ["pair:Organization"], "pair:label": "La Coop"},
            ],
        }
    )
    assert isinstance(person, RowError)
    assert (row.title, row.external_id, row.categories) == ("La Coop", "https://data.example/o/a", ())


def test_identifiers_of_categories_are_no_categories():
    post = {"id": 5, "title": {"rendered": "L’Atelier"}, "type": "lieu", "categories": [4, 5], "tags": [7]}
    (row,) = rows_of([post])
    assert (row.categories, row.keywords, row.extra["categories"]) == (("lieu",), (), "4, 5")
    compact = {"mapping": ["id", ["name"], "latitude", "longitude", "optionValues"], "data": [["a1", ["Le Four"], 46.1, -0.4, [[3, 0, "x"]]]]}  # fmt: skip
    (row,) = rows_of(compact)
    assert (row.title, row.categories) == ("Le Four", ())


@pytest.mark.parametrize(
    "item",
    [
        {"nom": "Le Four", "categories": [{"id": 3, "categories_id": {"id": 9, "nom": "Culture"}}]},
        {"id": 1, "attributes": {"name": "Le Four", "themes": {"data": [{"id": 2, "attributes": {"name": "Culture"}}]}}},
        {"id": 1, "fields": {"Nom": "Le Four", "Thèmes": ["L", "Culture"]}},
        {"type": "node--lieu", "id": "a", "attributes": {"title": "Le Four", "field_thematique": "Culture"}},
    ],
)  # fmt: skip
def test_categories_as_makers_of_sites_and_bases_in_the_cloud_hold_them(item):
    (row,) = rows_of({"data": [item]})
    assert (row.title, row.categories) == ("Le Four", ("Culture",))


def test_categories_that_have_no_name_anywhere_are_kept_aside():
    (row,) = rows_of([{"nom": "Le Four", "ville": "Niort", "categories": [{"couleur": "rouge"}]}])
    assert row.extra == {"categories.couleur": "rouge"}


def test_words_in_several_languages_may_be_lists():
    (row,) = rows_of([{"uid": 1, "title": {"fr": "Fête"}, "keywords": {"fr": ["vélo", "réemploi"]}}])
    assert row.keywords == ("vélo", "réemploi")


def test_what_has_a_label_at_wikidata_is_identified_by_its_entity():
    entity = "http://www.wikidata.org/entity/Q1"
    (row,) = rows_of([{"lieu": entity, "lieuLabel": "Le Cent", "coord": "Point(2.37 48.89)"}])
    assert (row.external_id, row.title, row.website) == (entity, "Le Cent", "")


def test_the_calendars_and_pages_of_a_site():
    (row,) = rows_of(
        "Event Name,Event Start Date,Event End Date,Event Category,Event Venue Name\nFête,2024-06-01,2024-06-02,Vélo,Halle\n"
    )
    assert (row.title, str(row.started_on), row.categories) == ("Fête", "2024-06-01", ("Vélo",))
    (row,) = rows_of("ID,post_title,post_content,permalink\n12,Le Four,Du pain,https://f.example/l\n")
    assert (row.title, row.description, row.source_url) == ("Le Four", "Du pain", "https://f.example/l")
    (row,) = rows_of(
        [{"title": "Fête", "beginsOn": "2024-06-01T10:00Z", "physicalAddress": {"description": "Halle"}}]
    )
    assert (str(row.started_on), row.description) == ("2024-06-01", "")


def test_what_a_form_asks_in_other_words():
    one, other = rows_of(
        '"Votre structure est :","Quel est le nom de votre structure ?","Site web (ex. www.nom.fr)","Quelles sont vos activités ? (plusieurs choix possibles)"\n'
        '"Une association","Le Four","four.example","Pain;Fêtes"\n"Une SCOP","Watt",,"Énergie"\n'
    )
    assert (one.title, one.family, one.website) == ("Le Four", "association", "https://four.example")
    assert (one.categories, other.family) == (("Pain", "Fêtes"), "cooperative")


def test_the_communes_and_addresses_of_registers():
    (row,) = rows_of(
        "nom,commune_insee,commune_nom,voie_nom,adr2,adr3,objet_social2\nLe Four,79191,Niort,Rue Basse,Bât. B,BP 3,000000\n"
    )
    assert (row.insee_code, row.city, row.address) == ("79191", "Niort", "Rue Basse, Bât. B, BP 3")
    assert row.description == ""
    (row,) = rows_of([{"titre": "Le Four", "adresse_libelle_voie": "DU PORT", "adresse_libelle_commune": "NIORT"}])  # fmt: skip
    assert (row.address, row.city) == ("DU PORT", "NIORT")


def test_a_second_value_of_a_field_that_holds_one_is_kept_under_its_column():
    (row,) = rows_of(
        "nom;ville;accroche;résumé;site;page web;date de début;année de création\n"
        "Le Four;Niort;Du pain;Du bon pain;https://a.example;https://b.example;2024;1999\n"
    )
    assert (row.summary, row.website, row.started_on.year) == ("Du pain", "https://a.example", 2024)
    assert row.extra == {
        "résumé": "Du bon pain",
        "page web": "https://b.example",
        "année de création": "1999",
    }


@pytest.mark.parametrize(
    ("table", "year"),
    [
        ("nom;ville;date de création\nLe Four;Niort;12/05/1998\n", 1998),
        ("nom;ville;date_creation\nLe Four;Niort;2023-01-02 10:22:00\n", None),
        ("nom;ville;date de création;date de modification\nLe Four;Niort;12/05/2023;13/05/2023\n", None),
    ],
)
def test_the_day_that_a_thing_was_made_is_not_that_of_its_record(table, year):
    (row,) = rows_of(table)
    assert (row.started_on and row.started_on.year) == year


@pytest.mark.parametrize(
    "place",
    [
        "N 46°19.400 W 000°27.600",
        "N46° 19' 24\" O0° 27' 36\"",
        "46.32333 -0.46 0 0",
        "46,32333,-0,460",
        "46.32333,-0.46,112.0,4.5",
    ],
)
def test_a_position_as_receivers_and_survey_tools_write_it(place):
    (row,) = rows_of([{"nom": "Le Four", "position gps": place}])
    assert (round(row.latitude, 3), round(row.longitude, 3)) == (46.323, -0.46)


def test_degrees_with_their_side_behind():
    (row,) = rows_of("nom;latitude;longitude\nLe Four;46.32N;0,46 O\n")
    assert (row.latitude, row.longitude) == (46.32, -0.46)


def test_codes_between_commas_are_no_position():
    one, _other = rows_of("nom;ville;codes\nLe Four;Niort;1,2,3,4\nWatt;Melle;12,20,30,40\n")
    assert (one.latitude, one.extra) == (None, {"codes": "1,2,3,4"})


def test_a_workbook_of_libreoffice_is_a_table():
    rows = [["Réseau des fours", ""], ["Nom", "Commune"], ["Le Four", "Guéret"], ["Watt", "Aubusson"]]
    cells = [
        "".join(f'<c:table-cell o:value-type="string"><t:p>{cell}</t:p></c:table-cell>' for cell in row)
        for row in rows
    ]
    lines = "".join(f"<c:table-row>{each}</c:table-row>" for each in cells)
    names = "urn:oasis:names:tc:opendocument:xmlns"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{names}:office:1.0" xmlns:c="{names}:table:1.0" xmlns:t="{names}:text:1.0"><o:body><o:spreadsheet>'
            f'<c:table c:name="Feuille1">{lines}</c:table></o:spreadsheet></o:body></o:document-content>',
        )
    one, other = rows_of(stream.getvalue())
    assert (one.number, one.title, one.city, other.title) == (3, "Le Four", "Guéret", "Watt")


GPX = """<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>Mes fours</name></metadata>
<wpt lat="46.3" lon="-0.4"><ele>12</ele><name>Le Four</name><cmt>Du pain</cmt><desc>Le vendredi</desc><sym>Bread</sym>
<link href="https://four.example"><text>site</text></link><type>Boulangerie</type></wpt>
<wpt lat="46.3" lon="-0.4"/>
<trk><name>La boucle</name><trkseg><trkpt lat="46.2" lon="-0.5"><name>x</name></trkpt><trkpt lat="46.4" lon="-0.3"/></trkseg></trk>
</gpx>"""


def test_the_points_and_traces_of_a_receiver():
    point, nameless, trace = rows_of(GPX)
    assert (point.title, point.description, point.website) == ("Le Four", "Du pain\n\nLe vendredi", "https://four.example")  # fmt: skip
    assert (point.categories, point.latitude, point.extra) == (("Boulangerie",), 46.3, {"sym": "Bread"})
    assert (nameless.row, nameless.field) == (2, "title")
    assert (trace.title, trace.latitude, trace.longitude) == ("La boucle", 46.3, -0.4)
    assert "entités" in refusal_of(GPX.replace("?>", '?><!DOCTYPE g [<!ENTITY a "b">]>', 1))


def test_a_text_that_is_cut_is_told_so_and_a_long_title_is_kept_whole():
    (row,) = rows_of([{"nom": "Le Four", "ville": "Niort", "description": "x" * 100_001}])
    assert [(warning.field, "100000" in warning.message) for warning in row.warnings] == [
        ("description", True)
    ]
    title = "Le Four " * 40
    (row,) = rows_of([{"nom": title, "ville": "Niort"}])
    assert (len(row.title) <= 200, row.extra) == (True, {"title": title.strip()})


def test_the_answers_of_a_survey_in_the_field():
    one, other = rows_of(
        "start;end;Nom de la structure;Commune;Lieu visité;_Lieu visité_latitude;_Lieu visité_longitude;Domaines;Domaines/Culture;Domaines/Énergie;_uuid\n"
        "2023-01-01T10:00;2023-01-01T10:05;Le Four;Niort;46.32 -0.46 0 0;46.32;-0.46;Culture Énergie;1;1;aa\n"
        "2023-01-01T10:00;2023-01-01T10:05;Watt;Melle;46.22 -0.14 0 0;46.22;-0.14;Autre;0;0;ab\n"
    )
    assert (one.latitude, one.longitude, one.address, one.started_on) == (46.32, -0.46, "", None)
    assert (one.categories, other.categories) == (("Culture", "Énergie"), ("Autre",))


def test_a_page_brings_the_names_of_its_categories_along():
    terms = [[{"id": 4, "name": "Culture", "taxonomy": "theme"}], [{"id": 5, "name": "vélo", "taxonomy": "post_tag"}]]  # fmt: skip
    page = {"id": 1, "title": {"rendered": "Le Four"}, "categories": [4], "tags": [5], "_embedded": {"wp:term": terms}}  # fmt: skip
    (row,) = rows_of([page])
    assert (row.title, row.categories, row.keywords) == ("Le Four", ("Culture",), ("vélo",))


def test_the_hours_of_one_day_alone():
    hours = {"@type": "OpeningHoursSpecification", "dayOfWeek": "https://schema.org/Monday", "opens": "09:00", "closes": "12:00"}  # fmt: skip
    (row,) = rows_of([{"@type": "Store", "name": "Le Four", "openingHoursSpecification": hours}])
    assert row.opening_hours == "lundi : 09:00–12:00"


@pytest.mark.parametrize(
    ("written", "day"),
    [("janv-18", "2018-01-01"), ("12-févr.-98", "1998-02-12"), ("août-2019", "2019-08-01")],
)
def test_days_as_a_spreadsheet_shows_them(written, day):
    (row,) = rows_of(f"nom;ville;date de début\nLe Four;Tulle;{written}\n")
    assert str(row.started_on) == day


def test_what_people_write_under_a_table_and_in_a_column_of_kinds():
    row, total = rows_of(
        "Nom;Ville;Type d'organisme\nLe Four;Niort;Association 1901\nTotal : 1 structure;;\n"
    )
    assert (row.family, total.row) == ("association", 3)


@pytest.mark.parametrize("kind", ["VCALENDAR", "VCARD"])
def test_calendars_and_address_cards_are_refused_in_words(kind):
    assert "import" in refusal_of(f"BEGIN:{kind}\nVERSION:3.0\nEND:{kind}\n")


def test_a_second_name_under_a_group_is_that_of_the_group():
    row, total = rows_of(
        "Structure;;;Contact;;\nNom;Commune;CP;Nom;Tél.;Mail\nLe Four;Guéret;23000;Anne Exemple;0555000000;a@b.fr\nTotal;1;1;1;1;1\n"
    )
    assert (row.title, row.contact_name, row.phone, row.extra) == ("Le Four", "Anne Exemple", "05 55 00 00 00", {})  # fmt: skip
    assert total.row == 4


def test_headers_that_begin_with_what_they_are_about():
    (row,) = rows_of(
        "Etab_Nom;Etab_Type;Etab_Adresse1;Etab_CP;Etab_Commune;DATE_CREA\nLe Four;ESAT;3 rue Basse;79000;Niort;19980512\n"
    )
    assert (row.title, row.categories, row.address, row.postal_code) == ("Le Four", ("ESAT",), "3 rue Basse", "79000")  # fmt: skip
    assert str(row.started_on) == "1998-05-12"
    (row,) = rows_of(
        "RAISON_SOCIALE;ADR_NUMVOIE;ADR_TYPVOIE;ADR_LIBVOIE;ADR_CP;result_city\nLe Four;3;RUE;BASSE;79000;Niort\n"
    )
    assert (row.address, row.postal_code, row.city) == ("3 RUE BASSE", "79000", "Niort")


def test_the_words_of_those_who_share_baskets_and_initiatives():
    row, _other = rows_of(
        "AMAP;Lieu de distribution;Jour et heure\nAMAP du Four;Halle, 79000 Niort;mardi 18h-19h30\nAMAP Watt;Préau, 79500 Melle;jeudi 18h\n"
    )
    assert (row.address, row.city, row.opening_hours) == ("Halle", "Niort", "mardi 18h-19h30")
    (row,) = rows_of("Nom de l'initiative;Porteur de l'initiative;Commune\nJardin;Asso Exemple;Niort\n")
    assert (row.title, row.organization) == ("Jardin", "Asso Exemple")


def test_a_long_file_of_lines_is_read_as_a_stream(monkeypatch):
    monkeypatch.setattr("maillage.apps.directory.readers.json_content.WHOLE_BYTES_MAX", 10)
    one, other, fault = rows_of('{"nom": "Le Four"}\n\x1e{"nom": "Watt"}\n\n{"nom": "spoilt\n')
    assert (one.title, other.title, fault.row) == ("Le Four", "Watt", 3)


@pytest.mark.parametrize("root", ["kml", "osm", "gpx"])
def test_what_breaks_is_told_by_its_line(root):
    sentence = refusal_of(f"<{root}>\n<Placemark></node>\n</{root}>")
    assert "2" in sentence and "mismatched" not in sentence
