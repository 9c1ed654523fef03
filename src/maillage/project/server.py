"""The web server, with a worker process beside it when asked for."""

from __future__ import annotations

import errno
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection

from django.db import connections

RESPAWN_SECONDS = 2.0
STOP_SECONDS_MAX = 30
PORT_MAX = 65_535


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def port_is_free(host: str, port: int) -> bool:
    return not why_not_listen(host, port)


def why_not_listen(host: str, port: int) -> str:
    """Why nobody can listen there, as a French sentence for the operator; "" when one can."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return (
                f"Le port {port} est réservé à l'administrateur de cette machine ; prenez-en un à partir de 1024,"
                " et mettez un mandataire devant (docs/how-to/deploy.md)."
            )
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = port + 1 if port < PORT_MAX else port - 1
                return f"Le port {port} est déjà pris ; donnez-en un autre : --port {other}"
            return (
                f"« {host} » n'est pas une adresse de cette machine ; donnez --host 127.0.0.1,"
                " ou 0.0.0.0 pour tout le réseau."
            )
    return ""


def serve(
    *, host: str, port: int, processes: int, threads: int, with_worker: bool, ready: Callable[[], None]
) -> None:
    """Serve until interrupted; `ready` is called once, when the first page can be asked for.

    Requests in progress are finished, then the job in hand.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connections.close_all()
    server = Granian(
        "maillage.project.wsgi:application",
        address="127.0.0.1" if host == "localhost" else host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS_MAX,
        log_level=LogLevels.error,
    )
    threading.Thread(target=_tell_when_ready, args=(host, port, ready), daemon=True).start()
    keeper = WorkerKeeper() if with_worker else None
    try:
        server.serve()
    finally:
        if keeper:
            keeper.stop()


def _tell_when_ready(host: str, port: int, ready: Callable[[], None]) -> None:
    reachable = "127.0.0.1" if host in ("localhost", "0.0.0.0") else "::1" if host == "::" else host  # noqa: S104
    while True:
        probe = HTTPConnection(reachable, port, timeout=20)
        try:
            probe.request("GET", "/sante", headers={"Host": "localhost"})
            probe.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            ready()
            return
        finally:
            probe.close()


class WorkerKeeper:
    """Keeps one worker process alive until told to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "maillage.project.cli", "worker", "--beside", str(os.getpid())]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self._process.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
            if not self._stopping.wait(RESPAWN_SECONDS):
                self._process = self._start()

    def stop(self) -> None:
        """Let the worker finish its job, then kill it."""
        self._stopping.set()
        self._thread.join()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
