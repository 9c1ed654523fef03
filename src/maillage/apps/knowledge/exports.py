"""The map going out: tables, JSON, and a poster equal to the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Kind
from maillage.apps.knowledge.models import Statement, Term, Workshop, WorkshopAnswer
from maillage.apps.knowledge.queries.maps import structure_path, term_path
from maillage.apps.knowledge.queries.reading import Proposed
from maillage.apps.knowledge.queries.terms import (
    chain_above,
    name_key,
    reference_address,
    with_counts,
)
from maillage.apps.knowledge.queries.workshops import Table
from maillage.kernel.documents.qr import qr_code
from maillage.kernel.documents.typst import render_pdf

HEADERS = (
    "structure",
    "sorte",
    "mot",
    "relation",
    "en une phrase",
    "provenance",
    "confirmé par",
    "depuis",
    "adresse",
)
COOPERATION_HEADERS = (
    "pour",
    "avec",
    "raisons",
    "notre réponse",
    "déjà intéressés",
    "tous d’accord",
    "adresses",
)
ROWS_MAX = 60_000
WORKSHOP_HEADERS = ("date", "atelier", "lieu", "état", "structures", "terminé le")
TERM_HEADERS = (
    "mot",
    "sorte",
    "se dit aussi",
    "mots plus larges",
    "description",
    "référence",
    "adresse de la référence",
    "l’ont",
    "le cherchent",
    "adresse",
)


def cooperation_rows(body: Organization, found: Iterable[Proposed]) -> Iterator[tuple[Any, ...]]:
    """One row a cooperation, under `COOPERATION_HEADERS`: what the page says of it to one of its parties."""
    for each in found:
        others = [other for other in each.structures if other.pk != body.pk]
        mine = each.answer_of(body.pk)
        yield (
            body.name,
            " / ".join(other.name for other in others),
            " / ".join(each.reasons),
            str(mine.get_answer_display()) if mine else "",
            " / ".join(each.interested(body.pk)),
            _("yes") if each.is_agreed else _("no"),
            " ".join(f"{settings.PUBLIC_URL}{structure_path(other.pk, other.slug)}" for other in others),
        )


def term_rows(found: QuerySet[Term]) -> Iterator[tuple[Any, ...]]:
    """One row a word, under `TERM_HEADERS`; the broader words are the nearest first."""
    above = dict(Term.objects.live().values_list("pk", "broader_id"))
    names = dict(Term.objects.live().values_list("pk", "name"))
    for term in with_counts(found).prefetch_related("names")[:ROWS_MAX]:
        own = name_key(term.name)
        yield (
            term.name,
            str(term.get_kind_display()),
            ", ".join(sorted(each.name for each in term.names.all() if each.key != own)),
            " < ".join(names[pk] for pk in chain_above(term.pk, above) if pk in names),
            term.description,
            term.reference,
            reference_address(term.reference),
            term.holders,  # type: ignore[attr-defined]
            term.seekers,  # type: ignore[attr-defined]
            settings.PUBLIC_URL + term_path(term.pk, term.slug),
        )


def statement_rows(found: QuerySet[Statement]) -> Iterator[tuple[Any, ...]]:
    """One row a statement, under `HEADERS`."""
    rows = found.select_related("organization", "term").prefetch_related("endorsements__organization")
    for said in rows.order_by("organization__sort_key", "term__kind", "term__sort_key", "pk")[:ROWS_MAX]:
        yield (
            said.organization.name,
            str(said.term.get_kind_display()),
            said.term.name,
            str(said.get_relation_display()),
            said.words,
            str(said.get_origin_display()),
            ", ".join(sorted(each.organization.name for each in said.endorsements.all())),
            said.created_at.date(),
            settings.PUBLIC_URL + structure_path(said.organization_id, said.organization.slug),
        )


def statement_records(found: QuerySet[Statement], span: slice = slice(ROWS_MAX)) -> list[dict[str, Any]]:
    """The rows of a span as plain values: `kind` and `relation` by their codes, so that programs read them."""
    rows = found.select_related("organization", "term").prefetch_related("endorsements__organization")
    return [
        {
            "organization": said.organization.name,
            "organization_url": settings.PUBLIC_URL
            + structure_path(said.organization_id, said.organization.slug),
            "term": said.term.name,
            "term_url": settings.PUBLIC_URL + term_path(said.term_id, said.term.slug),
            "kind": said.term.kind,
            "reference": said.term.reference,
            "relation": said.relation,
            "words": said.words,
            "origin": said.origin,
            "endorsed_by": sorted(each.organization.name for each in said.endorsements.all()),
            "since": said.created_at.date().isoformat(),
        }
        for said in rows.order_by("organization__sort_key", "term__kind", "term__sort_key", "pk")[span]
    ]


def workshop_rows(found: QuerySet[Workshop]) -> Iterator[tuple[Any, ...]]:
    for each in found.annotate(structures=Count("seats", distinct=True)):
        yield (
            each.held_on,
            each.title,
            each.place,
            str(each.get_stage_display()),
            each.structures,
            each.ended_at,
        )


def record_headers(rounds: int) -> tuple[str, ...]:
    """Of the record of a workshop of that many rounds."""
    groups = (
        ("groupe",) if rounds == 1 else tuple(f"groupe (tour {number})" for number in range(1, rounds + 1))
    )
    return (
        "structure",
        "sur papier",
        "partie avant la fin",
        *groups,
        "sorte",
        "relation",
        "mot",
        "sur la carte",
    )


def record_rows(
    workshop: Workshop, rounds: Sequence[tuple[int, Sequence[Table]]], answers: Iterable[WorkshopAnswer]
) -> Iterator[tuple[Any, ...]]:
    """One row a word, under `record_headers`, and one for each structure that said none. First names are not in it:
    they are forgotten after three months, and a file is not."""
    groups = {
        (number, seat.pk): table.number
        for number, tables in rounds
        for table in tables
        for seat in table.seats
    }
    said: dict[int, list[WorkshopAnswer]] = {}
    for answer in answers:
        said.setdefault(answer.seat_id, []).append(answer)
    on_map = {True: _("yes"), False: _("set aside"), None: _("not yet")}
    for seat in workshop.seats.order_by("structure", "pk"):
        begin = (
            seat.structure,
            _("yes") if seat.on_paper else _("no"),
            _("yes") if seat.is_away else _("no"),
            *(groups.get((number, seat.pk), "") for number, _tables in rounds),
        )
        if seat.pk not in said:
            yield (*begin, "", "", "", "")
        for answer in said.get(seat.pk, ()):
            yield (
                *begin,
                str(answer.get_kind_display()),
                str(answer.get_relation_display()),
                answer.words,
                on_map[answer.kept],
            )


def poster(
    drawing: bytes, *, title: str, lead: str, unnamed: str, site: str, url: str, at: datetime
) -> bytes:
    """The poster of a map, one A3 page on its side: `drawing` is the SVG of the screen, unchanged.

    `unnamed` says how many points have no name on it; empty when they all have one.
    """
    data = {
        "title": title,
        "lead": lead,
        "unnamed": unnamed,
        "site": site,
        "url": url,
        "address": url.split("://", 1)[-1],
        "alt": _("The map of knowledge. The same content is in the list, at the address of this poster."),
        "legend": [[kind, label] for kind, label in legend()],
        "held": _("has it"),
        "sought": _("looks for it"),
    }
    return render_pdf(
        "knowledge/documents/poster.typ", data, at=at, files={"map.svg": drawing, "qr.svg": qr_code(url)}
    )


def legend() -> list[tuple[str, str]]:
    return [("structure", _("Organisation")), *((value, str(label)) for value, label in Kind.choices)]


def paper_sheets(
    workshop: Workshop, *, structures: list[str], steps: list[dict[str, Any]], site: str, at: datetime
) -> bytes:
    """One sheet to fill in by hand for each structure, and one without a name."""
    data = {
        "title": workshop.title,
        "site": site,
        "code": workshop.code,
        "structures": [*structures, ""],
        "steps": steps,
        "words": {
            "structure": _("Organisation"),
            "who": _("Who answers"),
            "interviewer": _("Who asks the questions"),
            "holds": _("We have it"),
            "seeks": _("We look for it"),
        },
    }
    return render_pdf("knowledge/documents/paper.typ", data, at=at)
