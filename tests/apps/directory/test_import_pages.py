"""The facilitator's way through an import, page by page, without JavaScript."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.models import CategoryMapping, ImportRecipe, ImportRun, Initiative

pytestmark = pytest.mark.django_db

FILE = (
    "Nom de la structure;Présentation;Thématique;Latitude;Longitude;Courriel;Truc\n"
    "La Grange;Un lieu ouvert;Jardins;46,17;1,87;grange@example.org;<script>alert(1)</script>\n"
    "La Grange !;Le même lieu;Jardins;46,1701;1,8701;;b\n"
    "Sans lieu;Ailleurs;Zorglub;;;;c\n"
    ";Sans nom;Zorglub;46;2;;d\n"
    "À l’envers;Inversé;Zorglub;1,87;46,17;;e\n"
)


@pytest.fixture
def facilitator(settings, client):
    settings.JOBS_AT_ONCE = True
    create_default_themes(actor=None, now=timezone.now())
    person = Person.objects.create_user("anim@example.org", role=Role.FACILITATOR)
    client.force_login(person)
    return client


def url(name, run=None):
    return reverse(f"directory:import_{name}", args=[run.pk] if run else [])


def upload(client, text=FILE, name="liste.csv"):
    file = SimpleUploadedFile(name, text.encode("cp1252"), "text/csv")
    return client.post(url("start"), {"file": file})


def mapping_of(page, **changes):
    form = page.context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    said = {name: value for name, value in said.items() if value is not False}
    return said | changes


def go_to_preview(client):
    upload(client)
    run = ImportRun.objects.get()
    client.post(url("mapping", run), mapping_of(client.get(url("mapping", run))))
    categories = client.get(url("categories", run))
    client.post(url("categories", run), mapping_of(categories))
    run.refresh_from_db()
    return run


def test_the_same_file_imported_beside_itself_makes_nothing_twice(facilitator):
    first = go_to_preview(facilitator)
    upload(facilitator)
    second = ImportRun.objects.exclude(pk=first.pk).get()
    facilitator.post(url("mapping", second), mapping_of(facilitator.get(url("mapping", second))))
    facilitator.post(url("apply", first))
    known = Initiative.objects.count()
    facilitator.post(url("apply", second))
    page = facilitator.get(url("detail", second)).content.decode()
    assert Initiative.objects.count() == known > 0
    assert "Aucune fiche n’est nouvelle" in page


def test_from_a_file_to_the_directory_and_back(facilitator):
    assert "Aucun import" in facilitator.get(url("list")).content.decode()
    assert upload(facilitator).status_code == 302
    run = ImportRun.objects.get()
    page = facilitator.get(url("mapping", run))
    assert "<script>alert" not in page.content.decode()
    fields = [column.value() for column in page.context["form"].column_fields()]
    assert fields == ["title", "description", "categories", "latitude", "longitude", "email", "+"]
    assert page.context["preview"].exchanged == 1
    answer = facilitator.post(url("mapping", run), mapping_of(page))
    assert answer.url == url("detail", run)
    assert facilitator.get(url("detail", run)).url == url("categories", run)
    page = facilitator.get(url("categories", run))
    answer = facilitator.post(url("categories", run), mapping_of(page))
    assert answer.url == url("duplicates", run)
    page = facilitator.get(answer.url)
    assert "La Grange !" in page.content.decode()
    answer = facilitator.post(answer.url, mapping_of(page))
    preview = facilitator.get(answer.url).content.decode()
    assert "Importer 2 nouvelles fiches" in preview
    assert not Initiative.objects.exists()
    assert len(facilitator.get(url("points", run)).json()["features"]) == 2
    facilitator.post(url("apply", run))
    assert Initiative.objects.count() == 2
    grange = Initiative.objects.get(title="La Grange")
    assert grange.contact_email == "grange@example.org" and not grange.contact_email_public
    assert "annul" in facilitator.get(url("detail", run)).content.decode().lower()
    facilitator.get(url("undo", run))
    facilitator.post(url("undo", run))
    assert not Initiative.objects.exists()
    assert facilitator.get(url("detail", run)).status_code == 200
    facilitator.post(url("delete", run))
    assert not ImportRun.objects.exists()


def test_the_report_names_row_field_and_reason(facilitator):
    run = go_to_preview(facilitator)
    lines = b"".join(
        facilitator.get(reverse("directory:import_report", args=[run.pk, "csv"])).streaming_content
    )
    text = lines.decode("utf-8-sig")
    assert "5;Laissée de côté;;Titre;" in text
    assert "6;Laissée de côté;À l’envers;Latitude;" in text
    workbook = facilitator.get(reverse("directory:import_report", args=[run.pk, "xlsx"]))
    assert workbook.status_code == 200
    workbook.close()


def test_choices_are_kept_for_the_next_file(facilitator):
    go_to_preview(facilitator)
    assert ImportRecipe.objects.get().mapping["Nom de la structure"] == "title"
    assert CategoryMapping.objects.filter(label="Zorglub").exists()
    recipe = ImportRecipe.objects.get()
    recipe.mapping["Truc"] = "keywords"
    recipe.save()
    upload(facilitator, FILE.replace("Un lieu", "Le lieu"), "liste-2.csv")
    latest = ImportRun.objects.order_by("-pk").first()
    assert latest.mapping["Truc"] == "keywords"
    assert latest.source == "liste"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vide"),
        (b"%PDF-1.4", "PDF"),
        (b"\xd0\xcf\x11\xe0....", "XLSX"),
        (b"<html><body>", "page web"),
        (b'{"a": [}', "JSON"),
        (b"PK\x03\x04broken", "archive"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_beside_the_field(facilitator, data, words):
    page = facilitator.post(url("start"), {"file": SimpleUploadedFile("liste.csv", data)})
    text = page.content.decode()
    assert page.status_code == 200 and words in text and "Erreur" in text
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/x.csv", "http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/"],
)
def test_addresses_of_the_private_network_are_refused(facilitator, address):
    page = facilitator.post(url("start"), {"url": address})
    assert "privé" in page.content.decode()


def test_a_title_is_asked_for(facilitator):
    upload(facilitator)
    run = ImportRun.objects.get()
    page = facilitator.get(url("mapping", run))
    answer = facilitator.post(url("mapping", run), mapping_of(page, column_0="-"))
    assert answer.status_code == 200 and "Erreur" in answer.content.decode()


def test_steps_out_of_turn_are_refused(facilitator):
    upload(facilitator)
    run = ImportRun.objects.get()
    assert facilitator.get(url("preview", run)).status_code == 404
    facilitator.post(url("apply", run))
    run.refresh_from_db()
    assert run.status == "uploaded"


@pytest.mark.parametrize("name", ["list", "start"])
def test_only_facilitators_come_in(client, name):
    assert client.get(url(name)).status_code == 302
    client.force_login(Person.objects.create_user("membre@example.org"))
    assert client.get(url(name)).status_code == 404
