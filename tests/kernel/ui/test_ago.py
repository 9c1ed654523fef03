from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from maillage.kernel.ui.templatetags.ui import ago


def test_a_moment_is_said_in_words() -> None:
    now = timezone.now()
    assert ago(now) == ago(now - timedelta(seconds=50)) == "à l’instant"
    assert ago(now - timedelta(minutes=3, seconds=1)) == "il y a 3\xa0minutes"
    assert ago(now - timedelta(days=2, hours=1, minutes=1)) == "il y a 2\xa0jours"
