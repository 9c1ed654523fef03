"""A document made whole before anything is written: its sums checked, its XML tried by the official rules, its page drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from maillage.apps.books.models import Invoice
from maillage.apps.books.queries.contents import draft_document
from maillage.apps.books.queries.fiscal import FiscalLaw, NotInForceError, law_on
from maillage.apps.books.queries.paper import invoice_pdf, plain_pdf
from maillage.apps.books.queries.regimes import regime_problems
from maillage.apps.books.queries.wording import law_words, problem_words
from maillage.cores.einvoicing import values
from maillage.cores.einvoicing.checking import problems_of
from maillage.cores.einvoicing.cii import write_cii
from maillage.cores.einvoicing.rules import rule_files
from maillage.kernel.conformity.checker import NotCheckedError, checker
from maillage.kernel.conformity.values import RuleSet, Verdict

RULES = RuleSet(*rule_files("en16931"))
RULES_SHOWN_MAX = 5
DELAYS = {"days": "payment_days", "month_end": "payment_days_month_end"}


class CannotIssueError(Exception):
    """Why a document is not issued, in sentences; nothing was written."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


@dataclass(frozen=True)
class Composed:
    """A document ready to be issued. `xml` is empty and `verdict` None for a quote."""

    document: values.Invoice
    xml: bytes
    pdf: bytes
    verdict: Verdict | None


def valid_document(invoice: Invoice, *, number: str, law: FiscalLaw) -> values.Invoice:
    """What a draft would be under `number`, after our own checks. Raises CannotIssueError."""
    try:
        document = draft_document(invoice, number=number, law=law)
        late = tuple(late_problems(document, law))
    except NotInForceError as fault:
        raise CannotIssueError((law_words(fault),)) from fault
    corrected = invoice.refers_to
    then = law_on(corrected.issued_on) if corrected is not None and corrected.issued_on else law
    problems = (*problems_of(document, then.knows_rate), *regime_problems(invoice), *late)
    if problems:
        raise CannotIssueError(tuple(dict.fromkeys(problem_words(problem) for problem in problems)))
    return document


def late_problems(document: values.Invoice, law: FiscalLaw) -> Iterator[values.Problem]:
    """That an invoice gives longer to pay than the law lets anybody agree on. Raises NotInForceError."""
    if isinstance(document, values.Quote | values.CreditNote) or document.payment.due_on is None:
        return
    if document.payment.due_on > (last := law.last_due_day()):
        days = {name: f"{law.number(f'threshold.{key}'):f}" for name, key in DELAYS.items()}
        yield values.Problem("due_too_late", "payment.due_on", facts={"date": f"{last:%d/%m/%Y}", **days})


def compose(invoice: Invoice, *, number: str, law: FiscalLaw, now: datetime) -> Composed:
    """The whole document; the page is drawn while the rules are tried. Raises CannotIssueError."""
    document = valid_document(invoice, number=number, law=law)
    if isinstance(document, values.Quote):
        return Composed(document, b"", plain_pdf(document, at=now), None)
    xml = write_cii(document)
    try:
        verdict, pdf = checker.check_while(RULES, xml, lambda: invoice_pdf(document, xml, at=now))
    except NotCheckedError as fault:
        raise CannotIssueError(
            (
                _(
                    "The official rules could not be tried, so nothing was issued. Try again in a minute; if it goes on, tell an administrator."
                ),
            )
        ) from fault
    if not verdict.passes(RULES):
        raise CannotIssueError(broken_rules(verdict))
    return Composed(document, xml, pdf, verdict)


def broken_rules(verdict: Verdict) -> tuple[str, ...]:
    """The official rules that are broken, by name and in their own words."""
    broken = [failure for failure in verdict.failures if failure.fatal]
    return tuple(
        _("The official rule %(rule)s is not kept: %(words)s")
        % {"rule": failure.rule or failure.check, "words": failure.text}
        for failure in broken[:RULES_SHOWN_MAX]
    )


def verdict_json(verdict: Verdict | None) -> dict[str, Any] | None:
    """What is kept of a verdict beside the document."""
    if verdict is None:
        return None
    return {"ran": list(verdict.ran), "failures": [asdict(failure) for failure in verdict.failures]}
