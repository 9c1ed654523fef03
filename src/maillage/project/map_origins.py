"""The origins that the ground of the map may be read from, for the Content-Security-Policy."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from maillage.project.config import BadConfigError


def map_origins(style_url: str, others: Iterable[str]) -> list[str]:
    """Scheme and host of each address, once; none for the local ground. Raises BadConfigError."""
    origins = []
    for address in (style_url, *others):
        if not address or (address == style_url and address.startswith("/")):
            continue
        parts = urlsplit(address)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or any(sign in address for sign in " ;,'\"")
        ):
            raise BadConfigError(f"Fond de carte : « {address} » n'est pas une adresse https://….")
        origins.append(f"{parts.scheme}://{parts.netloc}")
    return list(dict.fromkeys(origins))
