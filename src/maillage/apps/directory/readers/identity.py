"""What tells that two rows name one thing, when their file gives them no identifier."""

from __future__ import annotations

import hashlib
import unicodedata


def fold(text: str) -> str:
    """Lower case without accents or punctuation: what two ways of writing one name share."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())


def computed_identifier(
    title: str, town: str, latitude: float | None, longitude: float | None, siret: str = ""
) -> str:
    """An identifier for a row that has none: same name at the same place, same identifier (about ten metres)."""
    place = "" if latitude is None or longitude is None else f"{latitude:.4f} {longitude:.4f}"
    named = "|".join((fold(title) or title, fold(town), place, *([siret] if siret else ())))
    return "row:" + hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:32]
