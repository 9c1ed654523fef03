"""What every answer carries, what a browser may keep, and what any question in an address is answered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as some

from tests.project.house import python
from tests.project.test_rights import site as site

FILTERS = (
    "q", "theme", "famille", "etape", "commune", "territoire", "lat", "lon", "rayon", "mains", "fraicheur", "structure", "bbox", "tri",
    "page", "vue", "type", "pres", "groupe", "fiche", "url", "format",
)  # fmt: skip
ASKED = (
    "/", "/initiatives/", "/structures/", "/carte/", "/carte/tuiles/6/32/22", "/carte/ici/", "/recherche/", "/recherche/suggestions/",
    "/recherche/flux.atom", "/initiatives/flux.atom", "/initiatives/export/csv/", "/initiatives/export/geojson/", "/oembed/",
    "/territoires/", "/api/initiatives", "/api/search",
)  # fmt: skip


def answers(site: dict[str, Any]) -> dict[str, Any]:
    """One answer of each kind, to a visitor."""
    fiche = site["initiative"]
    visitor = site["browsers"]["visitor"]
    named = {
        "page": "/",
        "sign-in": "/compte/connexion/",
        "fragment": "/initiatives/",
        "tile": "/carte/tuiles/6/32/22",
        "feed": "/initiatives/flux.atom",
        "interface": "/api/initiatives",
        "table": "/initiatives/export/csv/",
        "drawing": reverse("directory:glimpse"),
        "print": reverse("directory:initiative_pdf", args=[fiche.pk, fiche.slug]),
        "absent": "/rien/ici/",
        "refused method": "/deconnexion/",
        "robots": "/robots.txt",
        "health": "/sante",
    }
    return {
        kind: visitor.get(address, headers={"HX-Request": "true"} if kind == "fragment" else {})
        for kind, address in named.items()
    }


@pytest.mark.django_db
def test_every_answer_says_what_browsers_may_do_with_it(site: dict[str, Any]) -> None:
    for kind, answer in answers(site).items():
        assert answer.status_code < 500, kind
        assert answer["X-Content-Type-Options"] == "nosniff", kind
        assert answer["Referrer-Policy"] == "same-origin", kind
        assert answer["X-Frame-Options"] == "DENY", kind
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, kind
        assert "unsafe" not in policy and "script-src 'self'" in policy, kind
        assert "camera=()" in answer["Permissions-Policy"], kind


@pytest.mark.django_db
def test_only_a_fiche_made_for_it_is_shown_in_the_frame_of_another_site(site: dict[str, Any]) -> None:
    fiche = site["initiative"]
    answer = site["browsers"]["visitor"].get(
        reverse("directory:initiative_embed", args=[fiche.pk, fiche.slug])
    )
    assert answer.status_code == 200
    assert "X-Frame-Options" not in answer
    assert "frame-ancestors *;" in f"{answer['Content-Security-Policy']};"
    assert "<form" not in answer.content.decode()


@pytest.mark.django_db
def test_a_visitor_who_only_reads_is_given_no_cookie(site: dict[str, Any]) -> None:
    visitor = Client()
    for address in ("/", "/initiatives/", "/carte/", "/recherche/?q=four"):
        visitor.get(address)
    assert visitor.cookies.keys() <= set()


COOKIES = """
import json
from django.core.management import call_command
from django.test import Client
browser = Client(HTTP_HOST="maillage.exemple.org", HTTP_X_FORWARDED_PROTO="https")
browser.get("/compte/connexion/")
browser.post("/compte/connexion/code/", {"email": "ana@exemple.org"})
print("COOKIES", json.dumps({name: [bool(c["secure"]), bool(c["httponly"]), c["samesite"]] for name, c in browser.cookies.items()}))
"""


def test_cookies_go_over_tls_alone_and_are_closed_to_scripts(made_site: Path, tmp_path: Path) -> None:
    data = shutil.copytree(made_site, tmp_path / "site")
    said = python(data, COOKIES, MAILLAGE_PUBLIC_URL="https://maillage.exemple.org")
    cookies = json.loads(said.partition("COOKIES ")[2])
    assert cookies.keys() == {"csrftoken", "sessionid"}
    assert {tuple(flags) for flags in cookies.values()} == {(True, True, "Lax")}


values = some.one_of(
    some.text(max_size=40),
    some.sampled_from(
        [
            "-1",
            "0",
            "1e999",
            "nan",
            "99999999999999999999",
            "46.1,1.8,9",
            "-200,-100,200,100",
            "%00",
            "é" * 500,
            "' OR 1=1 --",
        ]
    ),
    some.floats().map(str),
    some.integers().map(str),
)
questions = some.lists(some.tuples(some.sampled_from(FILTERS), values), max_size=6)


@pytest.mark.django_db
@examples(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=some.sampled_from(ASKED), question=questions, fragment=some.booleans())
def test_whatever_an_address_asks_is_answered(
    db: None, address: str, question: list[tuple[str, str]], fragment: bool
) -> None:
    """Never a fault of ours: the page, or a sentence. 501 is what oEmbed says to a format that it does not have."""
    browser = Client(raise_request_exception=False)
    answer = browser.get(address, question, headers={"HX-Request": "true"} if fragment else {})
    assert answer.status_code < 500 or (address, answer.status_code) == ("/oembed/", 501)


@pytest.mark.django_db
def test_twenty_megabytes_in_a_field_are_refused_with_a_sentence(site: dict[str, Any]) -> None:
    manager = site["browsers"]["manager"]
    fiche, body = site["initiative"], site["organization"]
    for address, name in (
        (reverse("directory:initiative_step", args=[fiche.pk, fiche.slug, "recit"]), "summary"),
        (reverse("directory:organization_edit", args=[body.pk, body.slug]), "description"),
        (reverse("directory:involve", args=[fiche.pk, fiche.slug, "participer"]), "message"),
    ):
        answer = manager.post(address, {name: "x" * 20_000_000})
        assert answer.status_code in (400, 413), address
        assert "trop lourd" in answer.content.decode()
    fiche.refresh_from_db()
    assert fiche.version == 1
