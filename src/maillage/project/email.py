"""The mail server by address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from maillage.project.config import BadConfigError

SECONDS_MAX = 20


def email_settings(url: str, data: Path) -> dict[str, Any]:
    """Django's EMAIL_… settings for `smtp://` (STARTTLS), `smtps://` (TLS), `smtp+plain://` (a server on this
    machine), `file:` (the folder `mail` of the data) or nothing (the terminal). Raises BadConfigError."""
    backends = "django.core.mail.backends"
    if not url:
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": f"{backends}.filebased.EmailBackend", "EMAIL_FILE_PATH": str(data / "mail")}
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    try:
        port = parts.port or ports[parts.scheme]
    except (KeyError, ValueError):
        port = 0
    if not port or not parts.hostname:
        raise BadConfigError(
            "Réglage illisible, email_url : une adresse comme smtp://nom:mot-de-passe@hote:587 est attendue."
        )
    return {
        "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": SECONDS_MAX,
    }
