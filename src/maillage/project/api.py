"""The programming interface of the site: the rooms' routers under `/api/`, and its page for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI

from maillage import __version__
from maillage.apps.directory.api import router as directory
from maillage.apps.exchange.api import router as exchange
from maillage.apps.knowledge.api import router as knowledge
from maillage.portal.api import router as portal

api = NinjaAPI(
    title="Maillage",
    version=__version__,
    description="What the site publishes, read only. Pages of at most 100; the same filters as the lists.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("", directory)
api.add_router("", exchange)
api.add_router("", knowledge)
api.add_router("", portal)


@dataclass(frozen=True)
class Operation:
    """One address of the interface, as its page tells it; `parameters` are (name, type, words)."""

    method: str
    path: str
    summary: str
    parameters: list[tuple[str, str, str]]


def docs(request: HttpRequest) -> HttpResponse:
    """The interface told to people, drawn from the same schema as `openapi.json`."""
    return render(request, "portal/api.html", {"operations": operations(api.get_openapi_schema())})


def operations(schema: Any) -> list[Operation]:
    return [
        Operation(
            method.upper(), path, said.get("summary", ""), [_parameter(p) for p in said.get("parameters", ())]
        )
        for path, methods in schema["paths"].items()
        for method, said in methods.items()
    ]


def _parameter(parameter: dict[str, Any]) -> tuple[str, str, str]:
    schema = parameter["schema"]
    return parameter["name"], schema.get("type", ""), schema.get("description", "")
