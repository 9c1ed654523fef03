"""The loop that does the background work, alone in a process or beside the web server.

Taking and running a task is the library's; ours are the schedules, the signs of life, and giving back
what a worker that died had in hand.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from maillage.kernel.jobs.models import WorkerBeat
from maillage.kernel.jobs.registry import UnknownJobError, find_job
from maillage.kernel.jobs.running import bury
from maillage.kernel.jobs.schedules import enqueue_due

BEAT_SECONDS = 15
SILENCE_MAX = timedelta(minutes=5)
"""A worker silent for longer than this is taken for dead; a write lock may delay a sign of life."""
CLOCK_SECONDS = 20

log = structlog.get_logger("maillage.jobs")


def run_worker(*, stop: threading.Event, interval_seconds: float = 1.0, until_empty: bool = False) -> None:
    """Work until `stop` is set, finishing the job in hand; with `until_empty`, until nothing is ready.

    Runs in any thread; it installs no signal handler.
    """
    worker_id = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
    silent = threading.Event()
    beat = threading.Thread(target=_beat, args=(worker_id, silent), name="worker-beat", daemon=True)
    beat.start()
    log.info("worker started", worker=worker_id)
    next_look_at = timezone.now()
    try:
        while not stop.is_set():
            close_old_connections()
            now = timezone.now()
            if now >= next_look_at:
                _forgiving(lambda: _look_at_the_clock(now))  # noqa: B023
                next_look_at = now + timedelta(seconds=CLOCK_SECONDS)
            worked = _work_once(worker_id)
            if not worked and until_empty:
                return
            if not worked:
                stop.wait(interval_seconds)
    finally:
        silent.set()
        beat.join()
        _forgiving(lambda: WorkerBeat.objects.filter(pk=worker_id).delete())
        log.info("worker stopped", worker=worker_id)


def _work_once(worker_id: str) -> bool:
    """Run one ready task; False when none was. Reading first keeps an idle worker from taking the write lock."""
    if not DBTaskResult.objects.ready().exists():
        return False
    Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=worker_id,
    ).run()
    return True


def _look_at_the_clock(now: datetime) -> None:
    enqueue_due(now=now)
    give_back_lost_tasks(now=now)


def _forgiving(step: Callable[[], object]) -> None:
    """A locked or briefly absent database is no reason to stop working: the next round tries again."""
    try:
        step()
    except OperationalError as error:
        log.warning("database busy", error=str(error)[:200])
        connection.close_if_unusable_or_obsolete()


def _beat(worker_id: str, silent: threading.Event) -> None:
    """Write a sign of life every `BEAT_SECONDS`, on a connection of its own."""
    started_at = timezone.now()

    def write() -> None:
        WorkerBeat.objects.update_or_create(
            pk=worker_id, defaults={"seen_at": timezone.now(), "started_at": started_at}
        )

    _forgiving(write)
    while not silent.wait(BEAT_SECONDS):
        _forgiving(write)
    connection.close()


def give_back_lost_tasks(*, now: datetime) -> int:
    """Make ready again the tasks whose worker died in the middle; how many.

    A task interrupted as often as its job may be tried is given up instead.
    """
    running = DBTaskResult.objects.running().order_by("started_at", "id")
    lost = [task for task in running if task.worker_ids and _is_dead(task.worker_ids[-1], now)]
    return sum(_give_back(task) for task in lost)


def _give_back(task: DBTaskResult) -> bool:
    with transaction.atomic():
        mine = DBTaskResult.objects.filter(pk=task.pk, status="RUNNING", started_at=task.started_at).update(
            status="READY", started_at=None
        )
        if not mine:
            return False
        carried = task.args_kwargs["kwargs"]
        tries = carried["tries"] + len(task.worker_ids)
        try:
            tries_max = find_job(carried["name"], carried["module"]).tries_max
        except (UnknownJobError, ImportError):
            tries_max = 0
        if tries >= tries_max:
            bury(carried["name"], carried["arguments"], tries, None)
            DBTaskResult.objects.filter(pk=task.pk).delete()
    log.warning("task given back", job=carried["name"], tries=tries)
    return True


def _is_dead(worker_id: str, now: datetime) -> bool:
    """Whether the worker gave no sign of life for too long, or was a process of this machine that is gone."""
    if _process_is_gone(worker_id):
        return True
    return not WorkerBeat.objects.filter(pk=worker_id, seen_at__gt=now - SILENCE_MAX).exists()


def _process_is_gone(worker_id: str) -> bool:
    host, _, rest = worker_id.partition(":")
    process = rest.partition(":")[0]
    if host != socket.gethostname()[:30] or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OSError):
        return False
    return False


def workers_alive(*, now: datetime) -> int:
    """How many workers gave a sign of life lately."""
    return WorkerBeat.objects.filter(seen_at__gt=now - timedelta(seconds=BEAT_SECONDS * 4)).count()
