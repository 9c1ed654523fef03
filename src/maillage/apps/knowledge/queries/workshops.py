"""A workshop: who is there, in which groups, what was said, and the map that grows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet

from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Kind, Relation
from maillage.apps.knowledge.models import Seat, SeatRound, Workshop, WorkshopAnswer
from maillage.apps.knowledge.queries.maps import STRUCTURE, KnowledgeMap, Link, Node
from maillage.cores.grouping import Person
from maillage.cores.text import sort_key
from maillage.kernel.db.holding import holding


@dataclass(frozen=True)
class Table:
    """A group of a workshop and who is in it."""

    number: int
    seats: tuple[Seat, ...]


def seat_key(structure: str) -> str:
    """Two ways of writing one structure take one seat."""
    return sort_key(structure, length_max=200)


def present_seats(workshop: Workshop) -> list[Seat]:
    return list(
        workshop.seats.filter(is_away=False).select_related("organization").order_by("structure", "pk")
    )


def tables_of(seats: Iterable[Seat]) -> list[Table]:
    """The groups that were composed, in their order; seats without a group are in none."""
    by_number: dict[int, list[Seat]] = {}
    for seat in seats:
        if seat.group_number:
            by_number.setdefault(seat.group_number, []).append(seat)
    return [Table(number, tuple(by_number[number])) for number in sorted(by_number)]


def rounds_of(workshop: Workshop) -> list[tuple[int, list[Table]]]:
    """The groups of each round that was composed, with who left since."""
    found: dict[int, dict[int, list[Seat]]] = {}
    kept = SeatRound.objects.filter(seat__workshop=workshop).select_related("seat")
    for each in kept.order_by("number", "group_number", "seat__structure", "pk"):
        found.setdefault(each.number, {}).setdefault(each.group_number, []).append(each.seat)
    return [
        (number, [Table(group, tuple(seats)) for group, seats in groups.items()])
        for number, groups in found.items()
    ]


def last_round(workshop: Workshop) -> int:
    """The number of the last round that was composed; 0 before the first."""
    found = SeatRound.objects.filter(seat__workshop=workshop).aggregate(last=Max("number"))
    return int(found["last"] or 0)


def answers_of(workshop: Workshop) -> list[WorkshopAnswer]:
    return list(
        WorkshopAnswer.objects.filter(seat__workshop=workshop)
        .select_related("seat__organization", "term")
        .order_by("seat__structure", "seat_id", "kind", "said_at", "pk")
    )


def people_to_group(seats: Iterable[Seat]) -> tuple[Person, ...]:
    """The seats as the grouping core takes them: themes of the structure as sectors, what it has as profiles."""
    found = list(seats)
    bodies = Organization.objects.filter(
        pk__in=[seat.organization_id for seat in found if seat.organization_id]
    )
    known: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for body in bodies.prefetch_related("themes", "knowledge_statements").order_by("pk"):
        held = [
            str(said.term_id)
            for said in body.knowledge_statements.all()
            if said.relation == Relation.HOLDS and said.withdrawn_at is None
        ]
        known[body.pk] = (frozenset(held), frozenset(theme.slug for theme in body.themes.all()))
    people = []
    for seat in found:
        profiles, sectors = known.get(seat.organization_id or 0, (frozenset(), frozenset()))
        people.append(Person(str(seat.pk), profiles, sectors, structure=seat.key))
    return tuple(people)


def met_before(workshop: Workshop, seats: Iterable[Seat]) -> frozenset[tuple[str, str]]:
    """Pairs of these seats whose structures were in one group at an earlier round, of this workshop or of one before."""
    here = {seat.key: str(seat.pk) for seat in seats}
    before = Q(seat__workshop=workshop) | Q(seat__workshop__created_at__lt=workshop.created_at)
    earlier = SeatRound.objects.filter(before, seat__key__in=here).order_by("pk")
    groups: dict[tuple[int, int, int], list[str]] = {}
    for *table, key in earlier.values_list("seat__workshop_id", "number", "group_number", "seat__key"):
        past, number, group = table
        groups.setdefault((past, number, group), []).append(here[key])
    return frozenset(
        (min(one, other), max(one, other))
        for group in groups.values()
        for one in group
        for other in group
        if one < other
    )


def workshop_drawing(workshop: Workshop) -> str:
    """The name of the drawing of its wall."""
    return f"workshop-{workshop.pk}"


def map_of_workshop(workshop: Workshop) -> KnowledgeMap:
    """What was said there so far, structures without words included."""
    nodes: dict[str, tuple[str, str]] = {
        f"s{seat.pk}": (seat.structure, STRUCTURE) for seat in present_seats(workshop)
    }
    links = []
    for answer in answers_of(workshop):
        if answer.seat.is_away:
            continue
        named = f"w{answer.kind}:{answer.key}"
        nodes.setdefault(named, (answer.term.name if answer.term else answer.words, answer.kind))
        links.append(Link(f"s{answer.seat_id}", named, answer.relation))
    counts = Counter(key for link in links for key in (link.structure, link.term))
    made = [Node(key, label, kind, "", counts[key]) for key, (label, kind) in nodes.items()]
    made.sort(key=lambda node: (node.kind != STRUCTURE, node.kind, node.label, node.key))
    return KnowledgeMap(tuple(made), tuple(links))


STEPS: tuple[str, ...] = tuple(Kind.values)
"""The three guided steps of an interview, in their order."""


def workshops_asked(*, mots: str = "", du: date | None = None, au: date | None = None) -> QuerySet[Workshop]:
    """The workshops whose title or place hold the words, held between two days, the latest first."""
    found = holding(Workshop.objects.all(), mots, texts=("title", "place"))
    if du:
        found = found.filter(held_on__gte=du)
    if au:
        found = found.filter(held_on__lte=au)
    return found.order_by("-held_on", "-pk")


def workshop_of(code: str) -> Workshop | None:
    """The workshop of a code, whether it still opens it or not: to say why it does not."""
    return Workshop.objects.filter(code=code).first()
