"""Background work: declare a job, enqueue it, have it done regularly.

    @job(name="directory.apply_import", says=_("Carry out an import"), tries_max=3)
    def apply_import(*, import_id: int) -> None: ...

    enqueue(apply_import, import_id=7)          # or enqueue("directory.apply_import", import_id=7)

The queue is a table of the same database, so a job enqueued inside a transaction becomes visible when the
transaction commits, and is neither lost nor run for nothing. A job may run again after a failure or a
power cut: it is written so that running it twice does no harm. Declare jobs in an app's `tasks` module
(found at start) or beside the action they carry out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from maillage.kernel.jobs.registry import declare_job, declare_period, find_job
from maillage.kernel.jobs.running import put
from maillage.kernel.rooms.manifest import Text

F = TypeVar("F", bound=Callable[..., Any])


def job(*, name: str, says: Text, tries_max: int = 3) -> Callable[[F], F]:
    """Declare a job; `says` is what those who look after the site read. The function stays an ordinary one, and takes keyword arguments that JSON can carry."""

    def declare(function: F) -> F:
        declare_job(name, function, tries_max, says)
        return function

    return declare


def periodic(*, name: str, says: Text, every_minutes: int, tries_max: int = 3) -> Callable[[F], F]:
    """Declare a job without arguments, enqueued every `every_minutes` once for all workers together."""

    def declare(function: F) -> F:
        declare_period(declare_job(name, function, tries_max, says), every_minutes)
        return function

    return declare


def enqueue(name_or_function: str | Callable[..., Any], /, **arguments: Any) -> None:
    """Have a worker run the job soon, once the transaction in progress commits.

    Raises UnknownJobError, and TypeError when an argument is not JSON.
    """
    put(find_job(name_or_function), arguments, tries=0)
