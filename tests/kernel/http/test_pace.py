"""What counts tries keeps its counts, however many others are counted."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from maillage.kernel.http.pace import has_asked_enough, may_ask

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("one_minute")
def test_who_asked_enough_is_still_known_after_many_others(rf: RequestFactory) -> None:
    senders = [rf.get("/", REMOTE_ADDR=f"192.0.2.{number}") for number in range(20)]
    for sender in senders:
        may_ask(sender, "codes", per_minute=1)
    cache.set_many({f"somebody-else-{number}": 1 for number in range(400)}, timeout=3600)
    assert all(has_asked_enough(sender, "codes", per_minute=1) for sender in senders)
