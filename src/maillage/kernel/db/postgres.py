"""PostgreSQL by address."""

from urllib.parse import parse_qsl, unquote, urlsplit


class BadDatabaseUrlError(ValueError):
    """The address of the database cannot be read."""


def database_from_url(url: str, *, pool_size: int = 0) -> dict[str, object]:
    """Django's database entry for `postgresql://user:password@host:port/name?option=value`.

    An empty host means the local socket. With `pool_size`, each process keeps that many connections at most
    and lends them to its threads. Raises BadDatabaseUrlError on any other scheme or without a name.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not name:
        raise BadDatabaseUrlError(f"not a PostgreSQL address: {url!r}")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pool_size else 60,
        "CONN_HEALTH_CHECKS": True,
    }
