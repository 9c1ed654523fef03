"""Secrets that travel in links: long, random, and kept only as fingerprints."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What is kept of a token. A plain hash is enough: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).hexdigest()
