"""The checking process, with the real rules and with processes that misbehave."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from maillage.cores.einvoicing.cii import write_cii
from maillage.cores.einvoicing.rules import rule_files
from maillage.kernel.conformity.checker import Checker, NotCheckedError
from maillage.kernel.conformity.values import RuleSet
from tests.cores.einvoicing.examples import FURNITURE
from tests.cores.einvoicing.test_cii import DOCUMENTS

RULES = RuleSet(*rule_files("en16931"))
GOOD = write_cii(FURNITURE)


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    made = Checker()
    yield made
    made.stop()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_we_write_passes_all_three(checker: Checker, name: str) -> None:
    verdict = checker.check(RULES, write_cii(DOCUMENTS[name]))
    assert verdict.failures == ()
    assert verdict.ran == ("schema", "en16931", "fr-ctc") and verdict.passes(RULES)


BROKEN = [
    (b"<ram:TypeCode>380</ram:TypeCode>", b"", "schema", ""),
    (b"<ram:GrandTotalAmount>622.71", b"<ram:GrandTotalAmount>622.72", "en16931", "BR-CO-15"),
    (b"<ram:SubjectCode>PMT", b"<ram:SubjectCode>AAI", "fr-ctc", "BR-FR-05_BT-22_PMT"),
    (b"<ram:ID>F2026-0001", b"<ram:ID>F 2026 0001", "fr-ctc", "BR-FR-02_BT-1"),
    (b"<ram:ID>M1<", b"<ram:ID>Z1<", "fr-ctc", "BR-FR-08_BT-23"),
    (b"<ram:ID>M1<", b"<ram:ID>M2<", "fr-ctc", "BR-FR-CO-09_BT-113"),
]


@pytest.mark.parametrize(("old", "new", "check", "rule"), BROKEN)
def test_a_broken_rule_is_named(checker: Checker, old: bytes, new: bytes, check: str, rule: str) -> None:
    broken = GOOD.replace(old, new)
    assert broken != GOOD
    verdict = checker.check(RULES, broken)
    assert not verdict.passes(RULES)
    assert any(one.check == check and one.rule.startswith(rule[:11]) and one.text for one in verdict.failures)


def test_a_killed_process_is_replaced(checker: Checker) -> None:
    checker.warm_up(RULES)
    first = checker.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert checker.check(RULES, GOOD).passes(RULES)
    assert checker.process_id != first


def test_killed_while_it_works_it_is_replaced_and_the_document_checked(checker: Checker) -> None:
    checker.warm_up(RULES)
    first = checker.process_id
    assert first is not None
    verdict, made = checker.check_while(RULES, GOOD, lambda: os.kill(first, signal.SIGKILL) or "made")
    assert verdict.passes(RULES) and made == "made"


def test_several_threads_take_turns_and_each_gets_its_own_answer(checker: Checker) -> None:
    broken = GOOD.replace(b"<ram:SubjectCode>PMD", b"<ram:SubjectCode>AAI")
    answers: dict[int, bool] = {}

    def ask(number: int) -> None:
        answers[number] = checker.check(RULES, broken if number % 2 else GOOD).passes(RULES)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: number % 2 == 0 for number in range(8)}


def test_work_that_fails_meanwhile_leaves_no_answer_behind_for_the_next(checker: Checker) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        checker.check_while(RULES, GOOD, fail)
    broken = GOOD.replace(b"<ram:SubjectCode>AAB", b"<ram:SubjectCode>AAI")
    assert not checker.check(RULES, broken).passes(RULES)


def test_rules_that_cannot_be_loaded_are_not_rules_that_pass(tmp_path: Path) -> None:
    made = Checker()
    with pytest.raises(NotCheckedError):
        made.check(RuleSet(RULES.schema, (("absent", str(tmp_path / "absent.xslt")),)), GOOD)
    made.stop()


def test_rules_that_meet_nothing_are_not_rules_that_pass(checker: Checker, tmp_path: Path) -> None:
    """A stylesheet that reports without having fired one rule: what the library would call valid."""
    silent = tmp_path / "silent.xslt"
    silent.write_text(
        '<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
        '<xsl:template match="/"><s:schematron-output xmlns:s="http://purl.oclc.org/dsdl/svrl"/></xsl:template>'
        "</xsl:stylesheet>"
    )
    with pytest.raises(NotCheckedError, match="silent"):
        checker.check(RuleSet(RULES.schema, (("silent", str(silent)),)), GOOD)


@pytest.mark.parametrize("xml", [b"", b"no xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_what_cannot_be_read_is_not_checked(checker: Checker, xml: bytes) -> None:
    with pytest.raises(NotCheckedError):
        checker.check(RULES, xml)
    assert checker.check(RULES, GOOD).passes(RULES)


MISBEHAVING = {
    "dies at once": "import sys; sys.exit(1)",
    "dies over a document": "import sys; print('{}', flush=True); sys.stdin.buffer.readline()",
    "says nothing": "import sys, time\nfor line in sys.stdin: print('{}', flush=True); time.sleep(60)",
    "skips a check": "import sys\nfor line in sys.stdin.buffer:\n print(REPLY, flush=True)",
    "answers without end": "import sys\nwhile True: sys.stdout.write('x' * 65536)",
}
SKIPPED = json.dumps({"checks": [{"name": "schema", "fired": 1, "failures": []}]})


@pytest.mark.parametrize("manner", MISBEHAVING)
def test_a_check_that_was_not_made_never_passes(
    manner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"misbehaving_{abs(hash(manner))}"
    (tmp_path / f"{name}.py").write_text(f"REPLY = {SKIPPED!r}\n" + MISBEHAVING[manner])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    made = Checker(name)
    with pytest.raises(NotCheckedError):
        made.check(RULES, b"<a/>", seconds_max=1.0)
    made.stop()
    assert made.process_id is None
