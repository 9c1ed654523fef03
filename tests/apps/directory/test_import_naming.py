"""Whom a table names: what is done, the body that carries it, the person to ask."""

from __future__ import annotations

import io

import pytest

from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import RowError
from tests.apps.directory.test_import_strangers import rows_of


@pytest.mark.parametrize(
    "header",
    [
        "Structure;Initiative",
        "Organisme;Titre du projet",
        "Nom de la structure;Nom du projet",
        "Nom de l'association;Intitulé de l'action",
        "Association;Action",
        "Organisation;Projet",
        "Association;Nom du projet de l'association",
    ],
)
def test_what_is_done_is_the_title_and_the_body_that_does_it_carries_it(header):
    for row in rows_of(f"{header}\nAsso du Val;Le repas partagé\nAsso du Mont;La rue aux enfants\n"):
        assert (row.title, row.organization) in (
            ("Le repas partagé", "Asso du Val"),
            ("La rue aux enfants", "Asso du Mont"),
        )
    turned = ";".join(reversed(header.split(";")))
    (row,) = rows_of(f"{turned}\nLe repas partagé;Asso du Val\n")
    assert (row.title, row.organization) == ("Le repas partagé", "Asso du Val")


@pytest.mark.parametrize(
    "name", ["Structure", "Organisme", "Nom de l'association", "Association", "Raison sociale"]
)
def test_a_table_that_only_names_bodies_keeps_them_as_titles(name):
    (row,) = rows_of(f"{name};Ville\nAsso du Val;Brumeval\n")
    assert (row.title, row.organization) == ("Asso du Val", "")


def test_a_row_that_names_no_project_is_titled_by_who_carries_it():
    rows = rows_of(
        "Structure;Projet;Ville\nAsso du Val;Le repas partagé;Brumeval\nAsso du Mont;;Brumeval\nAsso;La rue;X\n"
    )
    assert [row.title for row in rows] == ["Le repas partagé", "Asso du Mont", "La rue"]


def test_a_project_that_few_rows_name_leaves_the_body_as_the_title():
    rows = rows_of(
        "Structure;Projet;Ville\nAsso du Val;Le repas partagé;Brumeval\nB;;Brumeval\nC;;Brumeval\n"
    )
    assert [row.title for row in rows] == ["Asso du Val", "B", "C"]


def test_a_column_that_says_whether_there_is_a_project_names_none():
    (row, other) = rows_of("Structure;Projet;Association\nAsso du Val;oui;non\nAsso du Mont;non;oui\n")
    assert (row.title, other.title, row.organization) == ("Asso du Val", "Asso du Mont", "")


def test_a_body_held_by_what_has_a_title_carries_it():
    (row,) = rows_of(
        [{"titre": "Le repas partagé", "structure": {"id": 4, "nom": "Asso du Val"}, "ville": "Brumeval"}]
    )
    assert (row.title, row.organization) == ("Le repas partagé", "Asso du Val")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Nom;Prénom;Structure;Mail", "Dupont;Jean;Asso X;j.dupont@x.example"),
        ("Structure;Prénom;Ville;Nom", "Asso X;Jean;Brumeval;Dupont"),
        ("Nom de famille;Prénom;Organisation", "Dupont;Jean;Asso X"),
        ("Prénom;Nom;Association", "Jean;Dupont;Asso X"),
        ("Nom;Ville;Nom (2);Prénom", "Asso X;Brumeval;Dupont;Jean"),
        ("Nom;Ville;Nom du contact;Prénom du contact", "Asso X;Brumeval;Dupont;Jean"),
        ("First name;Last name;Organization", "Jean;Dupont;Asso X"),
        ("name;firstName;lastName", "Asso X;Jean;Dupont"),
        ("Nom et prénom;Structure", "Jean Dupont;Asso X"),
        ("Nom complet;Prénom;Structure", "Jean Dupont;Jean;Asso X"),
    ],
)
def test_a_person_is_asked_and_never_a_title(header, cells):
    (row,) = rows_of(f"{header}\n{cells}\n")
    assert (row.title, row.contact_name) == ("Asso X", "Jean Dupont")
    assert "Dupont" not in "".join(row.extra.values())


@pytest.mark.parametrize("header", ["Nom;Prénom;Mail;Fonction", "Prénom;Nom complet;Mail;Fonction"])
def test_a_list_of_people_is_left_out_until_someone_says_what_the_title_is(header):
    first, last, other = (
        ("Dupont", "Jean", "Durand") if header.startswith("Nom;") else ("Jean", "Dupont", "Rose")
    )
    data = f"{header}\n{first};{last};j@x.example;Présidence du Val\n{other};Rose;r@x.example;Trésorerie du Val\n"
    for row in rows_of(data):
        assert isinstance(row, RowError) and row.title == "" and row.field == "title"
        assert "people" in row.message or "personnes" in row.message
    source = open_source(io.BytesIO(data.encode()))
    rows = list(source.rows(source.understood({"Fonction": "title"}, {})))
    assert [row.title for row in rows] == ["Présidence du Val", "Trésorerie du Val"]


def test_members_named_by_a_form_are_no_titles_either():
    row = rows_of("Nom adhérent;Prénom adhérent;Mail\nDupont;Jean;j@x.example\n")[0]
    assert isinstance(row, RowError) and row.title == ""


def test_what_people_do_with_whom_is_read_whole():
    (row,) = rows_of("Nom;Prénom;Projet;Structure\nDupont;Jean;Le repas partagé;Asso du Val\n")
    assert (row.title, row.organization, row.contact_name) == (
        "Le repas partagé",
        "Asso du Val",
        "Jean Dupont",
    )


def test_a_person_with_one_name_only_keeps_it():
    first, other = rows_of("Nom;Prénom;Structure\n;Jean;Asso X\nDupont;;Asso Y\n")
    assert (first.contact_name, other.contact_name) == ("Jean", "Dupont")
