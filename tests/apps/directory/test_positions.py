"""Positions: latitude and longitude that changed places, and the town where a position stands."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions import imports as actions
from maillage.apps.directory.actions.import_analysis import ImportStepError, analyse_import
from maillage.apps.directory.actions.import_apply import apply_import_rows
from maillage.apps.directory.choices import ImportOutcome, ImportStatus
from maillage.apps.directory.models import Commune, ImportRun, Initiative, Organization
from maillage.apps.directory.queries.commune_at import CommuneFinder, commune_at
from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.placing import with_coordinates
from tests.apps.directory.conftest import NOW

pytestmark = pytest.mark.data

Publish = Callable[..., Initiative]

FILE = (
    "id;nom;latitude;longitude;ville\n"
    "1;La Grange;46.17;1.87;Guéret\n"
    "2;À l’envers;1.87;46.18;\n"
    "3;Encore;1.90;46.25;Ailleurs\n"
    "4;La Grange !;46.1701;1.8701;Guéret\n"
    "5;Sans ville;46.17;1.88;\n"
    "6;Nulle part;95;200;\n"
)


def square(west: float, south: float, size: float = 0.1) -> dict[str, object]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def communes(db: None) -> None:
    """Guéret and Ajain side by side with contours; Bourganeuf, of which only the centre is known."""
    for code, name, codes, latitude, longitude, contour in (
        ("23096", "Guéret", ["23000"], 46.17, 1.87, square(1.8, 46.1)),
        ("23002", "Ajain", ["23380", "23381"], 46.17, 1.95, square(1.9, 46.1)),
        ("23030", "Bourganeuf", ["23400"], 45.95, 1.75, None),
    ):
        Commune.objects.create(
            insee_code=code, name=name, sort_key=name.lower().replace("é", "e"), postal_codes=codes,
            department_code="23", latitude=latitude, longitude=longitude, contour=contour,
        )  # fmt: skip


def fiche_of(client: Client, member: Person) -> tuple[Initiative, str]:
    client.force_login(member)
    client.post(reverse("directory:initiative_create"), {"title": "Le jardin"})
    fiche = Initiative.objects.get()
    return fiche, reverse("directory:initiative_step", args=[fiche.pk, fiche.slug, "lieux"])


def rows(**said: str) -> dict[str, str]:
    named = {f"form-0-{name}": value for name, value in said.items()}
    return {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "seen": "1", **named}


@pytest.mark.parametrize(
    ("latitude", "longitude", "postal_code", "town"),
    [
        (46.15, 1.85, "", ("23096", "Guéret", "23000")),
        (46.15, 1.905, "", ("23002", "Ajain", "")),  # nearer to the centre of Guéret is no reason
        (46.15, 1.95, "23381", ("23002", "Ajain", "23381")),
        (46.15, 1.85, "87000", None),
        (45.96, 1.76, "", ("23030", "Bourganeuf", "23400")),
        (45.80, 1.76, "", None),  # seventeen kilometres from a centre say nothing
        (46.25, 1.85, "", None),
        (-17.5, 179.9, "", None),
    ],
)
def test_the_town_where_a_position_stands(
    communes: None, latitude: float, longitude: float, postal_code: str, town: tuple[str, str, str] | None
) -> None:
    one = commune_at(latitude, longitude, postal_code)
    assert one == CommuneFinder().at(latitude, longitude, postal_code)
    assert (one and (one.insee_code, one.name, one.postal_code)) == town


def test_without_communes_no_town_is_found(db: None) -> None:
    assert commune_at(46.15, 1.85) is None


@pytest.mark.usefixtures("communes")
def test_a_town_that_was_written_stays() -> None:
    said = PlaceContent(city="Le Moutier", latitude=46.15, longitude=1.85)
    coded = PlaceContent(postal_code="87000", latitude=46.15, longitude=1.85)
    assert with_coordinates([said, coded]) == (said, coded)


def test_a_place_without_a_town_gets_it_and_says_so(client: Client, member: Person, communes: None) -> None:
    fiche, step = fiche_of(client, member)
    page = client.post(step, rows(latitude="46.15", longitude="1.85"), follow=True).content.decode()
    assert "la commune a été trouvée d’après la position, 23000 Guéret" in page
    place = fiche.places.get()
    assert (place.city, place.postal_code, place.commune_id) == ("Guéret", "23000", "23096")
    assert 'value="Guéret"' in client.get(step).content.decode()
    client.post(step, rows(latitude="46.15", longitude="1.85", city="Le Moutier") | {"seen": "2"})
    assert fiche.places.get().city == "Le Moutier"


def test_an_organisation_without_a_town_gets_it_and_says_so(
    client: Client, facilitator: Person, communes: None
) -> None:
    client.force_login(facilitator)
    said = {"name": "Le Comptoir", "latitude": "46.15", "longitude": "1.85"}
    page = client.post(reverse("directory:organization_create"), said, follow=True).content.decode()
    body = Organization.objects.get()
    assert (body.city, body.postal_code, body.commune_id) == ("Guéret", "23000", "23096")
    assert "d’après la position, 23000 Guéret" in page
    edit = reverse("directory:organization_edit", args=[body.pk, body.slug])
    client.post(edit, {**said, "city": "Le Moutier", "seen": "1"})
    body.refresh_from_db()
    assert body.city == "Le Moutier"


@pytest.mark.parametrize("latitude", ["1.87", "1,87"])
def test_an_exchanged_position_is_swapped_in_one_click(client: Client, member: Person, latitude: str) -> None:
    fiche, step = fiche_of(client, member)
    said = rows(name="Le bourg", latitude=latitude, longitude="46.17")
    page = client.post(step, said).content.decode()
    assert "La latitude 1,87 et la longitude 46,17 semblent inversées" in page
    assert 'name="echanger" value="form-0"' in page
    assert not fiche.places.exists()
    page = client.post(step, {**said, "echanger": "form-0"}).content.decode()
    assert 'name="form-0-latitude" value="46.17"' in page and 'value="Le bourg"' in page
    assert 'name="echanger"' not in page and not fiche.places.exists(), "shown, not saved yet"


def test_a_position_that_is_really_there_is_kept(client: Client, member: Person) -> None:
    fiche, step = fiche_of(client, member)
    said = rows(name="À Mogadiscio", latitude="2.04", longitude="45.34")
    assert "form-0-as_typed" in client.post(step, said).content.decode()
    client.post(step, {**said, "form-0-as_typed": "on"})
    assert fiche.places.get().latitude == 2.04


def test_an_exchanged_position_out_of_range_is_swapped_too(client: Client, facilitator: Person) -> None:
    client.force_login(facilitator)
    add = reverse("directory:organization_create")
    said = {"name": "Le Comptoir", "latitude": "166.45", "longitude": "-22.27"}
    page = client.post(add, said).content.decode()
    assert 'name="echanger"' in page and "166.45" in page
    assert 'name="echanger"' in client.post(add, {**said, "as_typed": "on"}).content.decode()
    page = client.post(add, {**said, "echanger": "1"}).content.decode()
    assert 'name="latitude" value="-22.27"' in page and not Organization.objects.exists()
    client.post(add, {**said, "latitude": "-22.27", "longitude": "166.45"})
    body = Organization.objects.get()
    assert (body.latitude, body.longitude) == (-22.27, 166.45)


def test_an_organisation_is_swapped_while_it_is_edited(client: Client, facilitator: Person) -> None:
    client.force_login(facilitator)
    client.post(reverse("directory:organization_create"), {"name": "Le Comptoir"})
    body = Organization.objects.get()
    edit = reverse("directory:organization_edit", args=[body.pk, body.slug])
    said = {"name": "Le Comptoir neuf", "latitude": "1.87", "longitude": "46.17", "seen": "1"}
    page = client.post(edit, {**said, "echanger": "1"}).content.decode()
    assert 'name="latitude" value="46.17"' in page and 'value="Le Comptoir neuf"' in page
    body.refresh_from_db()
    assert body.name == "Le Comptoir" and body.version == 1


def checked(text: str = FILE) -> ImportRun:
    """An import whose file was checked, ready to be carried out."""
    run = actions.start_import(actor=None, stream=io.BytesIO(text.encode()), name="essai.csv", now=NOW)
    run.status = ImportStatus.ANALYSING
    run.save()
    return analysed(run)


def analysed(run: ImportRun) -> ImportRun:
    analyse_import(run_id=run.pk, now=NOW)
    run.refresh_from_db()
    assert run.status == ImportStatus.READY
    return run


@pytest.mark.usefixtures("communes")
def test_the_rows_of_a_file_are_swapped_and_decisions_stay() -> None:
    run = checked()
    assert (run.created, run.duplicates, run.errors) == (2, 1, 3)
    left_out = run.rows.filter(outcome=ImportOutcome.ERROR).order_by("ordinal")
    assert list(left_out.values_list("ordinal", "reason")) == [(2, "exchanged"), (3, "exchanged"), (6, "")]
    actions.decide_duplicate(run_id=run.pk, ordinal=4, decision="create")
    actions.exchange_positions(run_id=run.pk, exchanges=True, now=NOW)
    run = analysed(ImportRun.objects.get())
    assert (run.created, run.duplicates, run.errors) == (4, 1, 1)
    assert run.rows.get(ordinal=4).decision == "create"
    row = run.rows.get(ordinal=2)
    assert (row.latitude, row.longitude, row.city) == (46.18, 1.87, "Guéret")
    assert "étaient inversées" in row.warnings[0]["message"]
    assert run.rows.get(ordinal=3).city == "", "it names a town, known or not"
    actions.exchange_positions(run_id=run.pk, exchanges=False, now=NOW)
    assert analysed(ImportRun.objects.get()).errors == 3


@pytest.mark.usefixtures("communes")
def test_swapped_rows_and_found_towns_are_written_and_stay() -> None:
    run = checked()
    actions.exchange_positions(run_id=run.pk, exchanges=True, now=NOW)
    run = analysed(ImportRun.objects.get())
    actions.apply_import(actor=None, run_id=run.pk, now=NOW)
    apply_import_rows(run_id=run.pk, now=NOW)
    towns = {
        fiche.title: (place.latitude, place.city, place.commune_id)
        for fiche in Initiative.objects.order_by("pk")
        for place in fiche.places.all()
    }
    assert towns == {
        "La Grange": (46.17, "Guéret", "23096"),
        "À l’envers": (46.18, "Guéret", "23096"),
        "Encore": (46.25, "Ailleurs", None),
        "Sans ville": (46.17, "Guéret", "23096"),
    }


def test_an_update_without_a_town_keeps_the_one_that_was_typed(communes: None, publish: Publish) -> None:
    head = "id;nom;latitude;longitude;description\n"

    def load(text: str) -> None:
        report = actions.import_file(
            actor=None, stream=io.BytesIO((head + text).encode()), name="essai.csv", now=NOW, source="essai"
        )
        assert not report.errors

    load("1;La Grange;46.15;1.85;Un lieu\n")
    fiche = Initiative.objects.get()
    assert fiche.places.get().city == "Guéret"
    fiche.places.update(city="Le Moutier", commune=None)
    load("1;La Grange;46.15;1.86;Un lieu plus grand\n")
    place = fiche.places.get()
    assert (place.city, place.longitude) == ("Le Moutier", 1.86)
    fiche.places.update(city="", postal_code="")
    load("1;La Grange;46.15;1.95;Un lieu déplacé\n")
    assert fiche.places.get().city == "Ajain"


@pytest.mark.usefixtures("communes")
def test_the_preview_names_the_rows_and_swaps_them(
    client: Client, facilitator: Person, settings: Settings
) -> None:
    settings.JOBS_AT_ONCE = True
    client.force_login(facilitator)
    run = checked()
    preview = reverse("directory:import_preview", args=[run.pk])
    swap = reverse("directory:import_exchange", args=[run.pk])
    page = client.get(preview).content.decode()
    assert "Ligne 3\u00a0: À l’envers" in page and "Ligne 4\u00a0: Encore" in page and "Ligne 7" not in page
    assert "Guéret, d’après la position" in page
    assert client.get(swap).status_code == 405
    client.post(swap, {"echanger": "1"})
    page = client.get(preview).content.decode()
    assert "Ligne 3" not in page and "À l’envers" in page
    assert 'name="echanger" value="0"' in page
    client.post(swap, {"echanger": "0"})
    assert "Ligne 3\u00a0: À l’envers" in client.get(preview).content.decode()
    ImportRun.objects.update(status=ImportStatus.APPLIED)
    client.post(swap, {"echanger": "1"})
    assert not ImportRun.objects.get().exchanges
    with pytest.raises(ImportStepError):
        actions.exchange_positions(run_id=run.pk, exchanges=True, now=NOW)


def test_any_form_of_file_is_swapped(db: None) -> None:
    file = SimpleUploadedFile(
        "points.geojson",
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Un"},'
        b' "geometry": {"type": "Point", "coordinates": [46.17, 1.87]}}]}',
    )
    run = actions.start_import(actor=None, stream=file.file, name=file.name, now=NOW)
    run.status, run.exchanges = ImportStatus.ANALYSING, True
    run.save()
    analysed(run)
    assert run.rows.get().latitude == 46.17
