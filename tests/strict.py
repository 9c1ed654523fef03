"""What the tests refuse everywhere: variables that no view gave, lists without order, one query per row.

Installed once, before the first request, by `tests/conftest.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import QuerySet
from django.template.base import Variable, VariableDoesNotExist
from zeal import zeal_context

SOURCES = Path(__file__).resolve().parent.parent / "src" / "maillage"
GIVEN_BY_ALLAUTH = frozenset(
    # allauth gives these on some of its pages only; our templates of its pages ask whether they are there.
    {"redirect_field_value", "redirect_field_name", "authenticators.totp", "authenticators.recovery_codes"}
    | {"authenticators.webauthn"}
)


def refuse_undefined_variables() -> None:
    """A template of ours that reads what nobody gave fails the test, in `{% if %}` too.

    `pytest.fail` raises past `except Exception`, which Django's `{% if %}` is full of.
    """
    resolve = Variable.resolve

    def strict(self: Variable, context: Any) -> Any:
        try:
            return resolve(self, context)
        except VariableDoesNotExist:
            template = _template_of(context)
            if template is None or str(self.var) in GIVEN_BY_ALLAUTH:
                raise
            pytest.fail(f"{template} reads {{{{ {self.var} }}}}, which nobody gave")

    Variable.resolve = strict  # type: ignore[method-assign]


def _template_of(context: Any) -> str | None:
    """The path of the template being drawn, when it is one of ours."""
    template = getattr(getattr(context, "render_context", None), "template", None)
    name = str(getattr(getattr(template, "origin", None), "name", ""))
    return name.removeprefix(f"{SOURCES}/") if name.startswith(str(SOURCES)) else None


def shuffle_unordered_lists() -> None:
    """A list whose order nobody chose comes in another order each time, as a database may give it."""
    fetch_all = QuerySet._fetch_all
    chance = random.Random()

    def fetch_shuffled(self: QuerySet[Any]) -> None:
        new = self._result_cache is None
        fetch_all(self)
        if new and len(self._result_cache) > 1 and not self.ordered:
            chance.shuffle(self._result_cache)

    QuerySet._fetch_all = fetch_shuffled  # type: ignore[method-assign]


def refuse_queries_per_row(settings: Any) -> None:
    """django-zeal stops a page that asks the database the same for each row of a list.

    Models that are not ours are left out: allauth asks for an address several times on the way to signing in.
    """
    from zeal.constants import initialize_app_registry
    from zeal.patch import patch

    initialize_app_registry()
    patch()
    settings.ZEAL_ALLOWLIST = [
        {"model": f"{config.label}.*"}
        for config in apps.get_app_configs()
        if not config.name.startswith("maillage")
    ]
    settings.MIDDLEWARE = ["tests.strict.one_query_for_all_rows", *settings.MIDDLEWARE]


def one_query_for_all_rows(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware: watches the pages that are read; an act may lock and load row after row."""

    def watch(request: Any) -> Any:
        if request.method != "GET":
            return get_response(request)
        with zeal_context():
            return get_response(request)

    return watch
