"""What the organisations of the demonstration know, said through the acts of its room; one workshop has been held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.actions.drawing import redraw
from maillage.apps.knowledge.actions.statements import endorse, state
from maillage.apps.knowledge.actions.terms import update_term
from maillage.apps.knowledge.actions.workshops import (
    add_words,
    compose_groups,
    end_workshop,
    open_workshop,
    take_seat,
)
from maillage.apps.knowledge.choices import Kind, Origin, Relation
from maillage.apps.knowledge.models import Statement
from maillage.apps.knowledge.queries.terms import TermContent, term_said

AT_THE_WORKSHOP = ("amap", "habitat", "garage", "energie", "cuma", "cinema")


def add_knowledge(
    content: Mapping[str, Any],
    *,
    facilitator: Person,
    organizations: Mapping[str, Organization],
    now: datetime,
) -> None:
    """Each organisation says its words: some on their own, some at a workshop held ten days ago."""
    _hold_workshop(content, facilitator, organizations, now - timedelta(days=10))
    for entry in content["structure"]:
        if entry["key"] not in AT_THE_WORKSHOP:
            for kind, relation, words in _words(entry):
                state(
                    actor=facilitator,
                    organization_id=organizations[entry["key"]].pk,
                    kind=kind,
                    words=words,
                    relation=relation,
                    origin=Origin.FACILITATOR,
                    now=now - timedelta(days=6),
                )
    for entry in content["synonyme"]:
        term = term_said(entry["sorte"], entry["mot"])
        assert term is not None, entry
        said = TermContent(
            name=term.name, synonyms=tuple(entry["autres"]), reference=entry.get("reference", "")
        )
        update_term(actor=facilitator, term_id=term.pk, content=said, now=now - timedelta(days=5))
    for entry in content["vu"]:
        statement = Statement.objects.get(
            organization=organizations[entry["chez"]], term__name=entry["mot"], relation=Relation.HOLDS
        )
        endorse(
            actor=facilitator,
            statement_id=statement.pk,
            organization=organizations[entry["par"]],
            words=entry["phrase"],
            now=now - timedelta(days=2),
        )
    redraw(now=now)


def _words(entry: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(kind, relation, words) of everything that an organisation says."""
    return [
        (kind, relation, words)
        for relation, prefix in ((Relation.HOLDS, ""), (Relation.SEEKS, "cherche_"))
        for kind in Kind.values
        for words in entry.get(f"{prefix}{kind}", ())
    ]


def _hold_workshop(
    content: Mapping[str, Any], facilitator: Person, organizations: Mapping[str, Organization], now: datetime
) -> None:
    workshop = open_workshop(
        actor=facilitator,
        title="Entretiens croisés du pays",
        held_on=now.date(),
        place="Le Métier à tisser, Vallonnet",
        now=now,
    )
    said: set[int] = set()
    for entry in content["structure"]:
        if entry["key"] in AT_THE_WORKSHOP:
            seat = take_seat(workshop_id=workshop.pk, structure=organizations[entry["key"]].name, now=now)
            for kind, relation, words in _words(entry):
                said.add(add_words(seat_id=seat.pk, kind=kind, relation=relation, words=words, now=now).pk)
    compose_groups(actor=facilitator, workshop_id=workshop.pk, seed=1, now=now)
    end_workshop(actor=facilitator, workshop_id=workshop.pk, kept=said, now=now + timedelta(hours=2))
