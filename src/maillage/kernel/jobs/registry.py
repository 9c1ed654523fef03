"""The jobs and schedules that the code declares, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from maillage.kernel.rooms.manifest import Text

F = TypeVar("F", bound=Callable[..., Any])


class UnknownJobError(LookupError):
    """No job bears this name, or this function is not a job."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A declared job. `name` is stable: waiting rows carry it, so that code may move between two releases; `says` is for people."""

    name: str
    says: Text
    function: Callable[..., Any]
    tries_max: int

    @property
    def module(self) -> str:
        return self.function.__module__


@dataclass(frozen=True, kw_only=True)
class Period:
    """A job without arguments that is due every `every_minutes`."""

    job: Job
    every_minutes: int


_jobs: dict[str, Job] = {}
_periods: dict[str, Period] = {}


def declare_job(name: str, function: Callable[..., Any], tries_max: int, says: Text) -> Job:
    """Register `function` under `name`; a name stands for one function only."""
    declared = Job(name=name, says=says, function=function, tries_max=tries_max)
    known = _jobs.get(name)
    if known and (known.module, known.function.__qualname__) != (declared.module, function.__qualname__):
        raise ValueError(f"two jobs are named {name!r}: {known.module} and {declared.module}")
    _jobs[name] = declared
    return declared


def declare_period(job: Job, every_minutes: int) -> None:
    if every_minutes < 1:
        raise ValueError(f"{job.name}: a period is at least one minute")
    _periods[job.name] = Period(job=job, every_minutes=every_minutes)


def find_job(name_or_function: str | Callable[..., Any], module: str = "") -> Job:
    """The job of that name, or of that function; `module` is imported when the name is not known yet.

    Raises UnknownJobError.
    """
    if callable(name_or_function):
        for declared in _jobs.values():
            if declared.function is name_or_function:
                return declared
        raise UnknownJobError(f"{name_or_function!r} is not declared with @job")
    if name_or_function not in _jobs and module.startswith("maillage."):
        import_module(module)
    try:
        return _jobs[name_or_function]
    except KeyError:
        raise UnknownJobError(f"no job is named {name_or_function!r}") from None


def all_periods() -> tuple[Period, ...]:
    """The periodic jobs, by name."""
    return tuple(_periods[name] for name in sorted(_periods))


def job_label(name: str) -> Text:
    """What the job does, in words; its name when the code no longer knows it."""
    return _jobs[name].says if name in _jobs else name
