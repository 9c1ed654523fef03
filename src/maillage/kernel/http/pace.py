"""How often one visitor may ask for what costs: counted by minute or by hour in the shared cache, under a name that nobody can
read back.

The key is a keyed digest of the address, changed with the minute or the hour that is counted: no address is kept.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

MINUTE, HOUR = 60, 3600


def may_ask(request: HttpRequest, action: str, *, per_minute: int) -> bool:
    """Count this request; False when its sender has asked more than `per_minute` times in this minute."""
    return _count(_sender(request), action, MINUTE) <= per_minute


def has_asked_enough(request: HttpRequest, action: str, *, per_minute: int) -> bool:
    """Whether its sender has asked `per_minute` times or more in this minute. Nothing is counted."""
    key = _key(_sender(request), action, MINUTE)
    return int(cache.get(key, 0)) >= per_minute


def may_send(request: HttpRequest, action: str, *, per_hour: int) -> bool:
    """Count this message; False when its sender has sent more than `per_hour` of them in this hour.

    Who is signed in is counted wherever they write from, and apart from the visitors of the same address.
    """
    person = getattr(request, "user", None)
    is_known = person is not None and person.is_authenticated
    sender = f"person {person.pk}" if is_known else _sender(request)  # type: ignore[union-attr]
    return _count(sender, action, HOUR) <= per_hour


def _count(sender: str, action: str, seconds: int) -> int:
    """How many times this sender did this since the minute or the hour began, this time included."""
    key = _key(sender, action, seconds)
    count = int(cache.get(key, 0)) + 1
    if count == 1:
        if cache.add(key, 1, timeout=2 * seconds):
            return 1
        count = int(cache.get(key, 0)) + 1  # somebody else of this address was first
    cache.set(key, count, timeout=2 * seconds)  # not `incr`: it would forget the count after five minutes
    return count


def _key(sender: str, action: str, seconds: int) -> str:
    """Under what name this sender is counted in this minute or hour."""
    turn = int(time.time()) // seconds
    name = salted_hmac(f"pace:{action}:{seconds}:{turn}", sender).hexdigest()[:24]
    return f"pace:{action}:{seconds}:{turn}:{name}"


def _sender(request: HttpRequest) -> str:
    """The address of the sender, as the outermost proxy that we trust saw it."""
    proxies = int(settings.ALLAUTH_TRUSTED_PROXY_COUNT)
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
