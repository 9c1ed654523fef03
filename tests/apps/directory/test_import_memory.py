"""What imports remember for the next file: told where it serves, shown on a page, forgotten at will."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.import_analysis import ImportStepError
from maillage.apps.directory.actions.imports import guess_again, start_import
from maillage.apps.directory.actions.themes import create_default_themes
from maillage.apps.directory.models import CategoryMapping, ImportRecipe, ImportRun, Initiative
from maillage.kernel.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

FILE = "Nom;Présentation;Thématique;Latitude;Longitude;Truc\nLa Grange;Un lieu;Jardins;46,17;1,87;a\nLe Lavoir;Un autre;Zorglub;46,2;1,9;b\n"


@pytest.fixture
def facilitator(client: Client, settings) -> Client:  # type: ignore[no-untyped-def]
    settings.JOBS_AT_ONCE = True
    create_default_themes(actor=None, now=timezone.now())
    client.force_login(Person.objects.create_user("anim@example.org", role=Role.FACILITATOR))
    return client


def uploaded(client: Client, name: str = "liste.csv") -> ImportRun:
    file = SimpleUploadedFile(name, FILE.encode(), "text/csv")
    client.post(reverse("directory:import_start"), {"file": file, "source": "Cousins"})
    return ImportRun.objects.latest("pk")


def mapped(client: Client, run: ImportRun, **columns: str) -> None:
    """Settle the columns, those named otherwise than guessed, and import."""
    address = reverse("directory:import_mapping", args=[run.pk])
    form = client.get(address).context["form"]
    said = {name: form[name].value() or "" for name in form.fields if form[name].value() is not False}
    client.post(address, said | columns)
    client.post(reverse("directory:import_apply", args=[run.pk]))


def column_of(client: Client, run: ImportRun, header: str) -> str:
    form = client.get(reverse("directory:import_mapping", args=[run.pk])).context["form"]
    return next(field.html_name for field in form.column_fields() if header in str(field.label))


def test_nothing_is_remembered_yet(facilitator: Client) -> None:
    page = facilitator.get(reverse("directory:import_memory")).content.decode()
    assert page.count("Rien encore") == 2
    assert (
        reverse("directory:import_memory")
        in facilitator.get(reverse("directory:import_list")).content.decode()
    )


def test_the_choices_of_a_file_serve_the_next_and_are_shown(facilitator: Client) -> None:
    first = uploaded(facilitator)
    assert (
        "Lu comme le dernier"
        not in facilitator.get(reverse("directory:import_mapping", args=[first.pk])).content.decode()
    )
    mapped(facilitator, first, **{column_of(facilitator, first, "Truc"): "keywords"})
    assert Initiative.objects.count() == 2

    page = facilitator.get(reverse("directory:import_memory")).content.decode()
    assert "liste.csv" in page and "cousins" in page and "Mots-clés" in page and "Zorglub" in page

    second = uploaded(facilitator, "liste-2.csv")
    assert second.mapping["Truc"] == "keywords"
    told = facilitator.get(reverse("directory:import_mapping", args=[second.pk])).content.decode()
    assert "Lu comme le dernier fichier de cette forme" in told and "liste.csv" in told

    facilitator.post(reverse("directory:import_guess_again", args=[second.pk]))
    second.refresh_from_db()
    assert second.mapping.get("Truc", "") != "keywords" and not ImportRecipe.objects.exists()
    assert (
        "Lu comme le dernier"
        not in facilitator.get(reverse("directory:import_mapping", args=[second.pk])).content.decode()
    )


def test_columns_and_categories_are_forgotten(facilitator: Client) -> None:
    mapped(facilitator, uploaded(facilitator))
    recipe = ImportRecipe.objects.get()
    answer = facilitator.post(reverse("directory:import_forget_recipe", args=[recipe.pk]), follow=True)
    assert "sera deviné de nouveau" in answer.content.decode() and not ImportRecipe.objects.exists()
    again = facilitator.post(reverse("directory:import_forget_recipe", args=[recipe.pk]), follow=True)
    assert again.status_code == 200

    kept = {tuple(fiche.themes.values_list("name", flat=True)) for fiche in Initiative.objects.all()}
    answer = facilitator.post(
        reverse("directory:import_forget_categories"), {"source": "cousins"}, follow=True
    )
    assert "2 catégories oubliées" in answer.content.decode() and not CategoryMapping.objects.exists()
    assert kept == {tuple(fiche.themes.values_list("name", flat=True)) for fiche in Initiative.objects.all()}
    verbs = AuditEntry.objects.filter(verb="import.forget").values_list("target_label", flat=True)
    assert sorted(verbs) == ["cousins", "liste.csv"]


def test_a_source_that_has_nothing_is_left_alone(facilitator: Client) -> None:
    answer = facilitator.post(
        reverse("directory:import_forget_categories"), {"source": "x" * 5000}, follow=True
    )
    assert answer.status_code == 200 and not AuditEntry.objects.filter(verb="import.forget").exists()


def test_an_import_under_way_is_not_guessed_again(facilitator: Client) -> None:
    run = uploaded(facilitator)
    mapped(facilitator, run)
    run.refresh_from_db()
    before = run.mapping
    with pytest.raises(ImportStepError):
        guess_again(actor=None, run_id=run.pk, now=timezone.now())
    answer = facilitator.post(reverse("directory:import_guess_again", args=[run.pk]), follow=True)
    assert "est à une autre étape" in answer.content.decode()
    run.refresh_from_db()
    assert run.mapping == before and ImportRecipe.objects.exists()


def test_a_file_that_is_gone_says_so(facilitator: Client) -> None:
    run = uploaded(facilitator)
    run.file.storage.delete(run.file.name)
    answer = facilitator.post(reverse("directory:import_guess_again", args=[run.pk]), follow=True)
    assert "Le fichier n’est plus là." in answer.content.decode()


def test_a_form_that_names_its_values_has_no_column(facilitator: Client) -> None:
    text = b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[1.9,46]},"properties":{"name":"Le Four"}}]}'
    file = SimpleUploadedFile("lieux.geojson", text, "application/geo+json")
    with file.open() as stream:
        start_import(actor=None, stream=stream, name="lieux.geojson", now=timezone.now())
    assert (
        facilitator.get(reverse("directory:import_mapping", args=[ImportRun.objects.get().pk])).status_code
        == 200
    )
