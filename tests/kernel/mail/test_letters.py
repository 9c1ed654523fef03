"""Every e-mail of the house: two parts that say the same, one button, no picture, and why one receives it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail

from maillage.kernel.mail.send import send_message
from maillage.kernel.mail.trial import send_trial
from tests.consistency.sources import PACKAGE

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOSTILE = """</td><script>alert(1)</script><img src="https://mouchard.example/x.gif"> L'« été » & "co" <b>gras</b>"""
LETTERS = sorted(
    f"{file.parent.parent.name}/mail/{file.stem}".replace("templates/", "")
    for file in PACKAGE.rglob("templates/**/mail/*.txt")
)


@dataclass
class Seen(HTMLParser):
    """What an HTML part shows: its words, its links, its tags."""

    words: str = ""
    links: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    buttons: int = 0
    hidden: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        said = dict(attrs)
        self.hidden = tag if tag in ("style", "title") else self.hidden
        self.buttons += said.get("class") == "m-letter-button"
        if tag == "a":
            self.links.append(said["href"] or "")
        if tag == "br":
            self.words += " "

    def handle_endtag(self, tag: str) -> None:
        self.hidden = "" if tag == self.hidden else self.hidden

    def handle_data(self, data: str) -> None:
        self.words += "" if self.hidden else f"{data} "


def seen(html: str) -> Seen:
    page = Seen()
    page.feed(html)
    return page


def context_of(**changes: Any) -> dict[str, Any]:
    """All that the letters of the house may say, so that each finds what is its own."""
    body = SimpleNamespace(name="L’Atelier & Cie")
    lines = [
        SimpleNamespace(title="Une fiche est proposée", url="/initiatives/"),
        SimpleNamespace(title="Bonjour", url=""),
    ]
    return {
        "person": "Ana",
        "organization": body,
        "initiative": SimpleNamespace(title="Le four"),
        "involvement": SimpleNamespace(
            name="Bob", email="bob@exemple.fr", message="Bonjour,\nje viens samedi."
        ),
        "listing": SimpleNamespace(title="Un local"),
        "reply": SimpleNamespace(
            who="Bob (Le Four)", person=SimpleNamespace(email="bob@exemple.fr"), message="Le nôtre est libre."
        ),
        "inviter": "Claire",
        "circle": SimpleNamespace(name="Le cercle"),
        "facilitator": "Claire",
        "told": "Une offre est ajoutée à votre nom.",
        "count": 3,
        "until": NOW,
        "message": "Viens donc.\n\nOn t’attend.",
        "kind": "Je veux participer",
        "path": "/mon-espace/",
        "url": "http://localhost:8000/invitation/abc/?a=1&b=2",
        "days": 30,
        "code": "ABC123",
        "notice": "Votre mot de passe a changé.",
        "at": NOW,
        "due_at": NOW,
        "expires_at": NOW,
        "signup_url": "",
        "registration_open": True,
        "lines": lines,
        "only": None,
        "unsubscribe_url": "http://localhost:8000/courriels/desabonnement/x/",
    } | changes


def parts_of(template: str, **changes: Any) -> tuple[str, str]:
    send_message(to="ana@exemple.fr", template=template, context=context_of(**changes), now=NOW)
    return last_parts()


def last_parts() -> tuple[str, str]:
    sent: Any = mail.outbox[-1]
    [(html, media_type)] = sent.alternatives
    assert media_type == "text/html"
    return str(sent.body), str(html)


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"https?://\S+", "", text))


def test_every_letter_of_the_house_is_tried() -> None:
    assert len(LETTERS) >= 15, LETTERS


@pytest.mark.parametrize("template", LETTERS)
def test_both_parts_say_the_same_words_and_links(template: str) -> None:
    text, html = parts_of(template)
    page = seen(html)
    assert words_of(page.words) == words_of(text)
    assert page.links == re.findall(r"https?://\S+", text)
    assert all(link.startswith("http://localhost:8000") for link in page.links)


@pytest.mark.parametrize("template", LETTERS)
def test_a_letter_says_why_it_came_and_where_to_choose(template: str) -> None:
    text, html = parts_of(template)
    assert "Vous recevez ce courriel parce que" in text or "parce qu’" in text
    page = seen(html)
    assert page.buttons <= 1
    assert not {"img", "script", "link", "iframe", "form"} & set(page.tags)
    assert "url(" not in html and "max-width:600px" in html and "prefers-color-scheme: dark" in html
    to_a_stranger = any(words in text for words in ("vous invite sur", "a saisi votre adresse"))
    assert ("http://localhost:8000/mon-espace/notifications/" in page.links) != to_a_stranger


@pytest.mark.parametrize("template", LETTERS)
def test_hostile_words_stay_words(template: str) -> None:
    body = SimpleNamespace(name=HOSTILE)
    text, html = parts_of(
        template,
        person=HOSTILE,
        organization=body,
        initiative=SimpleNamespace(title=HOSTILE),
        involvement=SimpleNamespace(name=HOSTILE, email="b@exemple.fr", message=f"{HOSTILE}\n{HOSTILE}"),
        listing=SimpleNamespace(title=HOSTILE),
        reply=SimpleNamespace(
            who=HOSTILE, person=SimpleNamespace(email="b@exemple.fr"), message=f"{HOSTILE}\n{HOSTILE}"
        ),
        inviter=HOSTILE,
        message=HOSTILE,
        notice=HOSTILE,
        lines=[SimpleNamespace(title=HOSTILE, url="/x/")],
    )
    page = seen(html)
    assert not {"img", "script", "b"} & set(page.tags)
    assert "&amp;amp;" not in html and "&lt;" not in text, "escaped once, and in HTML alone"
    assert words_of(page.words) == words_of(text)


def test_the_trial_of_the_server_looks_like_the_others() -> None:
    send_trial(to="ana@exemple.fr")
    text, html = last_parts()
    assert words_of(seen(html).words) == words_of(text)
    assert "Message d’essai" in mail.outbox[-1].subject
