"""`make test`: style, types, contracts, words, then the tests on SQLite, on PostgreSQL and in a real browser.

With `--strict`, what had to be skipped counts as a failure.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import house
import postgres

SUMMARY = re.compile(r"^=*\s*((?:\d+ \w+(?:, )?)+ in [\d.]+s.*?)\s*=*$")
SKIPPED = re.compile(r"SKIPPED \[(\d+)\]")
REAL_FILES = "real files are not at hand"
"""Why a test of `tests/real_files.py` is skipped: a copy of the project alone does not have them."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOTHING_COLLECTED = 5
STORED = ("tests", "--ignore=tests/cores")
BROWSED = ("tests/e2e",)
"""Where tests of data, and of the browser, stand: to look for them among all the others takes each process ten seconds."""
SMOKED = ("directory --smoke", "extraction", "ranking --smoke", "clearing --smoke", "loops --smoke")
"""The benches that end within seconds in small; the others take a minute or two each, and are run by hand."""


@dataclass
class Report:
    """What happened, told at the end."""

    lines: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    excused: list[str] = field(default_factory=list)

    def tell(self, name: str, code: int, figures: str) -> None:
        self.lines.append(f"{'échec ' if code else 'bon   '} {name:<38} {figures}")

    def skip(self, sentence: str, *, excused: bool = False) -> None:
        """Say aloud what was not verified; what is `excused` is no failure, even under `--strict`."""
        (self.excused if excused else self.skipped).append(sentence)
        house.say(f"\n{'!' * 78}\n!!! NON VÉRIFIÉ : {sentence}\n{'!' * 78}")


def run_step(
    report: Report, name: str, command: list[str], environment: dict[str, str] | None = None
) -> None:
    """Run one tool, its output shown as it comes, and keep pytest's last line."""
    say_title(name)
    begun = time.monotonic()
    process = started(command, environment)
    told, skipped = "", 0
    for line in process.stdout or ():
        sys.stdout.write(line)
        sys.stdout.flush()
        if found := SUMMARY.match(line.strip()):
            told = found.group(1)
        elif (found := SKIPPED.match(line)) and REAL_FILES not in line:
            skipped += int(found.group(1))
    code = process.wait()
    if code == NOTHING_COLLECTED and command[0] == "pytest":
        code, told = 0, "rien à essayer"
    if re.search(r"\d+ skipped", told):
        report.skip(f"{name} : {told}", excused=not skipped)
    if code:
        report.failed.append(name)
    report.tell(name, code, told or f"{time.monotonic() - begun:.0f} s")


def run_together(report: Report, steps: dict[str, list[str]]) -> None:
    """Run tools that each keep one core busy, two at once; what each printed is shown when it ends, in the order given."""

    def ran(command: list[str]) -> tuple[str, int, float]:
        begun = time.monotonic()
        process = started(command)
        output, _errors = process.communicate()
        return output, process.returncode, time.monotonic() - begun

    with ThreadPoolExecutor(2) as pool:
        for name, (output, code, seconds) in zip(steps, pool.map(ran, steps.values()), strict=True):
            say_title(name)
            sys.stdout.write(output)
            sys.stdout.flush()
            if code:
                report.failed.append(name)
            report.tell(name, code, f"{seconds:.0f} s")


def say_title(name: str) -> None:
    house.say(f"\n── {name} " + "─" * max(0, 74 - len(name)))


def started(command: list[str], environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """A tool of the house's own environment, what it prints at our disposal."""
    return subprocess.Popen(
        [str(house.BIN / command[0]), *command[1:]],
        cwd=house.ROOT,
        env={**os.environ, "PYTHONPATH": f"src{os.pathsep}.", "PYTHONUNBUFFERED": "1", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


SOURCES = {
    "Types (mypy)": ["mypy"],
    "Style (ruff)": ["ruff", "check", "."],
    "Mise en forme (ruff)": ["ruff", "format", "--check", "."],
    "Couches (import-linter)": ["lint-imports"],
    "Gabarits (djlint)": ["djlint", "src", "--lint", "--quiet"],
    "Catalogue français": ["python", "tools/catalogue.py", "check"],
}


def run_tests(report: Report, chosen: list[str]) -> None:
    parallel = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "worksteal", "--durations=12"]
    run_step(report, "Tests sur SQLite", ["pytest", "-q", "-rs", "-m", "not browser", *parallel, *chosen])
    with ExitStack() as stack:
        url = postgres.find() or stack.enter_context(postgres.started())
        if url:
            environment = {"MAILLAGE_TEST_DATABASE_URL": url}
            run_step(
                report,
                "Tests sur PostgreSQL",
                ["pytest", "-q", "-rs", "-m", "data and not browser", *parallel, *(chosen or STORED)],
                environment,
            )
        else:
            report.skip("PostgreSQL : ni serveur sur 127.0.0.1:5432, ni binaires (apt install postgresql)")
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium:
        environment = {"MAILLAGE_TEST_CHROMIUM": chromium}
        run_step(
            report,
            "Navigateur",
            ["pytest", "-q", "-rs", "-m", "browser", *parallel, *(chosen or BROWSED)],
            environment,
        )
    else:
        report.skip("Navigateur : Chromium est absent (apt install chromium)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="ce qui est sauté compte comme un échec")
    parser.add_argument("--no-sources", action="store_true", help="les tests seulement")
    parser.add_argument("tests", nargs="*", help="dossiers ou fichiers ; tout par défaut")
    options = parser.parse_args()
    report = Report()
    try:
        house.prepare("dev")
    except house.StepError as error:
        house.say(str(error))
        return 1
    if not options.no_sources:
        run_together(report, SOURCES)
    run_tests(report, options.tests)
    if not options.tests:
        smoked = {
            f"Mesures, en petit ({bench})": ["python", "-m", *f"bench.{bench}".split()] for bench in SMOKED
        }
        run_together(report, smoked)
    house.say("\n══ Bilan " + "═" * 69)
    for sentence in (*report.skipped, *report.excused):
        house.say(f"SAUTÉ  {sentence}")
    for line in report.lines:
        house.say(line)
    refused = bool(report.failed) or (options.strict and bool(report.skipped))
    house.say(
        "══ ÉCHEC"
        if refused
        else "══ Tout est bon" + (", sauf ce qui a été sauté" if report.skipped or report.excused else "")
    )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
