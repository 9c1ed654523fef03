"""Hostile words in every field of every form: nothing breaks, nothing runs, nothing is lost without a sentence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from defusedxml import ElementTree
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from maillage.apps.accounts.models import Person
from maillage.kernel.search.index import rebuild
from maillage.kernel.site.models import SiteSettings
from tests.project.addresses import address_of, named
from tests.project.pages import Form, PageReader
from tests.project.test_rights import site as site

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7|add:7 }}</textarea></title>"
LINK = "javascript:alert(1)//https://exemple.org"
FORMULA = '=HYPERLINK("http://pirate.example";"Clic")'
BROKEN = "a\x00b\x1b[31m\ufffe\u202e"
LONG = "é" * 120_000
ENTERING = ("accounts:sign_out", "directory:act_for", "accounts:erasure")
"""What closes the visit or the account: the walk would end there."""


def pages(site: dict[str, Any], role: str) -> Iterator[tuple[Client, str, str]]:
    """(browser, address, page) of each named address that shows a page to the role."""
    browser = site["browsers"][role]
    for name, arguments in sorted(named()):
        if name.startswith(ENTERING) or name.endswith(("_drawing", "glimpse")):
            continue
        address = address_of(name, arguments, site)
        answer = browser.get(address)
        if answer.streaming:
            b"".join(answer)  # a file is closed once it was read
        elif answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            yield browser, address, answer.content.decode()


def forms(site: dict[str, Any], role: str) -> Iterator[tuple[Client, str, Form]]:
    """The forms in which one writes, each once."""
    seen = set()
    for browser, address, page in pages(site, role):
        for form in PageReader(page).forms:
            key = (form.method, urljoin(address, form.action), frozenset(form.written))
            if form.written and key not in seen:
                seen.add(key)
                yield browser, urljoin(address, form.action), form


def sent(browser: Client, address: str, form: Form, words: str) -> Any:
    values = form.filled(words)
    return browser.post(address, values) if form.method == "post" else browser.get(address, values)


@pytest.mark.parametrize("role", ["visitor", "manager", "administrator"])
def test_any_words_in_any_form_are_answered_with_a_page(site: dict[str, Any], role: str) -> None:
    faults, count = [], 0
    for browser, address, form in forms(site, role):
        count += 1
        for words in (SCRIPT, LINK, FORMULA, BROKEN, LONG):
            before = transaction.savepoint()
            answer = sent(browser, address, form, words)
            if answer.status_code >= 500:
                faults.append((address, sorted(form.written), answer.status_code))
            if answer.get("Content-Type", "").startswith("text/html"):
                faults += [(address, live) for live in PageReader(answer.content.decode()).live]
            transaction.savepoint_rollback(before)
    assert count >= {"visitor": 3, "manager": 15, "administrator": 25}[role]
    assert faults == []


@pytest.fixture
def poisoned(site: dict[str, Any]) -> dict[str, Any]:
    """The site with hostile words in every column of text of the things that its addresses name."""
    for thing, words in (
        (site["initiative"], SCRIPT),
        (site["organization"], SCRIPT),
        (site["theme"], SCRIPT),
        (site["territory"], SCRIPT),
    ):
        _poison(thing, words)
    Person.objects.filter(pk=site["person"].pk).update(name=SCRIPT[:80])
    SiteSettings.objects.update(name=SCRIPT[:60], tagline=SCRIPT[:100], territory_name=SCRIPT[:60])
    rebuild()
    return site


def _poison(thing: Any, words: str) -> None:
    """Write `words` where people write: not in choices, keys, colours or addresses' parts."""
    for column in thing._meta.local_concrete_fields:
        plain = isinstance(column, (models.CharField, models.TextField)) and not isinstance(
            column, (models.SlugField, models.FileField)
        )
        if plain and not column.choices and not column.unique and column.name not in UNTOUCHED:
            said = LINK if isinstance(column, models.URLField) or column.name == "website" else words
            setattr(thing, column.attname, said[: column.max_length])
    thing.save()


UNTOUCHED = {
    "color",
    "icon",
    "licence",
    "sort_key",
    "insee_code",
    "source",
    "external_id",
    "source_hash",
    "siret",
    "siren",
    "rna",
}


@pytest.mark.one_database
@pytest.mark.parametrize("role", ["visitor", "manager", "administrator"])
def test_hostile_words_that_were_kept_never_run(poisoned: dict[str, Any], role: str) -> None:
    faults = [
        (address, live) for _browser, address, page in pages(poisoned, role) for live in PageReader(page).live
    ]
    assert faults == []


def test_hostile_words_leave_every_file_well_formed_and_harmless(poisoned: dict[str, Any]) -> None:
    fiche = {"pk": poisoned["initiative"].pk, "slug": poisoned["initiative"].slug}
    files = [
        *((form, reverse("directory:initiative_export", args=[form])) for form in FORMS),
        *((form, reverse("directory:organization_export", args=[form])) for form in ("csv", "xlsx")),
        ("kml", reverse("directory:initiative_feed")),
        ("kml", f"{reverse('portal:search_feed')}?q=alert"),
        ("jsonld", reverse("directory:initiative_jsonld", kwargs=fiche)),
        ("geojson", reverse("directory:initiative_geojson", kwargs=fiche)),
        ("pdf", reverse("directory:initiative_pdf", kwargs=fiche)),
    ]
    for words in (SCRIPT, FORMULA):
        for kind in ("initiative", "organization"):
            _poison(poisoned[kind], words)
        for form, address in files:
            answer = poisoned["browsers"]["visitor"].get(address)
            body = b"".join(answer) if answer.streaming else answer.content
            assert answer.status_code == 200, address
            assert answer["X-Content-Type-Options"] == "nosniff"
            _check(form, body)


FORMS = ("csv", "xlsx", "geojson", "kml", "jsonld", "gogocarto")


def _check(form: str, body: bytes) -> None:
    """The file can be read by what reads such files, and no cell of it is a formula."""
    if form == "csv":
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
        assert len(rows) > 1
        assert [cell for row in rows for cell in row if cell[:1] in "=+@\t\r" and cell] == []
    elif form == "xlsx":
        cells = [cell for row in load_workbook(io.BytesIO(body)).active for cell in row]
        assert len(cells) > 1
        assert [cell.value for cell in cells if cell.data_type == "f"] == []
    elif form == "kml":
        ElementTree.fromstring(body)
    elif form == "pdf":
        assert body.startswith(b"%PDF")
    else:
        json.loads(body)
