"""What goes out can come back: an export read again by an import creates nothing and changes nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions import imports as actions
from maillage.apps.directory.actions.organizations import create_organization
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import (
    Commune,
    Initiative,
    InitiativeVersion,
    Organization,
    Territory,
    Theme,
)
from maillage.apps.directory.queries.contacts import ContactContent
from maillage.apps.directory.queries.contents import CarrierContent, PlaceContent, content_of
from maillage.apps.directory.queries.organizations import OrganizationContent
from tests.apps.directory.conftest import NOW

pytestmark = pytest.mark.data

Publish = Callable[..., Initiative]
COUNTS = ("read", "created", "updated", "unchanged", "duplicates")
FORMS = {
    "csv": "csv",
    "xlsx": "xlsx",
    "geojson": "geojson",
    "kml": "kml",
    "jsonld": "jsonld",
    "gogocarto": "json",
}


@pytest.fixture
def fiches(publish: Publish, member: Person) -> list[Initiative]:
    """Full and bare ones: several places, no place, formulas, Markdown, quotes, an article of a summary alone."""
    create_default_themes(actor=None, now=NOW)
    food, energy = (Theme.objects.get(slug=slug).pk for slug in ("alimentation", "energie"))
    body = create_organization(
        actor=member,
        content=OrganizationContent(name="La Ressourcerie, l’Atelier & Cie", city="Limoges"),
        status=Status.PUBLISHED,
        now=NOW,
    )
    return [
        publish(
            "Le four à pain « du bourg »",
            summary="On cuit ensemble, le samedi ; chacun son pain.",
            owner_id=body.pk,
            family="association",
            theme_ids=(energy, food),
            main_theme_id=food,
            keywords="pain, feu de bois, =2+2",
            audiences=("everyone", "families"),
            stage="running",
            started_on=date(2019, 5, 1),
            ended_on=date(2025, 12, 31),
            looks_for_hands=True,
            context="Un **four** oublié depuis *trente ans*.\n\nLe village s’est réuni.",
            activities="=SOMME(A1) n’est pas une formule.\n\n- chauffer\n- cuire\n\n[Voir](https://pain.example/)",
            audience_text="Tout le monde, à partir de 8 ans < 99 ans.",
            participation="Le samedi à 9 h; apporter son bois.",
            recipe_steps="1. Retrouver le four\n2. Le relever\n3. Le chauffer",
            recipe_means="Des pierres, de l’argile",
            recipe_cost="3 200 €",
            recipe_time="Deux hivers",
            recipe_people="Huit personnes dont un maçon",
            recipe_pitfalls="Le bois vert",
            recipe_advice="Commencer petit",
            results="40 fournées par an",
            next_steps="Une fête",
            places=(
                PlaceContent(
                    name="Le bourg",
                    address="2, place du Four",
                    postal_code="87000",
                    city="Limoges",
                    latitude=45.8336123,
                    longitude=1.2611234,
                ),
                PlaceContent(name="Le hameau", city="Aixe-sur-Vienne", latitude=45.79, longitude=1.137),
            ),
            carriers=(
                CarrierContent(organization_id=body.pk),
                CarrierContent(name="Les voisins"),
                CarrierContent(name="La commune", role="partner"),
            ),
            website="https://four.example/pain",
            contact_name="Maya",
            contact_email="maya@four.example",
            contact_email_public=True,
            contact_phone="+33555000000",
            contact_phone_public=True,
            opening_hours="Samedi 9 h - 12 h",
        ),
        publish("Le jardin", activities="Un jardin où l’on sème. Puis on récolte.", licence="cc0-1.0"),
        publish(
            "Le café",
            summary="Un café",
            context="Il n’y avait plus de café.",
            contact_email="cache@cafe.example",
            contact_phone="+33555000001",
            places=(PlaceContent(city="Guéret", postal_code="23000"),),
        ),
    ]


def exported(client: Client, form: str) -> bytes:
    answer = client.get(reverse("directory:initiative_export", args=[form]))
    content: bytes = answer.getvalue()
    return content


def imported(data: bytes, ending: str) -> dict[str, int]:
    report = actions.import_file(
        actor=None, stream=io.BytesIO(data), name=f"export.{ending}", source=f"retour {ending}", now=NOW
    )
    counts = {name: getattr(report, name) for name in COUNTS}
    return counts | {"errors": len(report.errors)}


@pytest.mark.parametrize("form", FORMS)
def test_an_export_comes_back_unchanged(client: Client, fiches: list[Initiative], form: str) -> None:
    before = {fiche.pk: content_of(Initiative.objects.get(pk=fiche.pk)) for fiche in fiches}
    counts = imported(exported(client, form), FORMS[form])
    assert counts == {"read": 3, "created": 0, "updated": 0, "unchanged": 3, "duplicates": 0, "errors": 0}
    assert {pk: content_of(Initiative.objects.get(pk=pk)) for pk in before} == before
    assert InitiativeVersion.objects.count() == len(fiches)


def test_a_table_corrected_elsewhere_brings_the_fiche_up_to_date(
    client: Client, fiches: list[Initiative]
) -> None:
    rows = list(csv.reader(io.StringIO(exported(client, "csv").decode("utf-8-sig")), delimiter=";"))
    at = rows[0].index("résumé")
    rows = [
        rows[0],
        *([*row[:at], "On cuit le dimanche.", *row[at + 1 :]] for row in rows[1:] if "four" in row[1]),
    ]
    corrected = io.StringIO()
    csv.writer(corrected, delimiter=";").writerows(rows)
    counts = imported(corrected.getvalue().encode(), "csv")
    assert (counts["read"], counts["updated"], counts["created"]) == (1, 1, 0)
    fiche = Initiative.objects.get(pk=fiches[0].pk)
    assert fiche.summary == "On cuit le dimanche."
    assert [place.name for place in fiche.places.order_by("rank")] == ["Le bourg", "Le hameau"]
    assert fiche.carriers.count() == 3


def test_an_address_of_another_site_is_a_stranger(client: Client, fiches: list[Initiative]) -> None:
    document = json.loads(exported(client, "geojson"))
    for feature in document["features"]:
        feature["properties"]["source_url"] = feature["properties"]["source_url"].replace(
            "localhost", "ailleurs"
        )
        feature["properties"]["title"] += " de là-bas, bien différent"
        feature["properties"].pop("website", None)
        feature["geometry"] = None
    counts = imported(json.dumps(document).encode(), "geojson")
    assert counts["created"] == 3


@pytest.fixture
def bodies(facilitator: Person) -> list[Organization]:
    """One that shows all, one that hides its address and numbers, one of which nothing is said."""
    create_default_themes(actor=None, now=NOW)
    food = Theme.objects.get(slug="alimentation").pk
    full = OrganizationContent(
        name="Atelier « des Vallons » <& fils>",
        short_name="ADV",
        legal_form="scic",
        family="cooperative",
        siren="732829320",
        siret="73282932000074",
        rna="W871000001",
        summary="On y répare.",
        description="Un **atelier** ouvert.\n\n=SOMME(A1)",
        theme_ids=(food,),
        contacts=(
            ContactContent(email="compta@atelier.example", label="Factures"),
            ContactContent(email="bonjour@atelier.example", phone="+33555000000", public=True),
            ContactContent(label="Prêt d’outils", name="Inès", phone="+33555000002", public=True),
        ),
        website="https://atelier.example",
        links=(("Nos films", "https://films.example/a"),),
        opening_hours="Le samedi matin, 9 h - 12 h",
        networks="Réseau des ateliers",
        labels="ESUS",
        address="3, rue des Établis",
        postal_code="87000",
        city="Limoges",
        latitude=45.8336123,
        longitude=1.2611234,
    )
    hidden = replace(
        full,
        name="Le Repli",
        siren="",
        siret="",
        contacts=(ContactContent(name="Ugo", email="cache@repli.example", phone="+33555000001"),),
        address_public=False,
        address="12, impasse Secrète",
        latitude=46.1700001,
        longitude=1.8700001,
        website="",
        links=(),
    )
    return [
        create_organization(actor=facilitator, content=content, status=Status.PUBLISHED, now=NOW)
        for content in (full, hidden, OrganizationContent(name="Les Voisins"))
    ]


def bodies_exported(client: Client, form: str, query: str = "") -> bytes:
    answer = client.get(f"{reverse('directory:organization_export', args=[form])}?{query}")
    content: bytes = answer.getvalue()
    return content


@pytest.mark.parametrize("form", FORMS)
def test_organisations_that_come_back_create_nothing(
    client: Client, bodies: list[Organization], form: str
) -> None:
    before = list(Organization.objects.order_by("pk").values())
    counts = imported(bodies_exported(client, form), FORMS[form])
    assert counts == {"read": 3, "created": 0, "updated": 0, "unchanged": 3, "duplicates": 0, "errors": 0}
    assert not Initiative.objects.exists()
    assert list(Organization.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("form", FORMS)
def test_organisations_leave_without_what_they_hide(
    client: Client, bodies: list[Organization], form: str
) -> None:
    if form == "xlsx":
        sheet = load_workbook(io.BytesIO(bodies_exported(client, form))).active
        said = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    else:
        said = bodies_exported(client, form).decode()
    for words in (
        "Le Repli",
        "Les Voisins",
        "bonjour@atelier.example",
        "45.8336123",
        "9 h - 12 h",
        "W871000001",
        "+33555000002",
    ):
        assert words in said, words
    for words in ("cache@repli.example", "compta@", "Ugo", "+33555000001", "impasse", "46.17", "1.87"):
        assert words not in said, words


def test_organisations_leave_by_the_filter_of_their_list(client: Client, bodies: list[Organization]) -> None:
    page = client.get(reverse("directory:organization_list"), {"q": "voisins"}).content.decode()
    for form in FORMS:
        assert f"{reverse('directory:organization_export', args=[form])}?q=voisins" in page, form
    document = json.loads(bodies_exported(client, "geojson", "q=voisins"))
    assert [feature["properties"]["name"] for feature in document["features"]] == ["Les Voisins"]
    assert client.get(reverse("directory:organization_export", args=["odt"])).status_code == 404


def test_an_organisation_is_told_in_the_words_of_schema_org(
    client: Client, bodies: list[Organization]
) -> None:
    node, hidden, bare = json.loads(bodies_exported(client, "jsonld"))["@graph"]
    assert (node["@type"], node["name"], node["alternateName"]) == (
        "Organization",
        "Atelier « des Vallons » <& fils>",
        "ADV",
    )
    assert node["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "3, rue des Établis",
        "postalCode": "87000",
        "addressLocality": "Limoges",
    }
    assert node["location"]["openingHoursSpecification"]["description"] == "Le samedi matin, 9 h - 12 h"
    assert (node["email"], node["telephone"]) == ("bonjour@atelier.example", "+33555000000")
    assert node["contactPoint"] == [
        {"@type": "ContactPoint", "email": "bonjour@atelier.example", "telephone": "+33555000000"},
        {
            "@type": "ContactPoint",
            "contactType": "Prêt d’outils",
            "name": "Inès",
            "telephone": "+33555000002",
        },
    ]
    assert "contactPoint" not in hidden
    assert node["sameAs"] == ["https://atelier.example", "https://films.example/a"]
    assert {"@type": "PropertyValue", "propertyID": "SIRET", "value": "73282932000074"} in node["identifier"]
    assert "geo" not in hidden["location"]
    assert hidden["address"] == {
        "@type": "PostalAddress",
        "postalCode": "87000",
        "addressLocality": "Limoges",
    }
    assert set(bare) == {"@type", "@id", "url", "name", "dateModified"}


def test_an_organisation_of_another_site_is_no_organisation_of_ours(
    client: Client, bodies: list[Organization]
) -> None:
    document = bodies_exported(client, "geojson", "q=voisins").replace(b"localhost", b"ailleurs")
    assert imported(document, "geojson")["created"] == 1


SQUARE = [[[1.0, 45.0], [2.0, 45.0], [2.0, 46.0], [1.0, 46.0], [1.0, 45.0]]]
HOLE = [[1.4, 45.4], [1.6, 45.4], [1.6, 45.6], [1.4, 45.6], [1.4, 45.4]]
ISLAND = [[[3.0, 45.0], [3.1, 45.0], [3.1, 45.1], [3.0, 45.0]]]


@pytest.fixture
def areas(publish: Publish) -> list[Initiative]:
    """A fiche of a place and an area with a hole, one of an area alone, one of the communes of a grouping."""
    create_default_themes(actor=None, now=NOW)
    drawn = Territory.objects.create(
        kind="area",
        name="Les Vallons",
        slug="vallons",
        contour={"type": "Polygon", "coordinates": [*SQUARE, HOLE]},
    )
    grouping = Territory.objects.create(kind="grouping", name="Le Pays", slug="pays")
    for code, polygon in (("87001", SQUARE), ("87002", ISLAND)):
        commune = Commune.objects.create(
            insee_code=code,
            name=f"Commune {code}",
            sort_key=code,
            department_code="87",
            contour={"type": "Polygon", "coordinates": polygon},
        )
        grouping.communes.add(commune)
    place = PlaceContent(address="1, rue Haute", city="Limoges", latitude=45.8, longitude=1.26)
    return [
        publish("Le bus", summary="Il passe partout.", area_id=drawn.pk, places=(place,)),
        publish("La tournée", summary="Elle va de village en village.", area_id=drawn.pk),
        publish("Le réseau", summary="Il relie.", area_id=grouping.pk),
    ]


def test_the_contour_of_an_area_leaves_with_its_fiche(client: Client, areas: list[Initiative]) -> None:
    bus, round_, network = json.loads(exported(client, "geojson"))["features"]
    polygon = {"type": "Polygon", "coordinates": [*SQUARE, HOLE]}
    point = {"type": "Point", "coordinates": [1.26, 45.8]}
    assert bus["geometry"] == {"type": "GeometryCollection", "geometries": [point, polygon]}
    assert round_["geometry"] == polygon
    assert network["geometry"] == {"type": "MultiPolygon", "coordinates": [SQUARE, ISLAND]}
    tree = ElementTree.fromstring(exported(client, "kml"))
    names = {"k": "http://www.opengis.net/kml/2.2"}
    marks = tree.findall(".//k:Placemark", names)
    assert [len(mark.findall(".//k:Polygon", names)) for mark in marks] == [1, 1, 2]
    assert [len(mark.findall(".//k:Point", names)) for mark in marks] == [1, 0, 0]
    [inner] = marks[0].findall(".//k:innerBoundaryIs//k:coordinates", names)
    assert (inner.text or "").split()[0] == "1.4,45.4"


@pytest.mark.parametrize("form", FORMS)
def test_fiches_of_areas_come_back_unchanged(client: Client, areas: list[Initiative], form: str) -> None:
    before = {fiche.pk: content_of(Initiative.objects.get(pk=fiche.pk)) for fiche in areas}
    counts = imported(exported(client, form), FORMS[form])
    assert (counts["read"], counts["created"], counts["unchanged"]) == (3, 0, 3)
    assert {pk: content_of(Initiative.objects.get(pk=pk)) for pk in before} == before


@pytest.mark.parametrize("form", ["geojson", "kml"])
def test_a_fiche_of_an_area_that_is_corrected_gets_no_place_in_its_middle(
    client: Client, areas: list[Initiative], form: str
) -> None:
    data = exported(client, form).decode().replace("de village en village", "de bourg en bourg")
    assert imported(data.encode(), FORMS[form])["updated"] == 1
    fiche = Initiative.objects.get(pk=areas[1].pk)
    assert fiche.summary == "Elle va de bourg en bourg."
    assert (fiche.places.count(), fiche.area) == (0, areas[1].area)


@pytest.mark.parametrize("form", ["geojson", "kml"])
def test_elsewhere_the_place_counts_and_a_contour_alone_gives_its_middle(
    client: Client, areas: list[Initiative], form: str
) -> None:
    data = exported(client, form).replace(b"localhost", b"ailleurs")
    Initiative.objects.all().delete()
    assert imported(data, FORMS[form])["created"] == 3
    where = {
        fiche.title: [(place.latitude, place.longitude) for place in fiche.places.all()]
        for fiche in Initiative.objects.all()
    }
    assert where["Le bus"] == [(45.8, 1.26)]
    assert where["La tournée"] == [(45.5, 1.5)]


def test_the_recipe_is_told_as_a_how_to(client: Client, fiches: list[Initiative]) -> None:
    Organization.objects.update(opening_hours="Du mardi au **samedi**")
    node = json.loads(exported(client, "jsonld"))["@graph"][0]
    recipe = node["subjectOf"]
    assert (recipe["@type"], recipe["name"]) == ("HowTo", node["name"])
    assert [step["text"] for step in recipe["step"]][1].endswith("Le relever")
    assert len(recipe["step"]) == 3
    assert recipe["supply"] == [{"@type": "HowToSupply", "name": "Des pierres, de l’argile"}]
    assert (recipe["estimatedCost"], recipe["totalTime"]["name"]) == ("3 200 €", "Deux hivers")
    notes = [(note["@type"], note["identifier"], note["text"]) for note in recipe["hasPart"]]
    assert notes == [
        ("CreativeWork", "people", "Huit personnes dont un maçon"),
        ("HowToTip", "pitfalls", "Le bois vert"),
        ("HowToTip", "advice", "Commencer petit"),
    ]
    assert [note["name"] for note in recipe["hasPart"]] == ["Qui il faut", "Les pièges", "Nos conseils"]
    kinds = [each.get("audienceType") for each in node["audience"]]
    assert kinds == ["Tout public", "Familles", None]
    assert node["audience"][2]["description"] == "Tout le monde, à partir de 8 ans < 99 ans."
    body = next(each for each in node["parentOrganization"] if "url" in each)
    assert body["location"]["openingHoursSpecification"]["description"] == "Du mardi au samedi"
    assert node["location"][0]["openingHoursSpecification"]["description"] == "Samedi 9 h - 12 h"
    assert "subjectOf" not in json.loads(exported(client, "jsonld"))["@graph"][1]


def test_a_recipe_told_as_a_how_to_is_read_elsewhere(client: Client, fiches: list[Initiative]) -> None:
    Organization.objects.update(opening_hours="Du mardi au samedi")
    data = exported(client, "jsonld").replace(b"localhost", b"ailleurs")
    Initiative.objects.all().delete()
    assert imported(data, "jsonld")["created"] == 3
    fiche = Initiative.objects.get(title__startswith="Le four")
    assert [line.endswith(("four", "relever", "chauffer")) for line in fiche.recipe_steps.splitlines()] == [
        True
    ] * 3
    assert (fiche.recipe_means, fiche.recipe_cost) == ("Des pierres, de l’argile", "3 200 €")
    assert (fiche.recipe_time, fiche.opening_hours) == ("Deux hivers", "Samedi 9 h - 12 h")
    assert (fiche.recipe_people, fiche.recipe_pitfalls) == ("Huit personnes dont un maçon", "Le bois vert")
    assert (fiche.recipe_advice, fiche.contact_name) == ("Commencer petit", "Maya")
    assert fiche.audience_text == "Tout le monde, à partir de 8 ans < 99 ans."


def test_the_person_to_ask_for_is_told_as_the_page_tells_it(client: Client, fiches: list[Initiative]) -> None:
    fiche = fiches[0]
    path = reverse("directory:initiative_jsonld", args=[fiche.pk, fiche.slug])
    page = reverse("directory:initiative_detail", args=[fiche.pk, fiche.slug])
    whole = {
        "@type": "ContactPoint", "name": "Maya", "email": "maya@four.example", "telephone": "+33555000000",
    }  # fmt: skip
    assert json.loads(client.get(path).content)["contactPoint"] == whole
    Initiative.objects.update(contact_email_public=False, contact_phone_public=False)
    text = client.get(path).content.decode()
    assert json.loads(text)["contactPoint"] == {"@type": "ContactPoint", "name": "Maya"}
    assert "maya@four.example" not in text and "555000000" not in text
    assert "Maya" in client.get(page).content.decode(), "the page names the person too"
    Initiative.objects.update(contact_name="", contact_email_public=True)
    assert "contactPoint" not in json.loads(client.get(path).content)
    Initiative.objects.update(status="draft")
    assert client.get(path).status_code == client.get(page).status_code == 404
