"""The two-page sheet that trains a team: what the circle is, who does what, an exchange followed to its end."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from maillage.apps.barter.models import Agreement, Circle
from maillage.kernel.documents.blocks import text_blocks
from maillage.kernel.documents.qr import qr_code
from maillage.kernel.documents.typst import render_pdf

TEMPLATE = "barter/documents/sheet.typ"
RULES_CHARACTERS_MAX = 1_200
"""Longer rules are read on the circle's page: the sheet stays on its two pages."""


def team_sheet(
    circle: Circle, agreement: Agreement, *, member_count: int, address: str, site: str, at: datetime
) -> bytes:
    """The PDF; `address` is the whole address of the circle's page."""
    data = {
        "title": _("Barter, for the whole team"),
        "circle": circle.name,
        "site": site,
        "address": address,
        "lead": _("What the front desk, the workshop and the office must know, on two pages."),
        "idea": _idea(circle, member_count),
        "steps_title": _("An exchange, step by step"),
        "steps": [{"who": who, "what": what} for who, what in _steps()],
        "example_title": _("An example: three structures, nobody pays"),
        "example_head": [_("What happens"), _("Worth"), _("Where each stands then")],
        "example": _example(),
        "words_title": _("The right words"),
        "words": [list(pair) for pair in _words(circle)],
        "do_title": _("Good habits"),
        "do": _habits(),
        "dont_title": _("What is not done"),
        "dont": _refusals(),
        "rules_title": _("The rules of our circle"),
        "rules": text_blocks(
            circle.rules
            if len(circle.rules) <= RULES_CHARACTERS_MAX
            else _("The rules are on the circle's page.")
        ),
        "agreement": _("Version %(number)d of the agreement is in force since %(day)s.")
        % {"number": agreement.number, "day": date_format(agreement.published_at, "DATE_FORMAT")},
        "ours_title": _("Here, in our structure"),
        "ours": [
            _("What we provide:"),
            _("What we look for:"),
            _("Who says yes to an exchange:"),
            _("Who writes the invoices:"),
            _("Whom to call when in doubt:"),
        ],
        "qr_label": _("The circle's page"),
    }
    return render_pdf(TEMPLATE, data, at=at, files={"qr.svg": qr_code(address)})


def _idea(circle: Circle, member_count: int) -> list[str]:
    return [
        _("%(count)d structures provide goods and services to one another without paying in money.")
        % {"count": member_count},
        _("What we provide to one, we may receive from another: nobody needs to be even with each."),
        _(
            "We count in %(unit)s: 1 %(unit)s is worth 1 € of goods or services. It is never changed for euros."
        )
        % {"unit": circle.unit_name},
    ]


def _steps() -> list[tuple[str, str]]:
    return [
        (
            _("The facilitator visits us"),
            _(
                "We look together for what we can offer: rooms, vehicles, hours, stock. Then for what we need."
            ),
        ),
        (
            _("We confirm by the link"),
            _(
                "Each offer and each need is read again on a phone, corrected if need be. Nothing is shown before."
            ),
        ),
        (
            _("The site proposes exchanges"),
            _(
                "Each one gives to the next, in a loop. We accept, or refuse with a reason; without us, it looks for another."
            ),
        ),
        (
            _("We provide"),
            _(
                "At the usual price, with the usual care, as for any customer. At the desk, the exchange is noted from a phone."
            ),
        ),
        (
            _("We invoice"),
            _("Every supply has its invoice, with its VAT. It says that it is settled by compensation."),
        ),
        (
            _("The invoices clear one another"),
            _(
                "The circle cancels together what each owes and is owed. We read the proposal, we consent, the books follow."
            ),
        ),
    ]


def _example() -> list[dict[str, str]]:
    return [
        {
            "gives": _("The recycling centre provides 4 desks to the accountants"),
            "worth": "240 €",
            "after": _("provided 240, received 240: even"),
        },
        {
            "gives": _("The accountants provide 6 hours of bookkeeping to the theatre"),
            "worth": "270 €",
            "after": _("provided 270, received 240: 30 to spend"),
        },
        {
            "gives": _("The theatre provides 20 seats to the recycling centre"),
            "worth": "240 €",
            "after": _("provided 240, received 270: 30 to provide"),
        },
    ]


def _words(circle: Circle) -> list[tuple[str, str]]:
    return [
        (_("provided / received"), _("what we say; never “debit” nor “credit”")),
        (circle.unit_name, _("what we count in, inside the circle only")),
        (_("loop"), _("A gives to B, who gives to C, who gives to A")),
        (_("clearing"), _("invoices that cancel one another, with everybody's consent")),
        (_("office mode"), _("a facilitator acts for us, at our request; we are told each time")),
    ]


def _habits() -> list[str]:
    return [
        _("Agree on the price and the day in writing before providing."),
        _("Note the exchange on the very day."),
        _("Spend as much as you provide: a balance that only grows helps nobody."),
        _("Say early that an offer no longer holds."),
    ]


def _refusals() -> list[str]:
    return [
        _("Change units for euros, or promise to."),
        _("Provide without an invoice."),
        _("Count the work of volunteers or gifts as barter: those are accounts 86 and 87, not sales."),
        _("Use an exchange in place of a hire."),
    ]
