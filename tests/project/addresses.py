"""The named addresses of the rooms and of the portal, with arguments, questions and bodies that name things of a furnished site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from maillage.apps.codevelopment.queries.calendars import calendar_token
from maillage.apps.directory.choices import Status
from maillage.apps.exchange.choices import Motive
from maillage.apps.knowledge.choices import Interest, Kind, Relation

OTHERS = ("account_", "mfa_", "socialaccount_", "oidc_", "proconnect_", "api:", "api_docs", "health")
"""Addresses of libraries, and the interface that is public by nature: each has tests of its own."""


def named(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, names of its arguments) of each address of the rooms and of the portal."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            if entry.name and not f"{prefix}{entry.name}".startswith(OTHERS):
                yield f"{prefix}{entry.name}", tuple(entry.pattern.converters)
        else:
            yield from named(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


ARGUMENTS = {
    "zoom": 4, "x": 8, "y": 5, "number": 1, "kind": "participer", "form": "csv", "step": "themes", "key": "essai",
    "decision": "abandonner", "ending": "csv", "token": "inconnu", "insee_code": "99999",
}  # fmt: skip

QUESTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "books:accounts_ledger_export": lambda site: {
        "compte": site["entry"].lines.order_by("pk").first().account.number
    },
    "directory:oembed": lambda site: {
        "url": settings.PUBLIC_URL + address_of("directory:initiative_detail", ("pk", "slug"), site)
    },
    "knowledge:graph_card": lambda site: {"point": f"o{site['organization'].pk}"},
}
"""What is asked in an address that answers nothing by itself."""

BODIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "barter:transfer_end": lambda site: {"quoi": "accept", "cle": "0" * 32},
    "books:invoice_answer": lambda site: {"reponse": "oui"},
    "directory:initiative_status": lambda site: {"etat": Status.ARCHIVED},
    "directory:membership_change": lambda site: {"acte": "accepter"},
    "directory:organization_status": lambda site: {"etat": Status.ARCHIVED},
    "exchange:listing_agree": lambda site: {"reponse": site["reply"].pk},
    "exchange:listing_status": lambda site: {"etat": "renew"},
    "exchange:match_refuse": lambda site: {"other": site["offer"].pk, "motive": Motive.TOO_FAR},
    "exchange:proposal_refuse": lambda site: {"motive": Motive.TOO_FAR},
    "knowledge:cooperations": lambda site: {
        "organization_id": site["organization"].pk,
        "parties": "-".join(map(str, sorted((site["organization"].pk, site["other"].pk)))),
        "answer": Interest.ACCEPTED,
    },
    "knowledge:statement_add": lambda site: {
        "sorte": Kind.SAVOIR,
        "mots": "Les levains",
        "relation": Relation.HOLDS,
    },
    "knowledge:statement_unendorse": lambda site: {"organization_id": site["other"].pk},
}
"""The least that a form must say for who may send it to be told from who may not."""


def address_of(name: str, arguments: tuple[str, ...], site: dict[str, Any]) -> str:
    values = {**ARGUMENTS, "person_id": site["person"].pk, "pk": 1, "slug": "x"}
    room, _colon, view = name.rpartition(":")
    values |= OF_ROOM.get(room, lambda _view, _site: {})(view, site)
    question = QUESTIONS[name](site) if name in QUESTIONS else {}
    address = reverse(name, kwargs={argument: values[argument] for argument in arguments})
    return f"{address}?{urlencode(question)}" if question else address


def _of_the_house(view: str, site: dict[str, Any]) -> dict[str, Any]:
    return {"name": site["closed file"]}


def _of_accounts(view: str, site: dict[str, Any]) -> dict[str, Any]:
    return {"invitation_id": site["invited"].pk}


def _of_the_portal(view: str, site: dict[str, Any]) -> dict[str, Any]:
    return {
        "group_id": site["synonyms"].pk,
        "entry_id": site["removal"].pk,
        "letter_id": site["letter"].pk,
        "token": site["silence"],
        "slug": {"welcome_step": "territoire", "guide": "chercher"}.get(view, "x"),
        "key": "privacy",
    }


def _of_the_directory(view: str, site: dict[str, Any]) -> dict[str, Any]:
    """The thing that the address begins with; an import at the step that its page is for."""
    values: dict[str, Any] = {"picture_pk": site["picture"].pk, "document_pk": site["document"].pk}
    if view.startswith("import_"):
        return values | {"pk": site[RUNS.get(view, "ready run")].pk}
    if view == "involvement_answered":
        return values | {"pk": site["involvement"].pk}
    if view == "membership_change":
        return values | {"pk": site["membership"].pk}
    for start, key in (
        ("initiative", "initiative"), ("picture", "initiative"), ("document", "initiative"), ("version", "initiative"),
        ("adaptations", "initiative"), ("involve", "initiative"), ("organization", "organization"), ("theme", "theme"),
        ("territory", "territory"),
    ):  # fmt: skip
        if view.startswith(start):
            return values | {"pk": site[key].pk, "slug": site[key].slug}
    return values


RUNS = {
    "import_mapping": "waiting run",
    "import_guess_again": "waiting run",
    "import_forget_recipe": "recipe",
    "import_detail": "applied run",
    "import_report": "applied run",
    "import_undo": "applied run",
}


def _of_exchange(view: str, site: dict[str, Any]) -> dict[str, Any]:
    thing = site["proposal"] if view == "proposal_refuse" else site["listing"]
    return {"pk": thing.pk, "slug": site["listing"].slug}


def _of_books(view: str, site: dict[str, Any]) -> dict[str, Any]:
    """Of documents, a draft when the page is of drafts."""
    if view.startswith("accounts") or view == "invoicing_settings":
        of = site["organization"]
    elif view.startswith("received"):
        of = site["received"]
    elif view in ("invoice_answer", "invoice_from_quote"):
        of = site["quote"]
    elif view in ("invoice_check", "invoice_edit", "invoice_discard"):
        of = site["invoice"]
    else:
        of = site["issued"]
    return {
        "pk": of.pk,
        "form": "pdf" if view == "invoice_file" else "csv",
        "entry_id": site["entry"].pk,
        "lettering_id": site["lettering"].pk,
        "settlement_id": site["paid out" if view.startswith("received") else "paid"].pk,
    }


def _of_knowledge(view: str, site: dict[str, Any]) -> dict[str, Any]:
    """What the addresses of the knowledge speak of: an organisation, a statement, its term, a workshop, a seat in it."""
    values: dict[str, Any] = {"code": site["workshop"].code, "kind": "savoir"}
    if view == "proposals":
        return {"what": "mots"}
    if view.startswith("term"):
        term = site["statement"].term
        return values | {"pk": term.pk, "slug": term.slug}
    if view in ("organization", "statement_add"):
        return values | {"pk": site["organization"].pk, "slug": site["organization"].slug}
    if view.startswith("statement"):
        return values | {"pk": site["statement"].pk}
    for name, key in (("interview", "seat"), ("words_remove", "word"), ("merge_undo", "merge")):
        if view == name:
            return values | {"pk": site[key].pk}
    return values | {"pk": site["workshop"].pk}


def _of_codevelopment(view: str, site: dict[str, Any]) -> dict[str, Any]:
    """A programme, the first of its participants, and the session where that one sits at the first meeting."""
    programme = site["programme"]
    first = programme.participants.order_by("pk").first()
    held = first.seats.order_by("circle__meeting__number").first().circle_id
    return {
        "pk": held if view.startswith("session") else programme.pk,
        "participant_pk": first.pk,
        "step": "story",
        "token": calendar_token(programme.created_by),
    }


def _of_barter(view: str, site: dict[str, Any]) -> dict[str, Any]:
    """A circle, the first of its members, an interview and the first thing noted in it."""
    circle, interview = site["circle"], site["interview"]
    return {
        "pk": circle.pk,
        "member_pk": circle.members.order_by("pk").first().pk,
        "loop_pk": site["loop"].pk,
        "interview_pk": interview.pk,
        "item_pk": interview.items.order_by("pk").first().pk,
        "account_pk": site["exchange"].payer_id,
        "transfer_pk": site["pending" if view == "transfer_end" else "exchange"].pk,
        "way": "recu",
        "debt_pk": site["debts"][0].pk,
        "batch_pk": site["batch"].pk,
        "step": {"debt_answer": "confirmer", "batch_end": "executer"}.get(view, "salles"),
    }


OF_ROOM = {
    "": _of_the_house,
    "accounts": _of_accounts,
    "portal": _of_the_portal,
    "directory": _of_the_directory,
    "exchange": _of_exchange,
    "books": _of_books,
    "knowledge": _of_knowledge,
    "codevelopment": _of_codevelopment,
    "barter": _of_barter,
}
