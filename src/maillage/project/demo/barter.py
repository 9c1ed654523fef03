"""The barter circle of the demonstration: signed, visited, its offers and needs confirmed by their structures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.circles import change_circle, open_circle, publish_agreement
from maillage.apps.barter.actions.interviews import (
    ItemContent,
    Said,
    answer_interview,
    note_item,
    note_visit,
    send_interview,
    start_interview,
)
from maillage.apps.barter.actions.loops import answer_loop, search_loops
from maillage.apps.barter.actions.members import change_member_state, sign_agreement
from maillage.apps.barter.choices import LoopReply, MemberState, Sureness
from maillage.apps.barter.models import Circle, CircleMember, Interview, InterviewItem
from maillage.apps.barter.queries.acting import Acting, managers_of
from maillage.apps.barter.queries.guide import NEEDS, STEPS, VISIT, topic_of
from maillage.apps.directory.models import Organization
from maillage.apps.exchange.choices import Direction


def add_circle(
    content: Mapping[str, Any],
    *,
    facilitator: Person,
    people: Mapping[str, Person],
    organizations: Mapping[str, Organization],
    now: datetime,
) -> Circle:
    """A circle opened half a year ago, joined by a dozen organisations, visited since."""
    opened = now - timedelta(days=180)
    circle = open_circle(
        actor=facilitator,
        name=content["nom"],
        about=_joined(content["objet"]),
        rules=_rules_before(content),
        agreement=content["accord"].strip(),
        now=opened,
    )
    members: dict[str, CircleMember] = {}
    for rank, entry in enumerate(content["membre"]):
        acting = _acting(entry, facilitator, people, organizations)
        when = opened + timedelta(days=2 + rank)
        members[entry["structure"]] = _sign(acting, circle, 1, entry, when)
    change_circle(
        actor=facilitator,
        circle_id=circle.pk,
        name=circle.name,
        unit_name=circle.unit_name,
        about=circle.about,
        rules=content["regles"].strip(),
        comment=content["regles_phrase"],
        now=opened + timedelta(days=70),
    )
    _change_agreement(circle, content, facilitator, opened + timedelta(days=90))
    for entry in content["membre"][:-3]:  # the last ones have still to sign it
        acting = _acting(entry, facilitator, people, organizations)
        _sign(acting, circle, 2, entry, opened + timedelta(days=95))
    for entry in content["entretien"]:
        _hold(entry, members[entry["structure"]], facilitator, now)
    for entry in content["membre"]:
        if "gel" in entry:
            change_member_state(
                actor=facilitator,
                member_id=members[entry["structure"]].pk,
                state=MemberState.FROZEN,
                reason=entry["gel"],
                now=now - timedelta(days=12),
            )
    return circle


def _rules_before(content: Mapping[str, Any]) -> str:
    before, after = content["regles_changees"]
    text: str = content["regles"].strip()
    assert after in text, "the change of the rules no longer stands in their text"
    return text.replace(after, before)


def _joined(text: str) -> str:
    return " ".join(text.split())


def _acting(
    entry: Mapping[str, Any],
    facilitator: Person,
    people: Mapping[str, Person],
    organizations: Mapping[str, Organization],
) -> Acting:
    """Whoever manages the organisation; otherwise the facilitator, in office mode."""
    own = people.get(entry.get("compte", ""))
    return Acting(
        person=own or facilitator,
        organization=organizations[entry["structure"]],
        in_office_mode=own is None,
    )


def _sign(
    acting: Acting, circle: Circle, number: int, entry: Mapping[str, Any], when: datetime
) -> CircleMember:
    return sign_agreement(
        acting=acting,
        circle_id=circle.pk,
        seen=number,
        signatory=entry["signe"],
        capacity=entry["qualite"],
        now=when,
    )


def _change_agreement(
    circle: Circle, content: Mapping[str, Any], facilitator: Person, when: datetime
) -> None:
    before, after = content["accord_change"]
    text = content["accord"].strip()
    assert before in text, "the change of the agreement no longer stands in its text"
    publish_agreement(
        actor=facilitator,
        circle_id=circle.pk,
        text=text.replace(before, after),
        comment=content["accord_phrase"],
        seen=1,
        now=when,
    )


def _hold(entry: Mapping[str, Any], member: CircleMember, facilitator: Person, now: datetime) -> None:
    """One interview, as far as its content says."""
    when = now - timedelta(days=entry["jours"])
    interview = start_interview(actor=facilitator, member_id=member.pk, visited_on=when.date(), now=when)
    step = entry.get("etape", NEEDS)
    note_visit(
        interview_id=interview.pk,
        visited_on=when.date(),
        met=entry["rencontre"],
        email="",
        notes="",
        step=VISIT,
        now=when,
    )
    items = [_note(interview, each, Direction.OFFER, when) for each in entry["offres"]]
    items += [_note(interview, each, Direction.NEED, when) for each in entry["besoins"]]
    slugs = [slug for slug, _label in STEPS]
    Interview.objects.filter(pk=interview.pk).update(step=step, asked=slugs[: slugs.index(step) + 1])
    if entry["etat"] == "en-cours":
        return
    sent = send_interview(actor=facilitator, interview_id=interview.pk, email="", now=when)
    if entry["etat"] == "publie":
        name, _comma, capacity = entry["rencontre"].partition(", ")
        _confirm(sent, items, name, capacity, min(when + timedelta(days=2), now))


def _note(
    interview: Interview, entry: Mapping[str, Any], direction: Direction, when: datetime
) -> InterviewItem:
    topic = topic_of(entry["sorte"])
    is_offer = direction == Direction.OFFER
    content = ItemContent(
        direction=direction,
        resource=topic.resource,
        title=entry["titre"],
        details=entry.get("precisions", ""),
        quantity=entry["quantite"],
        measure=entry["mesure"],
        availability=entry.get("quand", ""),
        unit_value_cents=entry["valeur"] * 100,
        sureness=entry.get("surete", Sureness.SURE) if is_offer else "",
        urgency="" if is_offer else entry["delai"],
    )
    step = topic.slug if is_offer else NEEDS
    return note_item(interview_id=interview.pk, step=step, content=content, now=when)


def _confirm(
    interview: Interview, items: list[InterviewItem], name: str, capacity: str, when: datetime
) -> None:
    """The structure publishes everything as it was noted."""
    said = [
        Said(
            item_id=item.pk,
            content=ItemContent(**{key: getattr(item, key) for key in ItemContent.__dataclass_fields__}),
        )
        for item in items
    ]
    answer_interview(
        interview_id=interview.pk,
        link_number=interview.link_number,
        name=name,
        capacity=capacity,
        said=said,
        now=when,
    )


def acting_for(organization: Organization, facilitator: Person) -> Acting:
    """One of its managers; the facilitator, in office mode, when it has no account."""
    managers = managers_of(organization.pk)
    return Acting(
        person=managers[0] if managers else facilitator,
        organization=organization,
        in_office_mode=not managers,
    )


def propose_loops(circle: Circle, *, facilitator: Person, now: datetime) -> None:
    """The facilitator has looked for loops; one party of each has accepted already, in office mode when it has no account."""
    search = search_loops(circle_id=circle.pk, actor=facilitator, key="demonstration", now=now)
    for loop in search.loops.order_by("pk"):
        first = loop.legs.select_related("giver__organization").order_by("rank")[:1].get()
        acting = acting_for(first.giver.organization, facilitator)
        answer_loop(acting=acting, loop_id=loop.pk, reply=LoopReply.ACCEPTED, now=now)
