"""Power goes while people write: what the site had answered is there when it opens again."""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import pytest

from tests.project.house import get, python, running, wait_for

pytestmark = pytest.mark.slow

WRITERS = 4
ANSWERED_MIN = 40
SESSION = """
from django.test import Client
from django.utils import timezone
from maillage.apps.accounts.actions.people import create_person
for number in range(%d):
    person = create_person(email=f"p{number}@exemple.org", name=f"P{number}", role="member", now=timezone.now())
    client = Client()
    client.force_login(person)
    print(client.cookies["sessionid"].value)
"""


@dataclass
class Writer:
    """A person who adds organisations and types others, one after the other, until nobody answers any more."""

    number: int
    port: int
    session: str
    added: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    refused: list[tuple[str, int]] = field(default_factory=list)

    def work(self) -> None:
        token = secrets.token_hex(16)
        headers = {
            "Host": "localhost",
            "Cookie": f"sessionid={self.session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        for count in range(10_000):
            name = f"n{self.number}-{count}"
            for path, answers, kept in (
                ("/structures/nouvelle/", 302, self.added),
                (f"/brouillons/{name}/", 204, self.typed),
            ):
                try:
                    connection.request("POST", path, urlencode({"name": name}), headers)
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, HTTPException):
                    return
                if answer.status == answers and not (answer.getheader("Location") or "").startswith(
                    "/compte/"
                ):
                    kept.append(name)
                else:
                    self.refused.append((path, answer.status))


def test_a_kill_under_people_who_write_loses_nothing_that_was_answered(site: Path) -> None:
    with running(site, "serve") as (process, port):
        sessions = python(site, SESSION % WRITERS).split()
        writers = [Writer(number, port, session) for number, session in enumerate(sessions)]
        threads = [Thread(target=writer.work, daemon=True) for writer in writers]
        for thread in threads:
            thread.start()
        wait_for(lambda: sum(len(writer.added) for writer in writers) >= ANSWERED_MIN)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for thread in threads:
            thread.join(35)
    assert [writer.refused for writer in writers if writer.refused] == []
    assert all(writer.added and writer.typed for writer in writers), "they wrote together"
    with running(site, "serve") as (_process, port):
        assert get(port, "/sante")[0] == 200
    database = sqlite3.connect(site / "maillage.sqlite3")
    try:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        added = {
            name
            for (name,) in database.execute(
                "SELECT name FROM directory_organization o"
                " JOIN directory_organizationversion v ON v.organization_id = o.id AND v.number = o.version"
                " JOIN directory_membership m ON m.organization_id = o.id"
            )
        }
        all_of_them = {name for (name,) in database.execute("SELECT name FROM directory_organization")}
        typed = {key for (key,) in database.execute("SELECT key FROM directory_draft")}
    finally:
        database.close()
    for writer in writers:
        assert set(writer.added) <= added
        assert set(writer.typed) <= typed
    assert added == all_of_them, "none is there by half"
