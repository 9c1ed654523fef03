"""The rules that every test obeys (`tests/strict.py`) and the journal's silence, each proven by a planted fault."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.template import Context, engines
from django.template.base import Origin, Template
from django.test import RequestFactory
from zeal.errors import NPlusOneError

from maillage.apps.directory.models import Initiative
from maillage.project.logs import logging_settings
from tests.factories import make_initiative, make_person
from tests.strict import SOURCES, one_query_for_all_rows

SECRET = "solene-at-brume-secret"


@pytest.mark.parametrize("source", ["{{ missing }}", "{% if missing %}yes{% endif %}"])
def test_a_variable_that_nobody_gave_fails_the_test(source: str) -> None:
    planted = Template(source, Origin(f"{SOURCES}/planted.html"), engine=engines["django"].engine)
    with pytest.raises(pytest.fail.Exception, match="missing"):
        planted.render(Context({}))


def test_a_list_without_order_comes_in_several_orders(db: None) -> None:
    for _ in range(8):
        make_person("member")
    people = get_user_model().objects
    assert len({tuple(p.pk for p in people.order_by()) for _ in range(20)}) > 1
    assert len({tuple(p.pk for p in people.order_by("pk")) for _ in range(20)}) == 1


def test_one_query_per_row_stops_a_page_and_not_an_act(db: None) -> None:
    for number in range(3):
        make_initiative(f"Fiche {number}", actor=make_person("member"))

    def view(request: HttpRequest) -> HttpResponse:
        names = [str(initiative.created_by) for initiative in Initiative.objects.order_by("pk")]
        return HttpResponse("".join(names))

    watched = one_query_for_all_rows(view)
    with pytest.raises(NPlusOneError):
        watched(RequestFactory().get("/"))
    assert watched(RequestFactory().post("/")).status_code == 200


@pytest.fixture
def _journal_put_back() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    before = structlog.get_config()
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.configure(**before)


@pytest.mark.usefixtures("_journal_put_back")
@pytest.mark.parametrize("as_json", [False, True])
def test_a_traceback_in_the_journal_shows_no_local_variable(as_json: bool) -> None:
    settings = logging_settings(level="info", as_json=as_json)
    written = io.StringIO()
    settings["handlers"]["stderr"]["stream"] = written
    logging.config.dictConfig(settings)

    def fail() -> None:
        kept = SECRET.upper()
        raise ValueError("planted fault" if kept else "")

    try:
        fail()
    except ValueError:
        structlog.get_logger("maillage.planted").exception("a job failed", email=SECRET)
        logging.getLogger("django.request").exception("a page failed")
    assert written.getvalue().count("ValueError: planted fault") == 2
    assert SECRET not in written.getvalue() and SECRET.upper() not in written.getvalue()
