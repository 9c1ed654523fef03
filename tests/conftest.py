"""Fixtures shared by all tests, and the rules that every test obeys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from maillage.apps.directory.queries import answers, layers, points
from maillage.apps.exchange.queries import kept_pool
from maillage.apps.knowledge.queries import whole
from maillage.kernel.http import pace
from tests import strict
from tests.factories import make_person, protect

CORES, BROWSED = Path(__file__).parent / "cores", Path(__file__).parent / "e2e"
"""`tools/test.py` looks for no test of data in the one, and for those of the browser in the other alone."""
DATA_FIXTURES = {"db", "transactional_db", "live_server", "client_of"}
VISITOR = "visitor"
TABLE = "table"
"""`record_property(TABLE, text)`: figures that the end of the run shows, whichever process measured them."""


def pytest_configure() -> None:
    # A machine that others load is slow in drawing examples, which says nothing of the code.
    hypothesis.settings.register_profile(
        "shared machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("shared machine")
    _compile_catalogue_if_stale()
    strict.refuse_undefined_variables()
    strict.shuffle_unordered_lists()
    strict.refuse_queries_per_row(django_settings)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        of_data = names & DATA_FIXTURES or item.get_closest_marker("django_db")
        if of_data and item.path.is_relative_to(CORES):
            raise pytest.UsageError(
                f"{item.nodeid} asks for a database, and stands among the tests of the cores"
            )
        if item.get_closest_marker("browser") and not item.path.is_relative_to(BROWSED):
            raise pytest.UsageError(f"{item.nodeid} asks for a browser, and stands outside tests/e2e")
        if of_data and not item.get_closest_marker("one_database"):
            item.add_marker(pytest.mark.data)
    items.sort(key=lambda item: not _begins_first(item))


def _begins_first(item: pytest.Item) -> bool:
    """A slow test, so that none is left alone at the end; those of the browser keep their order, for they share it file by file."""
    return item.get_closest_marker("slow") is not None and item.get_closest_marker("browser") is None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, text in report.user_properties if report.when == "call" else ():
                if name == TABLE:
                    terminalreporter.section(report.head_line or report.nodeid, sep="-")
                    terminalreporter.write_line(text)


@pytest.fixture(autouse=True)
def _jobs_run_at_once(settings: Settings) -> None:
    """A job runs where it is enqueued, and its failure is the test's; the tests of the queue turn this off."""
    settings.JOBS_AT_ONCE = True


@pytest.fixture(autouse=True)
def _map_is_read_again() -> None:
    """The points that a process holds are those of the last test, whose rows were rolled back."""
    answers.forget_answers()
    layers.forget_layers()
    points.forget_points()
    kept_pool.forget_pool()
    whole.forget_maps()


@pytest.fixture(autouse=True, scope="session")
def _lines_are_emptied_last() -> None:
    """SQLite keeps the lines of what is issued, row by row: a test that empties the tables begins with the documents."""
    from django.db.backends.sqlite3.base import DatabaseWrapper

    operations = DatabaseWrapper.ops_class
    empty = operations.sql_flush

    def emptied(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        ordered = sorted(tables, key=lambda name: name == "books_invoiceline")
        return empty(self, style, ordered, **options)

    operations.sql_flush = emptied  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def _audience_stays_in_memory() -> None:
    """No thread writes the counts of pages while tests run; the tests of the counter write them themselves."""
    from maillage.kernel.audience import middleware
    from maillage.kernel.audience.counter import AudienceCounter

    middleware.counter = AudienceCounter(flush_seconds=0)


@pytest.fixture
def client_of(db: None) -> Callable[[str], Client]:
    """`client_of(role)`: a browser of its own, signed in as somebody new of that role; "visitor" is nobody.

    The person is `client.person`. Administrators have a second factor, as the site demands.
    """

    def open_browser(role: str) -> Client:
        client = Client()
        if role != VISITOR:
            client.person = make_person(role)  # type: ignore[attr-defined]
            if role == "administrator":
                protect(client.person)  # type: ignore[attr-defined]
            client.force_login(client.person)  # type: ignore[attr-defined]
        return client

    return open_browser


def _compile_catalogue_if_stale() -> None:
    """French words changed since they were compiled would be missing on the pages that tests read."""
    words = Path(django_settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES" / "django.po"
    compiled = words.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < words.stat().st_mtime:
        from tools.catalogue import compile_catalogue

        compile_catalogue()


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The minute in which requests are counted does not end while the test runs."""
    monkeypatch.setattr(pace, "time", SimpleNamespace(time=lambda: 0.0))
