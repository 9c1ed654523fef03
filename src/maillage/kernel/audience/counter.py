"""Counting pages without cookie, address or identifier.

A request only adds one to a number in memory. A thread of the process writes the numbers down now and then,
on a connection of its own: reading a page never writes, and a process that is killed loses half a minute of
counts at most.
"""

from __future__ import annotations

import atexit
import threading
from collections import Counter
from datetime import date

import structlog
from django.db import connection, transaction
from django.db.models import F

from maillage.kernel.audience.models import PageCount

log = structlog.get_logger("maillage.audience")
Key = tuple[date, str]


class AudienceCounter:
    """The counts of one process. `flush_seconds` 0 means that nothing is written unless `flush` is called."""

    def __init__(self, *, flush_seconds: float) -> None:
        self._flush_seconds = flush_seconds
        self._counts: Counter[Key] = Counter()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def add(self, day: date, page: str) -> None:
        with self._lock:
            self._counts[(day, page)] += 1
            if self._flush_seconds and self._thread is None:
                self._start()

    def flush(self) -> int:
        """Write down what was counted; how many pages. What cannot be written is kept for the next time."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        try:
            with transaction.atomic():
                for (day, page), count in sorted(taken.items()):
                    row, created = PageCount.objects.get_or_create(
                        day=day, page=page, defaults={"count": count}
                    )
                    if not created:
                        PageCount.objects.filter(pk=row.pk).update(count=F("count") + count)
        except Exception:
            with self._lock:
                self._counts.update(taken)
            raise
        return sum(taken.values())

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="maillage-audience", daemon=True)
        self._thread.start()
        atexit.register(self._stop)

    def _stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            over = self._stopping.wait(self._flush_seconds)
            try:
                self.flush()
            except Exception as error:  # the database is away: counts wait, pages are served
                log.warning("audience not written", error=type(error).__name__)
            finally:
                connection.close()
            if over:
                return
