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
