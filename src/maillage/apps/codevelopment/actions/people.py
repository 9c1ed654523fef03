"""Who takes part, and what binds them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.actions.programmes import journal, locked
from maillage.apps.codevelopment.models import Absence, PairRule, Participant, Programme
from maillage.apps.codevelopment.queries.contents import ParticipantContent, participant_key
from maillage.apps.directory.queries.organizations import organization_named

PEOPLE_MAX = 200
RULES_MAX = 400


class NoNameError(Exception):
    message = gettext_lazy("Write the name of the person.")


class SameNameError(Exception):
    """Somebody of that name and structure takes part already."""

    message = gettext_lazy(
        "Somebody of this name and this structure takes part already: add an initial to tell them apart."
    )


class TooManyPeopleError(Exception):
    message = gettext_lazy("A programme has 200 people at most.")


class SamePersonError(Exception):
    message = gettext_lazy("Choose two different people.")


@transaction.atomic
def add_participants(
    *, actor: Person, programme_id: int, contents: Sequence[ParticipantContent], now: datetime
) -> tuple[int, int]:
    """(how many came in, how many were there already). Who had left comes back.

    All or nothing: raises NoNameError, TooManyPeopleError, EndedError.
    """
    programme = locked(programme_id)
    known = {each.key: each for each in programme.participants.exclude(key=None).order_by("pk")}
    added = same = 0
    for content in contents:
        key = participant_key(content.name, content.structure)
        if not key:
            raise NoNameError
        found = known.get(key)
        if found is not None and found.left_at is None:
            same += 1
            continue
        found = found or Participant(programme=programme, joined_at=now)
        found.left_at = None
        known[key] = _written(found, content)
        added += 1
    if programme.participants.filter(left_at=None).count() > PEOPLE_MAX:
        raise TooManyPeopleError
    if added:
        journal("people", programme, actor, now)
    return added, same


@transaction.atomic
def change_participant(
    *,
    actor: Person,
    participant_id: int,
    content: ParticipantContent,
    absent: Collection[int] = (),
    now: datetime,
) -> Participant:
    """What is said of somebody, and the meetings that they will miss, by number.

    Raises NoNameError, SameNameError, EndedError.
    """
    found = Participant.objects.get(pk=participant_id)
    programme = locked(found.programme_id)
    key = participant_key(content.name, content.structure)
    if not key:
        raise NoNameError
    if programme.participants.filter(key=key).exclude(pk=found.pk).exists():
        raise SameNameError
    _written(found, content)
    numbers = {number for number in absent if 1 <= number <= programme.rounds_count}
    found.absences.exclude(round_number__in=numbers).delete()
    have = set(found.absences.values_list("round_number", flat=True))
    Absence.objects.bulk_create(
        [Absence(participant=found, round_number=number) for number in sorted(numbers - have)]
    )
    journal("people", programme, actor, now)
    return found


@transaction.atomic
def leave_programme(*, actor: Person, participant_id: int, now: datetime) -> Participant:
    """Somebody stops. What they lived stays; the groups change once a facilitator confirms it. Raises EndedError."""
    found = Participant.objects.get(pk=participant_id)
    programme = locked(found.programme_id)
    found.left_at = now
    found.save(update_fields=["left_at"])
    journal("people", programme, actor, now)
    return found


@transaction.atomic
def set_rule(
    *, actor: Person, programme_id: int, first: int, second: int, rule: str, now: datetime
) -> PairRule:
    """Two people must, or must not, meet; the last word holds. Raises SamePersonError, EndedError."""
    programme = locked(programme_id)
    if first == second:
        raise SamePersonError
    low, high = sorted((first, second))
    pair = {each.pk: each for each in programme.participants.filter(pk__in=(low, high)).order_by("pk")}
    if len(pair) != 2 or programme.rules.count() >= RULES_MAX:
        raise SamePersonError
    made, _new = PairRule.objects.update_or_create(
        first=pair[low], second=pair[high], defaults={"rule": rule, "programme": programme}
    )
    journal("rules", programme, actor, now)
    return made


@transaction.atomic
def remove_rule(*, actor: Person, rule_id: int, now: datetime) -> None:
    """Raises EndedError."""
    found = PairRule.objects.select_related("programme").get(pk=rule_id)
    programme: Programme = locked(found.programme_id)
    found.delete()
    journal("rules", programme, actor, now)


def _written(found: Participant, content: ParticipantContent) -> Participant:
    found.name, found.structure, found.email = content.name, content.structure, content.email
    found.key = participant_key(content.name, content.structure)
    found.profiles, found.sectors = list(content.profiles), list(content.sectors)
    found.languages, found.half_days = list(content.languages), list(content.half_days)
    found.organization = organization_named(content.structure) if content.structure else None
    found.person = Person.objects.filter(email__iexact=content.email).first() if content.email else None
    found.save()
    return found
