"""How often one visitor may ask for what costs: counted by minute in the shared cache, under a name that nobody can read back.

The key is a keyed digest of the address, changed each minute with the count: no address is kept.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def may_ask(request: HttpRequest, action: str, *, per_minute: int) -> bool:
    """Count this request; False when its sender has asked more than `per_minute` times in this minute."""
    minute = int(time.time()) // 60
    sender = salted_hmac(f"pace:{action}:{minute}", _sender(request)).hexdigest()[:24]
    key = f"pace:{action}:{minute}:{sender}"
    if cache.add(key, 1, timeout=120):
        return True
    try:
        return cache.incr(key) <= per_minute
    except ValueError:  # it expired between the two
        return True


def _sender(request: HttpRequest) -> str:
    """The address of the sender, as the outermost proxy that we trust saw it."""
    proxies = int(settings.ALLAUTH_TRUSTED_PROXY_COUNT)
    forwarded = [
        part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
    ]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
