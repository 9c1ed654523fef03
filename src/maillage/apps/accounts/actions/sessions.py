"""Ending sessions on other devices."""

from __future__ import annotations

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings

from maillage.apps.accounts.models import Person


def end_sessions(*, person: Person, keep_session_key: str = "") -> int:
    """Sign `person` out everywhere but in the session of `keep_session_key`; the number of sessions ended."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    opened = UserSession.objects.filter(user=person).exclude(session_key=keep_session_key)
    keys = list(opened.values_list("session_key", flat=True))
    for key in keys:
        store.delete(key)
    opened.delete()
    return len(keys)
