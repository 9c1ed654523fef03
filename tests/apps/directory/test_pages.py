"""Every page of the directory answers, for each who may see it, and nobody else."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.organizations import create_organization
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.choices import Status
from maillage.apps.directory.forms.steps import STEP_LABELS
from maillage.apps.directory.models import Initiative, Organization, Theme
from maillage.apps.directory.queries.contents import RECIPE_FIELDS, CarrierContent, PlaceContent
from maillage.apps.directory.queries.organizations import OrganizationContent
from tests.apps.directory.conftest import NOW

Publish = Callable[..., Initiative]


@pytest.fixture
def body(member: Person) -> Organization:
    content = OrganizationContent(name="La Ressourcerie", family="association", city="Limoges")
    return create_organization(actor=member, content=content, status=Status.PUBLISHED, now=NOW)


@pytest.fixture
def fiche(publish: Publish, body: Organization) -> Initiative:
    create_default_themes(actor=None, now=NOW)
    return publish(
        "Le four à pain",
        summary="On cuit ensemble.",
        theme_ids=(Theme.objects.get(slug="alimentation").pk,),
        stage="running",
        audiences=("everyone",),
        context="Un **four** oublié.",
        participation="Le samedi.",
        recipe_steps="- chauffer\n- cuire",
        places=(PlaceContent(name="Le bourg", city="Limoges", latitude=45.83, longitude=1.26),),
        carriers=(
            CarrierContent(organization_id=body.pk),
            CarrierContent(name="Des voisins", role="partner"),
        ),
        looks_for_hands=True,
        contact_email="secret@exemple.test",
        contact_phone="+33555000000",
        contact_phone_public=True,
    )


def url(name: str, *args: object) -> str:
    return reverse(f"directory:{name}", args=args)


def test_pages_of_an_empty_site(client: Client, db: None) -> None:
    for name in ("initiative_list", "organization_list", "open_data"):
        assert client.get(url(name)).status_code == 200


def test_public_pages(client: Client, fiche: Initiative, body: Organization) -> None:
    key = (fiche.pk, fiche.slug)
    for name in (
        "initiative_detail",
        "initiative_history",
        "adaptations",
        "initiative_jsonld",
        "initiative_geojson",
        "initiative_embed",
    ):
        answer = client.get(url(name, *key))
        assert answer.status_code == 200, name
        assert b"secret@exemple.test" not in answer.content, name
    assert client.get(url("initiative_version", *key, 1)).status_code == 200
    assert client.get(url("involve", *key, "participer")).status_code == 200
    assert client.get(url("involve", *key, "faire-pareil")).status_code == 200
    page = client.get(url("initiative_detail", *key)).content.decode()
    for words in (
        "Le four à pain",
        "<strong>four</strong>",
        "La Ressourcerie",
        "Des voisins",
        "05 55 00 00 00",
    ):
        assert words in page
    assert client.get(url("organization_detail", body.pk, body.slug)).status_code == 200
    assert client.get(url("organization_list") + "?q=ressour&theme=alimentation&famille=x").status_code == 200


def test_lists_answer_filters(client: Client, fiche: Initiative) -> None:
    page = client.get(url("initiative_list") + "?theme=alimentation&mains=1&tri=nom").content.decode()
    assert "Le four à pain" in page
    nothing = client.get(url("initiative_list") + "?theme=mobilite").content.decode()
    assert "Le four à pain" not in nothing
    near = client.get(url("initiative_list") + "?lat=45.8&lon=1.2&rayon=20&tri=distance").content.decode()
    assert "Le four à pain" in near


@pytest.mark.parametrize("name", ["initiative_list", "map"])
@pytest.mark.parametrize("target", ["div#resultats", "resultats"], ids=["htmx", "the map's script"])
def test_a_fragment_equals_the_fresh_page(client: Client, fiche: Initiative, name: str, target: str) -> None:
    """htmx 4 names the target by its tag and id, our own script by its id."""
    address = url(name) + "?theme=alimentation"
    fresh = client.get(address).content.decode()
    fragment = client.get(address, headers={"HX-Request": "true", "HX-Target": target}).content.decode()
    assert fragment.strip()
    assert fragment.strip() in fresh
    assert "<html" not in fragment


def test_an_old_address_leads_to_the_fiche(client: Client, fiche: Initiative) -> None:
    answer = client.get(url("initiative_detail", fiche.pk, "autre-titre"))
    assert answer.status_code == 302
    assert answer["Location"] == url("initiative_detail", fiche.pk, fiche.slug)


def test_what_is_not_published_is_hidden(client: Client, fiche: Initiative, body: Organization) -> None:
    Initiative.objects.update(status=Status.DRAFT)
    Organization.objects.update(status=Status.PROPOSED)
    for name in (
        "initiative_detail",
        "initiative_history",
        "adaptations",
        "initiative_jsonld",
        "initiative_pdf",
    ):
        assert client.get(url(name, fiche.pk, fiche.slug)).status_code == 404, name
    assert client.get(url("organization_detail", body.pk, body.slug)).status_code == 404


def test_every_step_of_the_guided_form(client: Client, fiche: Initiative, member: Person) -> None:
    client.force_login(member)
    assert client.get(url("initiative_create")).status_code == 200
    assert client.get(url("initiative_create") + f"?adapter={fiche.pk}").status_code == 200
    for step in STEP_LABELS:
        answer = client.get(url("initiative_step", fiche.pk, fiche.slug, step))
        assert answer.status_code == 200, step


def test_member_and_facilitator_pages(
    client: Client, fiche: Initiative, body: Organization, member: Person, facilitator: Person
) -> None:
    client.force_login(member)
    for name in ("my_initiatives", "involvements", "organization_create"):
        assert client.get(url(name)).status_code == 200, name
    for name in ("organization_edit", "organization_logo", "organization_members", "organization_join"):
        assert client.get(url(name, body.pk, body.slug)).status_code == 200, name
    for name in ("proposals", "themes", "theme_create"):
        assert client.get(url(name)).status_code == 404, name
    client.force_login(facilitator)
    for name in ("proposals", "themes", "theme_create"):
        assert client.get(url(name)).status_code == 200, name
    assert client.get(url("theme_edit", fiche.main_theme_id)).status_code == 200


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "kml", "jsonld", "gogocarto"])
def test_exports(client: Client, fiche: Initiative, form: str) -> None:
    answer = client.get(url("initiative_export", form))
    content = answer.getvalue()
    assert answer.status_code == 200
    assert content
    if form != "xlsx":
        assert "Le four à pain" in content.decode()
        assert "secret@exemple.test" not in content.decode()


def test_exports_of_organisations_feed_and_oembed(client: Client, fiche: Initiative) -> None:
    for form in ("csv", "xlsx"):
        assert client.get(url("organization_export", form)).getvalue()
    feed = client.get(url("initiative_feed")).content.decode()
    assert "Le four à pain" in feed
    asked = f"http://localhost:8000{url('initiative_detail', fiche.pk, fiche.slug)}"
    assert client.get(url("oembed"), {"url": asked}).json()["title"] == "Le four à pain"
    assert client.get(url("oembed"), {"url": "https://ailleurs.example/x"}).status_code == 404


@pytest.mark.parametrize("step", ["lieux", "structures"])
def test_the_enter_key_saves_rows_rather_than_adding_one(
    client: Client, fiche: Initiative, facilitator: Person, step: str
) -> None:
    client.force_login(facilitator)
    page = client.get(url("initiative_step", fiche.pk, fiche.slug, step)).content.decode()
    form = page[page.index("form-TOTAL_FORMS") - 400 :]
    first = form[form.index("<button") :].partition(">")[0]
    assert "hidden" in first and "name=" not in first, "browsers press the first button of a form"


def test_a_fiche_that_says_everything_is_printed_on_two_pages(client: Client, publish: Publish) -> None:
    said = "Quarante familles, un four, douze associations et trois communes y ont mis la main. " * 3
    listed = "\n".join(f"- {number} pas, puis un autre, sans se presser" for number in range(5))
    fiche = publish(
        "La boutique et l’atelier",
        **dict.fromkeys(
            ("summary", "context", "audience_text", "participation", "results", "next_steps"), said
        ),
        **{name: said for name in RECIPE_FIELDS if name != "recipe_steps"},
        activities=listed,
        recipe_steps=listed,
    )
    answer = client.get(url("initiative_pdf", fiche.pk, fiche.slug))
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert len(document.pages) == 2


def test_the_printed_fiche_is_archivable_accessible_and_the_same_each_time(
    client: Client, fiche: Initiative
) -> None:
    address = url("initiative_pdf", fiche.pk, fiche.slug)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == client.get(address).content
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        described = document.open_metadata()
        assert described.pdfa_status == "3A"
        assert described["pdfuaid:part"] == "1"
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"
        assert "Le four à pain" in str(described["dc:title"])
