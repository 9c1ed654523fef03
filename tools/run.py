"""`make run`: from a bare Python to a furnished demonstration on this machine. Safe to run again."""

from __future__ import annotations

import argparse
import os
import socket
import sys

import house

DATA = house.ROOT / "var" / "demo"


MAILLAGE = house.BIN / "maillage"


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def furnish() -> None:
    house.say("Installation du territoire fictif…")
    house.call([MAILLAGE, "demo", "--data", DATA, "--prepare"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    if not port_is_free(options.port):
        house.say(
            f"Le port {options.port} est déjà pris, peut-être par une démonstration déjà ouverte : "
            f"http://localhost:{options.port}\nPour en prendre un autre : make run PORT={options.port + 1}"
        )
        return 1
    try:
        seconds = house.prepare(meanwhile=furnish)
    except house.StepError as error:
        house.say(str(error))
        return 1
    if seconds > 1:
        house.say(f"Prêt en {seconds:.0f} s.")
    command = [str(MAILLAGE), "demo", "--data", str(DATA), "--port", str(options.port)]
    sys.stdout.flush()
    os.execv(command[0], command)


if __name__ == "__main__":
    sys.exit(main())
