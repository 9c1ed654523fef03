"""Nothing is open by its address only: the pages of the demonstration lead to whatever `rights.txt` lets somebody open."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from maillage.project.demo.furnish import furnish
from tests.project.test_rights import rows_said, words_of

pytestmark = [pytest.mark.slow, pytest.mark.one_database]

PAGES_PER_VIEW = 3
FIRST = ("/", "/mon-espace/", "/animation/", "/administration/")
"""Where each begins: what is theirs comes before the lists of everybody's."""
LEFT_OUT = ("/demonstration/", "/static/", "/api/", "/compte/deconnexion/")
FOLLOWED = re.compile(r'(?:href|hx-get|data-source)="([^"#]+)')
SAID = re.compile(r'(?:"|&quot;|\s)((?:https?://[a-z.:0-9]+)?/[^"\s<>&]*)')
PLACEHOLDER = re.compile(r"\{\w+\}|%7B\w+%7D")
OPENS = ("page", "goes-on", "done")
ROLES = {"visitor": "visitor", "member": "member", "manager": "manager", "facilitator": "facilitator", "administrator": "administrator", "treasurer": "member"}  # fmt: skip
"""Who plays in the demonstration, and the column of `rights.txt` that says the least of what they open."""


NOT_NAMED = {
    "asked by a script, a program or a letter": {
        "knowledge:graph", "knowledge:proposals", "portal:favicon", "portal:robots", "portal:search_suggestions", "portal:unsubscribe",
    },
    "comes after a form, or is where one is sent": {
        "accounts:protect", "directory:import_apply", "directory:import_duplicates", "directory:import_exchange",
        "directory:import_points", "directory:import_preview", "directory:initiative_proposed", "directory:involve_sent",
        "exchange:listing_criteria",
    },
    "an import that has just begun, works, or has failed": {
        "directory:import_delete", "directory:import_guess_again", "directory:import_mapping", "directory:import_progress",
        "directory:import_resume",
    },
    "a workshop that is open": {
        "knowledge:join", "knowledge:seat", "knowledge:words_remove", "knowledge:workshop_code", "knowledge:workshop_end",
        "knowledge:workshop_groups", "knowledge:workshop_paper",
    },
    "an account that is closed, erased or invited; a second factor": {
        "accounts:erasure_cancel", "accounts:reactivate", "accounts:remove_second_factor", "accounts:revoke_invitation",
    },
    "papers at another step": {
        "barter:batch_propose", "books:invoice_from_quote", "books:invoice_payment_undo", "books:invoice_refund",
        "books:received_payment_undo", "books:received_purchase",
    },
    "what has been kept, changed, put away or broken": {
        "directory:document_remove", "directory:draft_forget", "directory:organization_restore", "directory:themes_default",
        "exchange:search_stop", "knowledge:merge_undo", "portal:decide_job", "portal:synonyms_delete", "portal:synonyms_edit",
        "portal:synonyms_reset", "portal:synonyms_undo",
    },
}  # fmt: skip
"""What the demonstration leads nobody to, as it is furnished: the tests of each room walk there."""


@pytest.fixture
def walks(db: None, tmp_path: Any, settings: Any) -> dict[str, Walk]:
    settings.MEDIA_ROOT, settings.DEMO = tmp_path, True
    furnish(now=datetime.now(tz=UTC))
    walks = {}
    for role in ROLES:
        client = Client(HTTP_HOST="localhost")
        client.post(reverse("portal:demonstration_switch"), {"role": role})
        walks[role] = Walk(client)
        walks[role].go()
    return walks


class Walk:
    """What somebody sees who follows every link: what is wrong, and the addresses that the pages name."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.opened: Counter[str] = Counter()
        self.named: set[str] = set()
        self.wrong: list[str] = []

    def go(self) -> None:
        waiting, seen = [*FIRST], {*FIRST}
        while waiting:
            address = waiting.pop(0)
            page = page_of(address)
            if not page or self.opened[page] >= PAGES_PER_VIEW:
                continue
            self.opened[page] += 1
            for link in self._links(address):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)

    def _links(self, address: str) -> list[str]:
        answer = self.client.get(address, follow=True)
        if answer.status_code >= 400 and address not in FIRST:
            self.wrong.append(f"{address} answers {answer.status_code}")
            return []
        text = text_of(answer)
        here = answer.request["PATH_INFO"]
        self.named |= {view_of(here)} | {
            view_of(PLACEHOLDER.sub("1", unescape(said))) for said in SAID.findall(text)
        }
        links = (urlsplit(urljoin(here, unescape(link))) for link in FOLLOWED.findall(text))
        return [
            parts.path + (f"?{parts.query}" if parts.query else "") for parts in links if not parts.netloc
        ]


def text_of(answer: HttpResponseBase) -> str:
    if answer.streaming:
        b"".join(answer)  # type: ignore[arg-type]  # a file is closed once it was read
        return ""
    page = "text/html" in answer.headers.get("Content-Type", "")
    return answer.content.decode() if page else ""  # type: ignore[attr-defined]


def view_of(address: str) -> str:
    return page_of(address).split(" ")[0]


def page_of(address: str) -> str:
    """The name of the view, and the step when the view has several (which some name by a slug); empty for what is not the site's."""
    path = urlsplit(address).path
    if path.startswith(LEFT_OUT):
        return ""
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    step = "" if "pk" in found.kwargs else found.kwargs.get("slug", "")
    return f"{found.view_name or ''} {found.kwargs.get('step', step)}".strip()


def test_pages_lead_to_all_that_somebody_may_open(walks: dict[str, Walk]) -> None:
    """Somebody at least who may open it finds it named on a page; what is not there is in another state, or is no page."""
    assert [f"{role}: {fault}" for role, walk in walks.items() for fault in walk.wrong] == []
    unnamed = set()
    for method in ("get", "post"):
        for name, words in map(words_of, rows_said(method)):
            able = [role for role, column in ROLES.items() if words[column] in OPENS]
            if able and not any(name in walks[role].named for role in able):
                unnamed.add(name)
    assert unnamed == set().union(*NOT_NAMED.values())
