"""The one task that the queue knows: run a declared job, see to its failures, and queue it again."""

from __future__ import annotations

import json
import traceback
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone
from django_tasks import task

from maillage.kernel.jobs.models import DeadLetter
from maillage.kernel.jobs.registry import Job, UnknownJobError, find_job

DELAY_MIN = timedelta(minutes=1)
DELAY_MAX = timedelta(hours=6)
TRACE_LENGTH_MAX = 8000

log = structlog.get_logger("maillage.jobs")


@task()
def run_job(*, name: str, module: str, arguments: dict[str, Any], tries: int) -> str:
    """Run the job once; answers "done", "again" (enqueued once more, later) or "dead"."""
    try:
        declared = find_job(name, module)
    except (UnknownJobError, ImportError) as error:
        bury(name, arguments, tries + 1, error)
        return "dead"
    try:
        declared.function(**arguments)
    except Exception as error:
        tries += 1
        log.warning("job failed", job=name, tries=tries, error=type(error).__name__)
        if tries >= declared.tries_max:
            bury(name, arguments, tries, error)
            return "dead"
        put(declared, arguments, tries=tries, delay=retry_delay(tries))
        return "again"
    return "done"


def put(job: Job, arguments: dict[str, Any], *, tries: int, delay: timedelta = timedelta(0)) -> None:
    """Queue `job`, already tried `tries` times, not to run before `delay` has passed."""
    carried = json.loads(json.dumps(arguments))
    if settings.JOBS_AT_ONCE:
        job.function(**carried)
        return
    task = run_job.using(run_after=timezone.now() + delay if delay else None)
    task.enqueue(name=job.name, module=job.module, arguments=carried, tries=tries)


def retry_delay(tries: int) -> timedelta:
    """One minute after the first failure, then four times longer each time, six hours at most."""
    return min(DELAY_MIN * 4 ** (tries - 1), DELAY_MAX)


def bury(name: str, arguments: dict[str, Any], tries: int, error: BaseException | None) -> None:
    """Set aside a job that nobody should try again unasked."""
    said = f"{type(error).__name__}: {error}" if error else "interrupted"
    trace = "".join(traceback.format_exception(error))[-TRACE_LENGTH_MAX:] if error else ""
    DeadLetter.objects.create(
        job_name=name,
        arguments=arguments,
        tries=tries,
        error=said[:500],
        trace=trace,
        failed_at=timezone.now(),
    )
    log.error("job given up", job=name, tries=tries, error=said.split(":")[0])
