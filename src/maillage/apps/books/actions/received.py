"""Invoices that come from elsewhere: taken in only when they can be read, checked by the same rules, then said to be owed or not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.composing import broken_rules, verdict_json
from maillage.apps.books.actions.purchases import take_purchase_out
from maillage.apps.books.actions.settlements import journal_received
from maillage.apps.books.actions.writing import lock_books
from maillage.apps.books.choices import DocumentKind, ReceivedStatus
from maillage.apps.books.models import InvoicingProfile, ReceivedInvoice
from maillage.apps.books.queries.fiscal import law_on
from maillage.apps.books.queries.wording import decimal_words, euros
from maillage.apps.directory.models import Organization
from maillage.cores.einvoicing.checking import identifier_problems
from maillage.cores.einvoicing.cii import Incoming, UnreadableError, profile_of, read_cii
from maillage.cores.einvoicing.labels import FILE_NAME
from maillage.cores.einvoicing.rules import rule_files
from maillage.cores.einvoicing.storing import to_json
from maillage.cores.einvoicing.sums import totals_of
from maillage.cores.einvoicing.values import CreditNote
from maillage.kernel.conformity.checker import NotCheckedError, checker
from maillage.kernel.conformity.unpacking import PDF_BYTES_MAX, AttachmentError, attachment_of
from maillage.kernel.conformity.values import RuleSet, Verdict

ATTACHMENT_NAMES = (FILE_NAME, "zugferd-invoice.xml", "xrechnung.xml")
NUMBER_LENGTH_MAX = 100


class NotTakenInError(ValueError):
    """Why a file is not taken in, in a sentence; nothing was kept."""


class AlreadySettledError(Exception):
    message = gettext_lazy("Part of this invoice is settled already: undo that first, then dispute it.")


@dataclass(frozen=True)
class Reading:
    """A file that was read: its document, what the official rules say, and what deserves a look, in sentences."""

    incoming: Incoming
    verdict: Verdict
    warnings: tuple[str, ...]


def read_file(content: bytes, *, receiver: Organization) -> Reading:
    """What a file says, after every check that needs no row. Raises NotTakenInError."""
    xml = _xml_of(content)
    try:
        rules = RuleSet(*rule_files(profile_of(xml)))
        verdict = checker.check(rules, xml)
        if not verdict.passes(rules) and len(verdict.ran) < len(rules.checks):
            raise NotTakenInError(
                _(
                    "The data of this invoice do not have the structure of a Factur-X: %(words)s Ask its sender for another file."
                )
                % {"words": verdict.failures[0].text[:300]}
            )
        incoming = read_cii(xml)
    except UnreadableError as fault:
        raise NotTakenInError(_unreadable_words(fault)) from fault
    except NotCheckedError as fault:
        raise NotTakenInError(
            _("The official rules could not be tried on this file. Try again in a minute.")
        ) from fault
    _check_parties(incoming, receiver)
    _check_signs(incoming)
    _check_rates(incoming)
    return Reading(incoming, verdict, (*_sum_warnings(incoming), *broken_rules(verdict)))


def take_in(
    *, actor: Person | None, receiver: Organization, name: str, content: bytes, now: datetime
) -> ReceivedInvoice:
    """Keep a file that an organisation received, read and checked, as something that it may owe. Raises NotTakenInError."""
    reading = read_file(content, receiver=receiver)
    document, stated = reading.incoming.document, reading.incoming.stated
    if len(document.number) > NUMBER_LENGTH_MAX:
        raise NotTakenInError(_("The number of this invoice is too long."))
    is_pdf = content.startswith(b"%PDF-")
    digest = hashlib.sha256(content).hexdigest()
    taken = ReceivedInvoice(
        receiver=receiver,
        supplier=_supplier(document.seller.siren),
        supplier_siren=document.seller.siren,
        supplier_name=document.seller.name[:200],
        kind=DocumentKind.CREDIT_NOTE if isinstance(document, CreditNote) else DocumentKind.INVOICE,
        number=document.number,
        issued_on=document.issued_on,
        due_on=document.payment.due_on,
        net_cents=stated.net_cents,
        vat_cents=stated.vat_cents,
        gross_cents=stated.gross_cents,
        due_cents=stated.due_cents,
        profile=reading.incoming.profile,
        content=to_json(document),
        verdict=verdict_json(reading.verdict),
        warnings=list(reading.warnings),
        file_sha256=digest,
        created_by=actor,
        created_at=now,
    )
    try:
        with transaction.atomic():
            taken.save()
            taken.file.save(f"{receiver.pk}/{digest[:32]}.{'pdf' if is_pdf else 'xml'}", ContentFile(content))
            journal_received("received.take_in", taken, actor, now)
    except IntegrityError as fault:
        raise NotTakenInError(_duplicate_words(taken)) from fault
    return taken


@transaction.atomic
def judge(
    *, actor: Person | None, received_id: int, is_owed: bool, reason: str, now: datetime
) -> ReceivedInvoice:
    """Say that a received invoice is owed, undisputed, or that it is not, and why; its purchase then leaves the books.

    Raises AlreadySettledError, BooksError.
    """
    lock_books(ReceivedInvoice.objects.filter(pk=received_id).values_list("receiver", flat=True))
    taken = (
        ReceivedInvoice.objects.select_for_update(of=("self",)).select_related("receiver").get(pk=received_id)
    )
    if taken.settled_cents and not is_owed:
        raise AlreadySettledError
    taken.status = ReceivedStatus.UNDISPUTED if is_owed else ReceivedStatus.DISPUTED
    taken.reason = "" if is_owed else reason
    taken.save(update_fields=["status", "reason"])
    if not is_owed:
        take_purchase_out(taken, actor=actor, now=now)
    journal_received("received.agree" if is_owed else "received.dispute", taken, actor, now)
    return taken


def _xml_of(content: bytes) -> bytes:
    if not content:
        raise NotTakenInError(_("This file is empty."))
    if len(content) > PDF_BYTES_MAX:
        raise NotTakenInError(_("This file weighs more than 10 MB."))
    if not content.startswith(b"%PDF-"):
        return content
    try:
        return attachment_of(content, ATTACHMENT_NAMES)
    except AttachmentError as fault:
        sentences = {
            "no_attachment": _(
                "This PDF carries no data (factur-x.xml): it is a picture of an invoice, not an electronic one. Ask its sender for a Factur-X."
            ),
            "attachment_too_large": _("The data inside this PDF are too large."),
            "pdf_unreadable": _("This PDF cannot be read: it is damaged, locked or cut short."),
        }
        raise NotTakenInError(sentences.get(fault.code, _("This file weighs more than 10 MB."))) from fault


def _unreadable_words(fault: UnreadableError) -> str:
    sentences = {
        "too_large": _("The data of this invoice are too large."),
        "not_xml": _("This file is neither a PDF nor the XML of an invoice, or it is damaged or cut short."),
        "document_type": _("This file declares a document type, which invoices never do: it is refused."),
        "not_an_invoice": _other_form(fault.detail)
        or _("This XML is not an invoice of the kind Factur-X (CII)."),
        "profile": _("The profile “%(detail)s” of this invoice does not hold all that an invoice needs."),
        "currency": _("This invoice is in %(detail)s; only euros are read here."),
        "day": _("One of the dates of this invoice is in no calendar: ask its sender for another file."),
        "term": _("This invoice holds something that cannot be read (%(detail)s)."),
    }
    return sentences[fault.code] % {"detail": fault.detail}


def _other_form(root: str) -> str:
    """Words for the root of an invoice of another form that people meet; empty for what is none."""
    if "ubl:schema" in root:
        return _("This is an invoice of the form UBL, which is not read here: ask its sender for a Factur-X.")
    if "CrossIndustryDocument" in root:
        return _(
            "This is an invoice of the form ZUGFeRD 1, older than Factur-X: ask its sender for a Factur-X."
        )
    return ""


def _check_parties(incoming: Incoming, receiver: Organization) -> None:
    """The supplier is who its numbers say, and the customer is the receiver."""
    seller, buyer = incoming.document.seller, incoming.document.buyer
    for problem in identifier_problems(seller, "seller"):
        sentences = {
            "siren_missing": _("The supplier gives no SIREN."),
            "siren_key": _("The SIREN %(siren)s of the supplier is wrong: its last digit does not fit the others."),
            "siret_key": _("The SIRET %(siret)s of the supplier is wrong: its last digit does not fit the others."),
            "siret_other_siren": _("The SIRET %(siret)s of the supplier does not begin with its SIREN %(siren)s."),
            "vat_number_form": _("The VAT number %(vat_number)s of the supplier is wrong."),
            "vat_number_other_siren": _("The VAT number %(vat_number)s of the supplier does not end with its SIREN %(siren)s."),
        }  # fmt: skip
        raise NotTakenInError(sentences[problem.code] % problem.facts)
    profile = InvoicingProfile.objects.filter(organization=receiver).first()
    own = {receiver.siren, receiver.siret[:9], profile.siren if profile else ""} - {""}
    if not own:
        raise NotTakenInError(
            _("The SIREN of %(name)s is not known: write it in its fiche or in its invoicing settings first.")
            % {"name": receiver.name}
        )
    if seller.siren in own:
        raise NotTakenInError(
            _("This invoice is one of your own: the supplier is %(name)s.") % {"name": receiver.name}
        )
    if buyer.siren not in own:
        raise NotTakenInError(
            _("This invoice is for %(name)s (SIREN %(siren)s), not for %(receiver)s.")
            % {"name": buyer.name[:100], "siren": buyer.siren or "?", "receiver": receiver.name}
        )


def _check_signs(incoming: Incoming) -> None:
    """Nobody owes less than nothing: what a supplier gives back is a credit note, whose amounts are above zero too."""
    if incoming.stated.gross_cents < 0:
        raise NotTakenInError(
            _(
                "The total of this invoice is below zero (%(amount)s). What a supplier gives back is a credit note: ask its sender for one."
            )
            % {"amount": euros(incoming.stated.gross_cents)}
        )


def _check_rates(incoming: Incoming) -> None:
    """Every rate was in force on the day of the invoice."""
    law = law_on(incoming.document.issued_on)
    for part in incoming.stated.breakdown:
        if part.vat.category == "S" and not law.knows_rate(part.vat):
            raise NotTakenInError(
                _("The VAT rate of %(rate)s %% was not in force on %(date)s.")
                % {
                    "rate": decimal_words(part.vat.rate),
                    "date": date_format(incoming.document.issued_on, "j F Y"),
                }
            )


def _sum_warnings(incoming: Incoming) -> tuple[str, ...]:
    """A document whose lines do not add up to what it states."""
    if not incoming.document.lines:
        return ()
    counted, stated = totals_of(incoming.document), incoming.stated
    if counted.net_cents == stated.net_cents:
        return ()
    return (_("The lines of this invoice do not add up to the total that it states."),)


def _supplier(siren: str) -> Organization | None:
    bodies = Organization.objects.filter(
        Q(siren=siren) | Q(siret__startswith=siren) | Q(invoicing_profile__siren=siren)
    )
    found = list(bodies.order_by("pk").distinct()[:2])
    return found[0] if len(found) == 1 else None


def _duplicate_words(taken: ReceivedInvoice) -> str:
    return _("The invoice %(number)s of %(name)s was taken in already.") % {
        "number": taken.number,
        "name": taken.supplier_name,
    }
