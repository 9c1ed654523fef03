"""A programme from its opening to its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.models import Circle, Programme
from maillage.apps.codevelopment.queries.problems import rounds_begun
from maillage.cores.text import slugify
from maillage.kernel.audit.actions import record

SHAPE = ("rounds_count", "size_min", "size_max", "size_wished")


class EndedError(Exception):
    """The programme has ended."""

    message = gettext_lazy("This programme has ended: it is read, and no longer changed.")


def locked(programme_id: int) -> Programme:
    """The programme, for the length of the transaction. Raises EndedError."""
    found = Programme.objects.select_for_update().get(pk=programme_id)
    if found.ended_at is not None:
        raise EndedError
    return found


def journal(verb: str, programme: Programme, actor: Person | None, now: datetime) -> None:
    record(
        actor=actor,
        verb=f"programme.{verb}",
        target_kind="programme",
        target_id=programme.pk,
        target_label=programme.title,
        now=now,
    )


@transaction.atomic
def open_programme(
    *,
    actor: Person,
    title: str,
    about: str = "",
    place: str = "",
    rounds_count: int = 3,
    size_min: int = 5,
    size_max: int = 8,
    size_wished: int = 6,
    now: datetime,
) -> Programme:
    """A programme without anybody yet."""
    made = Programme.objects.create(
        title=title,
        slug=slugify(title) or "programme",
        about=about,
        place=place,
        rounds_count=rounds_count,
        size_min=size_min,
        size_max=size_max,
        size_wished=size_wished,
        created_by=actor,
        created_at=now,
    )
    journal("open", made, actor, now)
    return made


@transaction.atomic
def change_programme(*, actor: Person, programme_id: int, now: datetime, **said: Any) -> Programme:
    """Its words and, as long as no session began, its rounds and sizes; other rounds or sizes undo the groups.

    Raises EndedError.
    """
    programme = locked(programme_id)
    for name in ("title", "about", "place"):
        setattr(programme, name, said.get(name, getattr(programme, name)))
    asked = {name: said[name] for name in SHAPE if name in said}
    if asked != {name: getattr(programme, name) for name in asked} and not rounds_begun(programme):
        for name, value in asked.items():
            setattr(programme, name, value)
        Circle.objects.filter(meeting__programme=programme).delete()
        programme.meetings.filter(number__gt=programme.rounds_count).delete()
        programme.composed_at, programme.proposal = None, {}
    programme.save()
    journal("change", programme, actor, now)
    return programme


@transaction.atomic
def end_programme(*, actor: Person, programme_id: int, now: datetime) -> Programme:
    """Nothing changes in it any more, and nobody is reminded of it. Raises EndedError."""
    programme = locked(programme_id)
    programme.ended_at = now
    programme.save(update_fields=["ended_at"])
    journal("end", programme, actor, now)
    return programme
