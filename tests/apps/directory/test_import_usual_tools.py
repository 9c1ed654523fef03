"""What survey tools, makers of sites, bases in the cloud and the spreadsheets of associations write."""

from __future__ import annotations

import pytest

from maillage.apps.directory.readers.values import split_labels
from tests.apps.directory.test_import_strangers import rows_of


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
