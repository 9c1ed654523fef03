"""Imports as actions: duplicates, updates, undo, and what a power cut leaves."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.apps.directory.actions import import_apply
from maillage.apps.directory.actions import imports as actions
from maillage.apps.directory.actions.import_analysis import ImportStepError
from maillage.apps.directory.actions.import_writing import version_data
from maillage.apps.directory.actions.initiatives import update_initiative
from maillage.apps.directory.choices import InvolvementKind
from maillage.apps.directory.models import (
    Commune,
    ImportRow,
    ImportRun,
    Initiative,
    InitiativeVersion,
    Involvement,
    Organization,
    Theme,
)  # fmt: skip
from maillage.apps.directory.queries.contents import InitiativeContent, content_of
from maillage.apps.directory.queries.search import initiative_documents
from maillage.apps.directory.readers.reading import read_rows
from maillage.apps.directory.readers.rows import ImportedRow, RowError, UnreadableFileError
from maillage.kernel.search.index import write_documents
from maillage.kernel.search.models import SearchEntry

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HEADER = "id;nom;description;categorie;latitude;longitude;site;siret;ville;code postal\n"


def load(text, **choices):
    choices.setdefault("source", "essai")
    return actions.import_file(
        actor=None, stream=io.BytesIO(text.encode()), name="essai.csv", now=NOW, **choices
    )


def line(
    id="",
    nom="La Grange",
    description="Un lieu",
    categorie="",
    latitude="46.17",
    longitude="1.87",
    site="",
    siret="",
    ville="",
    cp="",
):
    return ";".join((id, nom, description, categorie, latitude, longitude, site, siret, ville, cp)) + "\n"


@pytest.mark.django_db
def test_a_row_says_the_same_as_the_form_would():
    load(HEADER + line("1", categorie="Jardins partagés"))
    fiche = Initiative.objects.get()
    version = InitiativeVersion.objects.get()
    assert InitiativeContent.from_json(version.data) == content_of(fiche)
    assert version.data == content_of(fiche).to_json() == version_data(content_of(fiche))
    assert (fiche.slug, fiche.sort_key, fiche.places.get().cell is not None) == ("la-grange", "grange", True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"nom": "La Grange"}, {"nom": "la grange !", "latitude": "46.1702"}, "name"),
        ({"nom": "Ressourcerie du Pays"}, {"nom": "Ressourcerie du pays", "latitude": "46.19"}, "name"),
        ({"nom": "Le Potager", "site": "http://www.potager.example/"}, {"nom": "Potager", "site": "https://potager.example"}, "website"),
        ({"nom": "Le Potager", "latitude": "", "longitude": "", "ville": "Tulle"}, {"nom": "le potager", "ville": "Tulle"}, "name"),
        ({"nom": "Utopia 35"}, {"nom": "Utopia 37"}, ""),
        ({"nom": "Le Potager"}, {"nom": "Le Potager", "latitude": "48.0"}, ""),
        ({"nom": "Biocoop de Tulle", "site": "https://biocoop.example"}, {"nom": "Biocoop de Brive", "site": "https://biocoop.example", "latitude": "45.1"}, ""),
    ],
)  # fmt: skip
def test_what_counts_as_the_same(first, second, reason):
    """The worked examples of docs/explanation/doublons.md, within one file and from one file to the next."""
    rows = [line(str(number), **row) for number, row in enumerate((first, second), start=1)]
    foreseen = load(HEADER + "".join(rows), dry_run=True)
    load(HEADER + rows[0])
    again = load(HEADER + rows[1], source="ailleurs")
    assert foreseen.duplicates == again.duplicates == (1 if reason else 0)
    if reason:
        assert ImportRow.objects.get(outcome="duplicate").reason == reason


@pytest.mark.django_db
def test_a_siret_leads_to_the_fiche_of_its_organisation():
    body = Organization.objects.create(
        name="Le Fournil", slug="f", sort_key="f", siret="73282932000074", created_at=NOW, updated_at=NOW
    )
    load(HEADER + line("1", nom="Le Fournil coopératif", siret="73282932000074"))
    assert Initiative.objects.get().carriers.get().organization == body
    report = load(
        HEADER + line("2", nom="Fournil coopératif", siret="73282932000074", latitude="48"), source="ailleurs"
    )
    assert report.duplicates == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "fiches", "text"), [("skip", 1, "Un lieu"), ("update", 1, "Mieux dit"), ("create", 2, "Un lieu")]
)
def test_duplicates_follow_the_rule(rule, fiches, text):
    load(HEADER + line("1"))
    report = load(HEADER + line("9", description="Mieux dit"), source="ailleurs", duplicate_rule=rule)
    assert Initiative.objects.count() == fiches
    assert Initiative.objects.order_by("pk").first().summary == text
    assert (report.created, report.updated, report.duplicates) == {
        "skip": (0, 0, 1),
        "update": (0, 1, 0),
        "create": (1, 0, 0),
    }[rule]


@pytest.mark.django_db
def test_duplicates_within_a_file_can_all_be_merged_or_created():
    rows = (
        line("1")
        + line("2", description="Deux")
        + line("3", description="Trois")
        + line("1", description="Encore un")
    )
    assert load(HEADER + rows, duplicate_rule="update").updated == 3
    fiche = Initiative.objects.get()
    assert (fiche.version, fiche.summary) == (4, "Encore un")
    actions.undo_import(actor=None, run_id=ImportRun.objects.get().pk, now=NOW)
    assert not Initiative.objects.exists()
    assert load(HEADER + rows, duplicate_rule="create").created == 4


@pytest.mark.django_db
def test_a_changed_row_updates_and_an_undo_returns_to_before():
    load(HEADER + line("1", site="https://a.example"))
    report = load(HEADER + line("1", nom="La Grange neuve", description="Plus grand"))
    assert (report.updated, report.created) == (1, 0)
    fiche = Initiative.objects.get()
    assert (fiche.title, fiche.version, fiche.website) == ("La Grange neuve", 2, "https://a.example")
    actions.undo_import(actor=None, run_id=ImportRun.objects.order_by("-pk").first().pk, now=NOW)
    fiche.refresh_from_db()
    assert (fiche.title, fiche.version) == ("La Grange", 3)
    assert load(HEADER + line("1", nom="La Grange neuve", description="Plus grand")).unchanged == 0


@pytest.mark.django_db
def test_what_people_changed_since_is_neither_overwritten_nor_undone():
    load(
        HEADER
        + line("1")
        + line("2", nom="Le Four", latitude="47")
        + line("3", nom="Le Puits", latitude="48")
    )
    first = ImportRun.objects.get()
    fiche = Initiative.objects.get(title="La Grange")
    update_initiative(
        actor=None,
        initiative_id=fiche.pk,
        content=InitiativeContent(title="La Grange à nous"),
        version_seen=1,
        now=NOW,
    )
    Involvement.objects.create(
        initiative=Initiative.objects.get(title="Le Four"),
        kind=InvolvementKind.TAKE_PART,
        name="A",
        email="a@b.example",
        message="x",
        created_at=NOW,
    )
    report = load(HEADER + line("1", description="Autre chose"))
    assert (report.updated, report.duplicates) == (0, 1)
    assert ImportRow.objects.get(outcome="duplicate").reason == "edited"
    actions.undo_import(actor=None, run_id=first.pk, now=NOW)
    first.refresh_from_db()
    assert (first.undone, first.kept) == (1, 2)
    assert set(Initiative.objects.values_list("title", flat=True)) == {"La Grange à nous", "Le Four"}


@pytest.mark.django_db
def test_an_undo_takes_back_the_themes_it_made():
    load(HEADER + line("1", categorie="Zorglubologie"))
    made = Theme.objects.get(name="Zorglubologie")
    assert Initiative.objects.get().main_theme == made
    actions.undo_import(actor=None, run_id=ImportRun.objects.get().pk, now=NOW)
    assert not Theme.objects.filter(name="Zorglubologie").exists()


@pytest.mark.django_db
def test_a_row_without_position_goes_to_the_centre_of_its_commune():
    Commune.objects.create(
        insee_code="23096",
        name="Guéret",
        sort_key="gueret",
        postal_codes=["23000"],
        department_code="23",
        latitude=46.17,
        longitude=1.87,
    )
    load(HEADER + line("1", latitude="", longitude="", ville="GUERET", cp="23000"))
    place = Initiative.objects.get().places.get()
    assert (place.commune_id, place.latitude) == ("23096", 46.17)


@pytest.mark.django_db
def test_a_mapping_to_nothing_known_is_refused():
    with pytest.raises(ImportStepError, match="zz"):
        load(HEADER + line(), mapping={"zz": "title"})
    with pytest.raises(ImportStepError, match="yy"):
        load(HEADER + line(), mapping={"nom": "yy"})


@pytest.mark.django_db
def test_a_file_that_breaks_off_writes_nothing():
    text = '{"features": [{"type": "Feature", "properties": {"name": "A"}, "geometry": null}, {"type": '
    with pytest.raises(UnreadableFileError):
        load(text)
    assert not Initiative.objects.exists() and not ImportRun.objects.exists()


@pytest.mark.django_db
def test_a_batch_that_fails_leaves_nothing_of_itself_and_is_taken_up_again(monkeypatch):
    monkeypatch.setattr(import_apply, "BATCH_ROWS", 10)
    rows = "".join(line(str(n), nom=f"Lieu {n}", latitude=f"{44 + n / 10}") for n in range(1, 31))
    calls = []

    def fail_on_second(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise ConnectionError
        return import_apply_publish(*args, **kwargs)

    import_apply_publish = import_apply.publish
    monkeypatch.setattr(import_apply, "publish", fail_on_second)
    with pytest.raises(ConnectionError):
        load(HEADER + rows)
    run = ImportRun.objects.get()
    assert (run.position, Initiative.objects.count()) == (10, 10)
    import_apply.apply_import_rows(run_id=run.pk, now=NOW)
    run.refresh_from_db()
    assert (run.status, run.created, Initiative.objects.count()) == ("applied", 30, 30)


@pytest.mark.django_db
def test_two_previews_of_one_file_then_both_applied_write_each_fiche_once():
    """What the other import brought since the check is there already; what it brought otherwise is brought up to date."""
    rows = line("1", nom="Le four") + line("2", nom="La grange", latitude="45.2")

    def checked(text):
        run = actions.start_import(
            actor=None, stream=io.BytesIO((HEADER + text).encode()), name="essai.csv", now=NOW, source="essai"
        )
        return actions.confirm_mapping(
            run_id=run.pk, mapping=run.mapping, duplicate_rule="skip", publishes=True, contacts_public=False, source="essai", now=NOW
        )  # fmt: skip

    first, second = checked(rows), checked(rows)
    third = checked(
        line("1", nom="Le four", description="Un four à pain") + line("2", nom="La grange", latitude="45.2")
    )
    for run in (first, second, third):
        actions.apply_import(actor=None, run_id=run.pk, now=NOW)
        run.refresh_from_db()
    told = [(run.status, run.created, run.updated, run.unchanged) for run in (first, second, third)]
    assert told == [("applied", 2, 0, 0), ("applied", 0, 0, 2), ("applied", 0, 1, 1)]
    assert sorted(InitiativeVersion.objects.values_list("initiative__title", "number")) == [
        ("La grange", 1),
        ("Le four", 1),
        ("Le four", 2),
    ]
    actions.undo_import(actor=None, run_id=second.pk, now=NOW)
    assert Initiative.objects.count() == 2


@pytest.mark.django_db
def test_a_contact_of_a_file_is_named_only_where_contacts_are_shown(client):
    """Nor does a second file lay open what was hidden, or a new name under the consent given for another."""
    header = "identifiant;nom;latitude;longitude;personne contact;courriel\n"

    def bring(name, email, *, shown):
        rows = f"1;Le four;45.1;1.8;{name};{email}\n"
        run = actions.start_import(
            actor=None, stream=io.BytesIO((header + rows).encode()), name="essai.csv", now=NOW, source="essai"
        )
        actions.confirm_mapping(
            run_id=run.pk, mapping=run.mapping, duplicate_rule="update", publishes=True, contacts_public=shown, source="essai", now=NOW
        )  # fmt: skip
        actions.apply_import(actor=None, run_id=run.pk, now=NOW)
        fiche = Initiative.objects.get()
        assert (fiche.contact_name, fiche.contact_email) == (name, email)
        page = f"/initiatives/{fiche.pk}-{fiche.slug}/"
        told = [
            client.get(address).getvalue().decode()
            for address in (
                page,
                f"{page}fiche.jsonld",
                f"/api/initiatives/{fiche.pk}",
                "/initiatives/export/csv/",
            )
        ]
        assert all("Le four" in text for text in told)
        assert [(name in text, email in text) for text in told] == [(shown, shown)] * len(told)

    bring("Maya Zorn", "maya@four.example", shown=False)
    bring("Omar Zorn", "omar@four.example", shown=True)
    bring("Lise Zorn", "lise@four.example", shown=False)


KILLED = """
import os, sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from pathlib import Path
from django.utils import timezone
from maillage.apps.directory.actions import import_apply, imports
from maillage.apps.directory.models import ImportRun, Initiative
import_apply.BATCH_ROWS = 50
if sys.argv[1] == "die":
    write, batches = import_apply.write_batch, []
    def die(**arguments):
        written = write(**arguments)
        batches.append(1)
        if len(batches) == 3:
            os._exit(9)
        return written
    import_apply.write_batch = die
    imports.import_file(actor=None, stream=Path(sys.argv[2]).open("rb"), name="lieux.csv", now=timezone.now())
run = ImportRun.objects.get()
print(run.status, run.position, Initiative.objects.count())
import_apply.apply_import_rows(run_id=run.pk, now=timezone.now())
run.refresh_from_db()
print(run.status, run.created, Initiative.objects.count(), len(set(Initiative.objects.values_list("external_id", flat=True))))
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_power_cut_in_the_middle_leaves_whole_batches_and_the_import_goes_on(tmp_path):
    """A real process is ended by the system in the middle of its third batch, on a database of its own."""
    rows = "".join(line(str(n), nom=f"Lieu {n}", latitude=f"{42 + n / 50}") for n in range(1, 201))
    file = tmp_path / "lieux.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "maillage.project.settings",
        "MAILLAGE_DATA": str(tmp_path),
    }
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[3] / "src")
    with own_database(environment):

        def run(step):
            return subprocess.run(
                [sys.executable, "-c", KILLED, step, str(file)],
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
            )

        assert run("die").returncode == 9
        after = run("go on")
    assert after.stdout.splitlines() == ["applying 100 100", "applied 200 200 200"], after.stderr[-2000:]


class own_database:
    """A database for one other process: the file of its folder, or one more on the PostgreSQL server of the tests."""

    def __init__(self, environment):
        self.environment = environment
        self.name = f"maillage_killed_{os.getpid()}"

    def __enter__(self):
        if connection.vendor == "postgresql":
            self._do("CREATE")
            base = self.environment["MAILLAGE_DATABASE_URL"].rsplit("/", 1)[0]
            self.environment["MAILLAGE_DATABASE_URL"] = f"{base}/{self.name}"

    def __exit__(self, *_fault):
        if connection.vendor == "postgresql":
            self._do("DROP")

    def _do(self, verb):
        with connection.cursor() as cursor:
            cursor.execute(f'{verb} DATABASE "{self.name}"')


KEYS = st.sampled_from(
    [
        "name",
        "title",
        "lat",
        "lon",
        "latitude",
        "longitude",
        "geometry",
        "categories",
        "address",
        "id",
        "@id",
        "taxonomy",
        "label",
        "url",
        "tags",
        "mapping",
        "location",
        "geo",
        "x",
        "y",
        "properties",
        "openHours",
        "date debut",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=6), inner, max_size=6)
    ),
    max_leaves=25,
)


def read_all(data, format="auto"):
    try:
        return list(read_rows(io.BytesIO(data), format=format)[1])
    except UnreadableFileError as error:
        assert str(error.sentence)
        return []


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    tree=TREES,
    wrapper=st.sampled_from(
        [
            "{}",
            '{{"data": {}}}',
            '{{"type": "FeatureCollection", "features": [{}]}}',
            '{{"elements": [{}]}}',
            "[{}]",
            '{{"@graph": [{}]}}',
        ]
    ),
)
def test_no_json_whatever_makes_a_reader_fall(tree, wrapper):
    import json

    rows = read_all(wrapper.format(json.dumps(tree)).encode("utf-8", "surrogatepass"))
    assert all(isinstance(row, (ImportedRow, RowError)) for row in rows)
    assert all(len(row.content_hash()) == 64 for row in rows if isinstance(row, ImportedRow))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.binary(max_size=300),
    format=st.sampled_from(
        ["auto", "csv", "xlsx", "kml", "json", "geojson", "osm", "gogocarto", "murmurations"]
    ),
    head=st.sampled_from(
        [
            b"",
            b"nom;lat;lon\n",
            b"<kml><Placemark><name>",
            b'{"features": [',
            b"PK\x03\x04",
            b"[{",
            b"\xff\xfe",
        ]
    ),
)
def test_no_bytes_whatever_make_a_reader_fall(data, format, head):
    rows = read_all(head + data, format)
    assert all(isinstance(row, (ImportedRow, RowError)) for row in rows)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.lists(st.text(max_size=40), min_size=1, max_size=8), min_size=1, max_size=6))
def test_no_table_whatever_makes_a_reader_fall(cells):
    import csv

    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["nom", "latitude", "longitude", "point", "siret", "date debut", "site", "horaires"])
    writer.writerows(cells)
    rows = read_all(text.getvalue().encode("utf-8", "surrogatepass"))
    for row in rows:
        if isinstance(row, ImportedRow) and row.latitude is not None:
            assert -90 <= row.latitude <= 90 and -180 <= row.longitude <= 180


@pytest.mark.django_db
def test_the_index_of_an_import_is_the_one_that_the_fiches_would_give_when_read():
    """Documents are made from what was written, without reading it back: a rebuild finds nothing to change."""
    Organization.objects.create(
        name="La Coop",
        slug="la-coop",
        siret="73282932000074",
        status="published",
        created_at=NOW,
        updated_at=NOW,
    )
    rows = line(
        "1",
        nom="Le Café",
        categorie="Vélo | Énergie",
        description='"**Gras**\n\net une liste :\n- un"',
        ville="Guéret",
        cp="23000",
    )
    rows += line("2", nom="Sans lieu", latitude="", longitude="", ville="Tulle")
    rows += line("3", nom="Porté par une structure", latitude="45.1", siret="73282932000074")
    rows += line("4", nom="Zéro", latitude="0", longitude="0.5", description="")
    load(HEADER + rows)
    ids = sorted(Initiative.objects.values_list("pk", flat=True))
    assert SearchEntry.objects.filter(kind="initiative").count() == len(ids) == 4
    before = list(SearchEntry.objects.order_by("pk").values())
    assert write_documents(initiative_documents(ids)) == 0
    assert list(SearchEntry.objects.order_by("pk").values()) == before
