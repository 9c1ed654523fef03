"""Keeping a checking process at hand: started when first needed, warm afterwards, replaced when it dies or dawdles.

A check that was not made is never taken for one that passed: whatever is missing in an answer raises NotCheckedError.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from maillage.kernel.conformity.values import Failure, RuleSet, Verdict

START_SECONDS_MAX = 60.0
CHECK_SECONDS_MAX = 20.0
ANSWER_BYTES_MAX = 4 * 1024 * 1024
MODULE = "maillage.kernel.conformity.worker"
_SOURCES = str(Path(__file__).resolve().parents[3])

Made = TypeVar("Made")


class NotCheckedError(RuntimeError):
    """The rules could not be tried: the document may be right or wrong, nobody knows."""


class _WorkerGoneError(Exception):
    """The process ended before it answered."""


class Checker:
    """One checking process, shared by the threads of this one; they take turns."""

    def __init__(self, module: str = MODULE) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def check(self, rules: RuleSet, xml: bytes, *, seconds_max: float = CHECK_SECONDS_MAX) -> Verdict:
        """Try all the rules on a document. Raises NotCheckedError."""
        verdict, _nothing = self.check_while(rules, xml, lambda: None, seconds_max=seconds_max)
        return verdict

    def check_while(
        self,
        rules: RuleSet,
        xml: bytes,
        work: Callable[[], Made],
        *,
        seconds_max: float = CHECK_SECONDS_MAX,
    ) -> tuple[Verdict, Made]:
        """The verdict, and what `work` made meanwhile in this process. Raises NotCheckedError, or what `work` raises."""
        if not xml:
            raise NotCheckedError("an empty document has nothing to check")
        with self._lock:
            try:
                self._warm(rules)
                self._send(rules, xml, seconds_max)
                made = work()
                answer = self._receive(seconds_max)
            except _WorkerGoneError:
                made = work()
                answer = self._once_more(rules, xml, seconds_max)
            except BaseException:
                self._stop()  # its answer would be read as that of the next document
                raise
        return _verdict(rules, answer), made

    def warm_up(self, rules: RuleSet) -> None:
        """Load the rules before anybody waits for them. Raises NotCheckedError."""
        with self._lock:
            self._warm(rules)

    def stop(self) -> None:
        """End the process; the next check starts another."""
        with self._lock:
            self._stop()

    @property
    def process_id(self) -> int | None:
        """The process in use, None when there is none."""
        return self._process.pid if self._process else None

    def _once_more(self, rules: RuleSet, xml: bytes, seconds_max: float) -> bytes:
        """A second process for a document whose first one died; should it die too, the document is at fault."""
        self._stop()
        try:
            self._warm(rules)
            self._send(rules, xml, seconds_max)
            return self._receive(seconds_max)
        except _WorkerGoneError as fault:
            self._stop()
            raise NotCheckedError("the checking process died twice over this document") from fault
        except BaseException:
            self._stop()
            raise

    def _warm(self, rules: RuleSet) -> None:
        """A living process; a new one loads its rules first, which takes longer than a check may."""
        if self._process is not None and self._process.poll() is None:
            return
        self._stop()
        paths = [_SOURCES, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        try:
            self._send(rules, b"", START_SECONDS_MAX)
            self._receive(START_SECONDS_MAX)
        except _WorkerGoneError as fault:
            self._stop()
            raise NotCheckedError("the checking process does not start") from fault

    def _send(self, rules: RuleSet, xml: bytes, seconds_max: float) -> None:
        head = {"schema": rules.schema, "stylesheets": rules.stylesheets, "bytes": len(xml)}
        left = memoryview(json.dumps(head).encode() + b"\n" + xml)
        process = self._running()
        assert process.stdin is not None
        end = time.monotonic() + seconds_max
        while left:
            self._await(process.stdin.fileno(), selectors.EVENT_WRITE, end)
            try:
                left = left[os.write(process.stdin.fileno(), left) :]
            except BrokenPipeError as fault:
                raise _WorkerGoneError from fault

    def _receive(self, seconds_max: float) -> bytes:
        process = self._running()
        assert process.stdout is not None
        end = time.monotonic() + seconds_max
        answer = bytearray()
        while not answer.endswith(b"\n"):
            self._await(process.stdout.fileno(), selectors.EVENT_READ, end)
            part = os.read(process.stdout.fileno(), 65536)
            if not part:
                raise _WorkerGoneError
            answer += part
            if len(answer) > ANSWER_BYTES_MAX:
                raise NotCheckedError("the checking process does not stop answering")
        return bytes(answer)

    @staticmethod
    def _await(descriptor: int, event: int, end: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, event)
            if not selector.select(max(0.0, end - time.monotonic())):
                raise NotCheckedError("the checking process does not answer in time")

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _verdict(rules: RuleSet, answer: bytes) -> Verdict:
    """The answer as values, after making sure that every check of `rules` was made, and met something to check."""
    read = json.loads(answer)
    if "fault" in read:
        raise NotCheckedError(read["fault"])
    checks = read["checks"]
    ran = tuple(check["name"] for check in checks if check["fired"])
    failures = tuple(Failure(check["name"], **failure) for check in checks for failure in check["failures"])
    structure_wrong = ran == rules.checks[:1] and bool(failures)
    if ran != rules.checks and not structure_wrong:
        raise NotCheckedError(f"checks skipped: {', '.join(sorted(set(rules.checks) - set(ran))) or 'order'}")
    return Verdict(ran, failures)


checker = Checker()
"""The process of this house; it ends with us."""
atexit.register(checker.stop)
