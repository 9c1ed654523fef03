"""What a person is typing, kept until it is saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.models import Draft

if TYPE_CHECKING:
    from maillage.apps.accounts.models import Person

SIZE_BYTES_MAX = 300_000
DRAFTS_MAX = 50


class DraftTooLargeError(Exception):
    message = _("This draft is too long to be kept. Save the form.")


@transaction.atomic
def keep_draft(*, person: Person, key: str, data: Mapping[str, list[str]], now: datetime) -> Draft:
    """Keep the fields of a form, each with its values, under `key`. The oldest drafts beyond fifty go.

    Raises DraftTooLargeError.
    """
    if len(json.dumps(data)) > SIZE_BYTES_MAX:
        raise DraftTooLargeError
    draft, _made = Draft.objects.update_or_create(
        person=person, key=key, defaults={"data": dict(data), "updated_at": now}
    )
    kept = Draft.objects.filter(person=person).order_by("-updated_at", "-pk").values_list("pk", flat=True)
    for old in list(kept[DRAFTS_MAX : DRAFTS_MAX + 10]):
        Draft.objects.filter(pk=old).delete()
    return draft


def forget_draft(*, person: Person, key: str) -> None:
    Draft.objects.filter(person=person, key=key).delete()
