"""The queue: what is enqueued runs, once; what fails is tried again, then set aside; what is due runs once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from maillage.kernel.jobs import registry
from maillage.kernel.jobs.letters import dead_letters, drop, run_again
from maillage.kernel.jobs.models import DeadLetter, Schedule, WorkerBeat
from maillage.kernel.jobs.progress import read_progress, report_progress
from maillage.kernel.jobs.queue import enqueue, job, periodic
from maillage.kernel.jobs.registry import UnknownJobError
from maillage.kernel.jobs.running import retry_delay
from maillage.kernel.jobs.schedules import enqueue_due
from maillage.kernel.jobs.worker import give_back_lost_tasks, run_worker, workers_alive

pytestmark = pytest.mark.django_db(transaction=True)

done: list[Any] = []


@job(name="test.note", says="Note")
def note(*, word: str) -> None:
    done.append(word)


@job(name="test.fail", says="Fail", tries_max=3)
def fail() -> None:
    raise ValueError("no luck")


def tick() -> None:
    done.append("tick")


@pytest.fixture(autouse=True)
def _queue(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.JOBS_AT_ONCE = False
    monkeypatch.setattr(registry, "_jobs", dict(registry._jobs))
    monkeypatch.setattr(registry, "_periods", {})
    done.clear()
    yield


def work() -> None:
    run_worker(stop=threading.Event(), until_empty=True)


def make_everything_due() -> None:
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now() - timedelta(seconds=1))


def test_a_job_runs_once_and_may_be_named() -> None:
    enqueue(note, word="a")
    enqueue("test.note", word="b")
    assert done == []
    work()
    work()
    assert sorted(done) == ["a", "b"]


def test_what_is_rolled_back_is_not_enqueued() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue(note, word="never")
        raise RuntimeError
    work()
    assert done == []


def test_at_once_it_runs_where_it_is_enqueued_and_lets_its_failure_out(settings: Settings) -> None:
    settings.JOBS_AT_ONCE = True
    enqueue(note, word="now")
    assert done == ["now"]
    with pytest.raises(ValueError, match="no luck"):
        enqueue(fail)


def test_only_declared_functions_and_plain_arguments_are_taken() -> None:
    with pytest.raises(UnknownJobError):
        enqueue(tick)
    with pytest.raises(TypeError):
        enqueue(note, word=object())


def test_two_functions_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"test\.note"):
        job(name="test.note", says="Something")(tick)


def test_a_failing_job_waits_longer_each_time_then_is_set_aside() -> None:
    enqueue(fail)
    work()
    waiting = DBTaskResult.objects.get(status="READY")
    assert timedelta(seconds=50) < waiting.run_after - timezone.now() <= timedelta(minutes=1)
    assert not DeadLetter.objects.exists()
    for _time in range(2):
        make_everything_due()
        work()
    letter = dead_letters().get()
    assert (letter.job_name, letter.tries, letter.error) == ("test.fail", 3, "ValueError: no luck")
    assert "raise ValueError" in letter.trace
    assert not DBTaskResult.objects.filter(status="READY").exists()


def test_the_wait_grows_and_is_bounded() -> None:
    minutes = [retry_delay(tries).total_seconds() / 60 for tries in (1, 2, 3, 4, 9)]
    assert minutes == [1, 4, 16, 64, 360]


def test_a_job_set_aside_is_run_again_or_dropped() -> None:
    letter = DeadLetter.objects.create(
        job_name="test.note", arguments={"word": "again"}, tries=3, error="x", failed_at=timezone.now()
    )
    assert run_again(letter.pk) is True
    assert run_again(letter.pk) is False
    work()
    assert done == ["again"]
    assert drop(letter.pk) is False


def test_a_job_of_an_older_release_is_set_aside_with_its_name() -> None:
    from maillage.kernel.jobs.running import run_job

    run_job.enqueue(name="gone.job", module="maillage.gone", arguments={}, tries=0)
    work()
    assert dead_letters().get().job_name == "gone.job"


def test_a_periodic_job_is_enqueued_once_per_period() -> None:
    periodic(name="test.tick", says="Tick", every_minutes=60)(tick)
    start = timezone.now()
    assert enqueue_due(now=start) == ["test.tick"]
    assert enqueue_due(now=start + timedelta(minutes=59)) == []
    assert enqueue_due(now=start + timedelta(hours=7)) == ["test.tick"]
    assert enqueue_due(now=start + timedelta(hours=7, minutes=1)) == []


def test_many_workers_enqueue_a_due_job_once() -> None:
    periodic(name="test.tick", says="Tick", every_minutes=60)(tick)
    now = timezone.now()
    Schedule.objects.create(name="test.tick", next_due_at=now)
    gate = threading.Barrier(6)
    taken: list[str] = []

    def look() -> None:
        gate.wait()
        taken.extend(enqueue_due(now=now))
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == ["test.tick"]
    assert DBTaskResult.objects.count() == 1


def test_several_workers_share_the_jobs_without_doing_one_twice() -> None:
    for number in range(12):
        enqueue(note, word=str(number))

    def work_and_leave() -> None:
        work()
        connection.close()

    threads = [threading.Thread(target=work_and_leave) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()
    assert sorted(done, key=int) == [str(number) for number in range(12)]


def interrupted(worker_id: str) -> DBTaskResult:
    enqueue(note, word="lost")
    task = DBTaskResult.objects.get()
    task.claim(worker_id)
    return task


def test_what_a_dead_worker_held_is_given_back() -> None:
    interrupted("elsewhere:1:abcd")
    assert give_back_lost_tasks(now=timezone.now()) == 1
    work()
    assert done == ["lost"]


def test_what_a_living_worker_holds_is_left_alone() -> None:
    now = timezone.now()
    interrupted("elsewhere:1:abcd")
    WorkerBeat.objects.create(worker_id="elsewhere:1:abcd", started_at=now, seen_at=now)
    assert give_back_lost_tasks(now=now) == 0
    assert workers_alive(now=now) == 1


def test_what_kills_each_worker_is_set_aside_at_last() -> None:
    task = interrupted("elsewhere:1:a")
    for worker_id in ("elsewhere:1:b", "elsewhere:1:c"):
        assert give_back_lost_tasks(now=timezone.now()) == 1
        task.refresh_from_db()
        task.claim(worker_id)
    give_back_lost_tasks(now=timezone.now())
    assert dead_letters().get().error == "interrupted"
    assert not DBTaskResult.objects.exists()


def test_progress_is_read_back() -> None:
    assert read_progress("import:1") is None
    report_progress("import:1", 0, 0)
    assert read_progress("import:1").percent == 0
    report_progress("import:1", 30, 120, "lecture")
    progress = read_progress("import:1")
    assert (progress.percent, progress.label, progress.finished) == (25, "lecture", False)
    report_progress("import:1", 120, 120)
    assert read_progress("import:1").finished


def test_a_worker_leaves_no_sign_of_life_behind() -> None:
    work()
    assert not WorkerBeat.objects.exists()
