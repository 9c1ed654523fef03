"""What nested objects say of themselves, and what they say of the row that holds them."""

from __future__ import annotations

import io
import json

import pytest
from django.utils import timezone

from maillage.apps.directory.actions.imports import import_file
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.readers.reading import open_source
from maillage.apps.directory.readers.rows import RowError
from tests.apps.directory.test_import_strangers import feature, rows_of

AT = {"lat": 46.1, "lng": 1.8}


@pytest.mark.parametrize("holder", ["categorie", "theme", "type", "structure", "reseau"])
def test_the_identifier_of_what_a_row_holds_is_not_its_own(holder):
    held = {"id": 3, "nom": "Jardins"}
    bare, named = rows_of(
        [{"nom": "Jardin des Lilas", holder: held, **AT}, {"id": 7, "nom": "Potager", holder: held}]
    )
    assert bare.external_id.startswith("row:") and named.external_id == "7"
    (drawn,) = rows_of(
        {"type": "FeatureCollection", "features": [feature({"name": "Atelier", holder: held})]}
    )
    assert drawn.external_id.startswith("row:")


@pytest.mark.parametrize("wrapper", ["fields", "properties", "record", "data", "attributes", "initiative"])
def test_the_identifier_of_what_wraps_the_whole_row_is_its_own(wrapper):
    inner = {"id": "b12", "nom": "Jardin des Lilas", "reseau": {"id": 3, "nom": "Les jardins"}, **AT}
    (row,) = rows_of([{wrapper: inner}])
    assert (row.external_id, row.title) == ("b12", "Jardin des Lilas")


def test_names_of_categories_are_categories_whatever_else_they_say():
    kind = {"id": 3, "nom": "Jardins", "description": "Tout ce qui pousse", "url": "https://jardins.example"}
    rows = rows_of(
        [
            {"nom": "Jardin des Lilas", "categorie": kind, **AT},
            {"nom": "Atelier Un", "theme": {"id": 3, "label": "Réparation"}},
            {"nom": "Atelier Deux", "type": {"code": "TL", "libelle": "Tiers-lieu"}},
            {"nom": "Atelier Trois", "taxonomy": {"category": ["Vélo"], "tags": ["Prêt"]}},
        ]
    )
    assert [row.categories for row in rows] == [("Jardins",), ("Réparation",), ("Tiers-lieu",), ("Vélo",)]
    assert rows[3].keywords == ("Prêt",)
    assert {(row.description, row.website) for row in rows} == {("", "")}


@pytest.mark.django_db
def test_rows_that_share_a_category_stay_two_fiches_in_a_later_import():
    kind = {"id": 3, "nom": "Jardins"}
    for items in (
        [{"nom": "Jardin des Lilas", "categorie": kind, **AT}],
        [{"nom": "Potager du Lac", "categorie": kind, "lat": 46.5, "lng": 2.1}],
    ):
        stream = io.BytesIO(json.dumps(items).encode())
        import_file(actor=None, stream=stream, name="a.json", source="jardins", now=timezone.now())
    titles = Initiative.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["Jardin des Lilas", "Potager du Lac"]


def test_the_name_of_a_category_names_no_row():
    source = open_source(
        io.BytesIO(json.dumps([{"theme": {"label": "Réparation"}, "ville": "Brumeval"}]).encode())
    )
    assert [proposal.field for proposal in source.proposals()] == ["categories", "city"]


def test_the_kind_of_a_shape_is_no_category():
    shape = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1.8, 46.1]}, "properties": {}}
    drawn, described = rows_of(
        {
            "total_count": 2,
            "results": [
                {"nom": "Le Lieu", "geo_shape": shape},
                {"nom": "Le Pré", "geo_shape": {**shape, "properties": {"type": "zone"}}, "type": "jardin"},
            ],
        }
    )
    assert (drawn.categories, drawn.latitude, drawn.longitude) == ((), 46.1, 1.8)
    assert (described.categories, described.latitude) == (("jardin",), 46.1)


def test_contacts_that_say_what_they_are_are_read_as_such():
    contacts = [
        {"type": "email", "valeur": "a@b.example"},
        {"type": "Téléphone", "valeur": "05 36 49 10 01", "label": "Accueil", "principal": None},
        {"type": "fax", "valeur": ""},
        {"type": "portable", "valeur": "06 39 98 10 09"},
        {"type": "url", "valeur": "https://lieu.example"},
        {"type": "Mastodon", "valeur": "@lieu@social.example"},
    ]
    listed, alone = rows_of(
        [
            {"nom": "Le Lieu", "contacts": contacts, **AT},
            {"nom": "Le Pré", "contact": {"id": 4, "type": "mail", "value": "pre@b.example"}},
        ]
    )
    assert listed.categories == () and alone.categories == ()
    assert (listed.email, listed.phone, listed.website) == (
        "a@b.example",
        "05 36 49 10 01",
        "https://lieu.example",
    )
    assert set(listed.extra.values()) == {"06 39 98 10 09", "@lieu@social.example", "Accueil"}
    assert (alone.email, alone.contact_name) == ("pre@b.example", "")


def test_the_kind_of_what_is_reached_is_no_category_either():
    (row,) = rows_of(
        [{"nom": "Le Lieu", "contacts": [{"type": "bureau", "ville": "Brumeval", "email": "a@b.example"}]}]
    )
    assert (row.categories, row.city, row.email) == ((), "Brumeval", "a@b.example")


@pytest.mark.parametrize(
    ("told", "categories", "parents"),
    [
        (
            {"categories": [{"name": "Alimentation", "children": [{"name": "Bio", "enfants": ["Vrac"]}]}]},
            ("Alimentation", "Bio", "Vrac"),
            {"Bio": "Alimentation", "Vrac": "Bio"},
        ),
        (
            {"category": {"name": "Bio", "parent": {"name": "Alimentation", "parent": {"name": "Vivre"}}}},
            ("Vivre", "Alimentation", "Bio"),
            {"Alimentation": "Vivre", "Bio": "Alimentation"},
        ),
        (
            {"categories": {"principale": "Jardins", "secondaires": ["Vélo", {"nom": "Prêt"}]}},
            ("Jardins", "Vélo", "Prêt"),
            {},
        ),
        ({"categories": {"3": "Jardins", "12": "Vélo"}}, ("Jardins", "Vélo"), {}),
        (
            {"categories": [{"id": 33, "name": "Quixie"}, {"id": 3, "parent": "33", "name": "Quixine"}]},
            ("Quixie", "Quixine"),
            {"Quixine": "Quixie"},
        ),
        (
            {"theme": {"nom": "Bio", "parent": "Alimentation"}},
            ("Bio", "Alimentation"),
            {"Bio": "Alimentation"},
        ),
        ({"theme": {"nom": "Bio", "parent": 12}}, ("Bio",), {}),
        ({"fields": {"themes": "Vivre > Bio | Vélo"}}, ("Vivre", "Bio", "Vélo"), {"Bio": "Vivre"}),
        (
            {"fields": {"themes": [{"nom": "Bio", "parent": {"nom": "Vivre"}}]}},
            ("Vivre", "Bio"),
            {"Bio": "Vivre"},
        ),
    ],
)
def test_no_category_of_a_tree_is_lost(told, categories, parents):
    (row,) = rows_of([{"nom": "Le Lieu", **told}])
    assert (row.categories, row.category_parents, row.extra) == (categories, parents, {})
    (drawn,) = rows_of({"type": "FeatureCollection", "features": [feature({"nom": "Le Lieu", **told})]})
    assert (drawn.categories, drawn.category_parents) == (categories, parents)


def test_a_tree_of_categories_without_end_is_read_to_some_depth():
    deep = {"name": "C0"}
    for rank in range(1, 60):
        deep = {"name": f"C{rank}", "parent": deep}
    (row,) = rows_of([{"nom": "Le Lieu", "category": deep}])
    assert row.categories[-1] == "C59" and len(row.categories) < 12


def test_dotted_columns_tell_categories_by_rank():
    (row,) = rows_of("nom;category.name;category.parent.name;category.id\nLe Lieu;Bio;Alimentation;12\n")
    assert row.categories == ("Bio", "Alimentation")


def test_the_tree_of_its_categories_does_not_change_what_a_row_says():
    flat, under = rows_of("nom;themes\nLe Lieu;Vivre | Bio\nLe Lieu;Vivre > Bio\n")
    assert under.category_parents and flat.content_hash() == under.content_hash()


@pytest.mark.parametrize(
    ("told", "hours"),
    [
        (
            {"openingHours": ["Mo-Fr 09:00-12:00", "Sa 10:00-12:00"]},
            "lun.-ven. 09:00-12:00\nsam. 10:00-12:00",
        ),
        ({"h_lundi": ["9h-12h", "14h-18h"]}, "lundi : 9h-12h, 14h-18h"),
        ({"horaires": {"lundi": "9h-12h"}}, "lundi : 9h-12h"),
        ({"horaires": {"lundi": "9h-12h", "mardi": None}}, "lundi : 9h-12h"),
        (
            {"horaires": {"lundi": ["9h-12h", "14h-18h"], "jeu": {"matin": "9h-12h"}}},
            "lundi : 9h-12h, 14h-18h\njeudi : 9h-12h",
        ),
        ({"horaires": {"lundi": "9h-12h", "remarque": "Fermé en août"}}, "lundi : 9h-12h"),
        ({"openHours": {"Mo": "08:00-12:00"}}, "lundi : 08:00-12:00"),
        ({"horaires": {"fr": "Tous les jours"}}, "Tous les jours"),
        (
            {
                "openHours": {
                    "monday": {
                        "slot1start": {"date": "1970-01-01 09:00:00.000000", "timezone": "UTC"},
                        "slot1end": {"date": "1970-01-01 12:30:00.000000", "timezone": "UTC"},
                        "slot2start": "1970-01-01T14:00:00+00:00",
                        "slot2end": "1970-01-01T18:00:00+00:00",
                    },
                    "tuesday": {"slot1start": None, "slot1end": None, "slot2start": None, "slot2end": None},
                    "sunday": [{"opens": "10:00", "closes": "12:00"}],
                }
            },
            "lundi : 09:00–12:30, 14:00–18:00\ndimanche : 10:00–12:00",
        ),
    ],
)
def test_hours_of_nested_days_are_told_day_by_day(told, hours):
    (row,) = rows_of([{"nom": "Le Lieu", **told}])
    assert row.opening_hours == hours
    assert set(row.extra.values()) <= {"Fermé en août"}


def test_a_profile_of_a_person_is_left_out_with_the_reason_that_linked_data_gives():
    person = {
        "linked_schemas": ["people_schema-v0.1.0"],
        "name": "Jean Dupont",
        "primary_url": "https://jean.example",
    }
    body = {
        "linked_schemas": ["organizations_schema-v1.0.0"],
        "name": "Asso X",
        "primary_url": "https://x.example",
    }
    refused, kept, wrapped = rows_of(
        [person, body, {"profile_data": person, "profile_url": "https://jean.example/p"}]
    )
    (linked,) = rows_of([{"@context": "https://schema.org", "@type": "Person", "name": "Jean Dupont"}])
    assert kept.title == "Asso X"
    assert isinstance(refused, RowError) and isinstance(linked, RowError)
    assert refused.message == linked.message.replace("person", "people_schema") == wrapped.message
    assert refused.title == ""
