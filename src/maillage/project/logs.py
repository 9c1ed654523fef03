"""What the server writes about itself: one line per fact, readable or JSON, without personal data.

Nobody's address, name or query stands in the journal: requests are not logged (the proxy may), and
`drop_personal` removes the fields that would carry them.
"""

from __future__ import annotations

from typing import Any

import structlog

PERSONAL_FIELDS = frozenset(
    {"email", "to", "recipient", "name", "ip", "address", "user", "password", "token"}
)


def drop_personal(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace by a mark what could name somebody."""
    return {key: "…" if key in PERSONAL_FIELDS else value for key, value in event.items()}


def drop_trace_of_strangers(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """One line for a request to a name that is not ours: scanners send them by the thousand."""
    record = event.get("_record")
    if record is not None and record.name == "django.security.DisallowedHost":
        record.exc_info = record.exc_text = None
        event.pop("exc_info", None)
    return event


def logging_settings(*, level: str, as_json: bool) -> dict[str, Any]:
    """Django's LOGGING, after having set structlog up to speak through it."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    shown: list[Any] = [
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    ]
    if as_json:
        shown = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*shared, drop_trace_of_strangers],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "django_tasks": {"handlers": [], "level": "WARNING", "propagate": True},
            "django_tasks_db": {"handlers": [], "level": "WARNING", "propagate": True},
            "pikepdf": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
