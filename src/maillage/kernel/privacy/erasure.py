"""Erasing a person, from the declarations; and erasing again what an older backup brought back.

1. Each declared table: its rows about the person are deleted, or emptied of what is personal.
2. The address is looked for in every text column of the house, wherever somebody may have typed it.
3. The rooms hear of it (`PersonErased`) and clear what no table says.
4. The account goes. What referred to it (authors of versions, the journal) stays, without a name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction

from maillage.kernel.events import PersonErased, publish
from maillage.kernel.privacy.addresses import wipe_address
from maillage.kernel.privacy.declarations import OnErasure, PersonalData, personal_declarations
from maillage.kernel.privacy.models import ErasedPerson, ErasureRequest

DELAY = timedelta(days=7)
"""Time to change one's mind."""


def request_erasure(*, person: Any, at_once: bool, now: datetime) -> ErasureRequest:
    """Have the account erased in seven days, or by the very next job."""
    request, _created = ErasureRequest.objects.update_or_create(
        person=person, defaults={"requested_at": now, "due_at": now if at_once else now + DELAY}
    )
    return request


def cancel_erasure(*, person: Any) -> None:
    ErasureRequest.objects.filter(person=person).delete()


def erase_due(*, now: datetime) -> int:
    """Erase those whose delay is over; how many."""
    due = ErasureRequest.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    people = [request.person for request in due.select_related("person")]
    for person in people:
        erase_person(person=person, now=now)
    return len(people)


def erase_person(*, person: Any, now: datetime) -> None:
    """Leave nothing that tells who `person` was. Cannot be undone."""
    key, address = person.key, person.email
    with transaction.atomic():
        for declaration in personal_declarations():
            if declaration.model != settings.AUTH_USER_MODEL:
                _apply(declaration, person)
        wipe_address(address, person_id=person.pk, now=now)
        publish(PersonErased(person_id=None, at=now, erased_person_id=person.pk))
        get_user_model().objects.filter(pk=person.pk).delete()
        ErasedPerson.objects.get_or_create(key=key, defaults={"erased_at": now})
        transaction.on_commit(lambda: _remember([(key, now)]))


def replay_erasures(*, now: datetime) -> int:
    """After a restore: erase again those who were erased since the backup was made; how many came back.

    The keys come from the restored table and from `erasure_file()`, which a restore must not replace.
    """
    keys = _remembered_keys() | set(ErasedPerson.objects.values_list("key", flat=True))
    back = list(get_user_model().objects.filter(key__in=keys).order_by("pk"))
    for person in back:
        erase_person(person=person, now=now)
    known = set(ErasedPerson.objects.values_list("key", flat=True))
    ErasedPerson.objects.bulk_create([ErasedPerson(key=key, erased_at=now) for key in keys - known])
    return len(back)


def erasure_file() -> Path:
    """The list of erased keys beside the database: one JSON object a line, only ever added to."""
    return Path(settings.DATA) / "erasures.jsonl"


def _apply(declaration: PersonalData, person: Any) -> None:
    rows = declaration.rows_of(person)
    if declaration.on_erasure == OnErasure.DELETE:
        declaration.model_class._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    elif declaration.on_erasure == OnErasure.ANONYMISE:
        emptied = {name: empty_value(declaration.model_class, name) for name in declaration.fields}
        pks = list(rows.values_list("pk", flat=True))
        declaration.model_class._base_manager.filter(pk__in=pks).update(**emptied)


def empty_value(model: type[models.Model], name: str) -> Any:
    """What stands in a column that must no longer tell anything."""
    column = model._meta.get_field(name)
    assert isinstance(column, models.Field)
    if column.null:
        return None
    if isinstance(column, models.JSONField):
        return {}
    if isinstance(column, models.BooleanField):
        return False
    if isinstance(column, (models.CharField, models.TextField, models.FileField)):
        return ""
    raise TypeError(f"{model._meta.label}.{name}: cannot be emptied, delete the row instead")


def _remember(erased: Iterable[tuple[UUID, datetime]]) -> None:
    file = erasure_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="ascii") as stream:
        for key, at in erased:
            stream.write(json.dumps({"key": str(key), "erased_at": at.isoformat()}) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _remembered_keys() -> set[UUID]:
    file = erasure_file()
    if not file.is_file():
        return set()
    lines = file.read_text(encoding="ascii").splitlines()
    return {UUID(json.loads(line)["key"]) for line in lines if line.strip()}
