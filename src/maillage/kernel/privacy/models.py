from __future__ import annotations

from django.conf import settings
from django.db import models


class ErasureRequest(models.Model):
    """A person asked that their data be erased at `due_at`; until then they can change their mind."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="erasure_request")
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)


class ErasedPerson(models.Model):
    """The key of someone erased: nothing but a random number, so that a restored backup is erased again."""

    key = models.UUIDField(unique=True)
    erased_at = models.DateTimeField()
