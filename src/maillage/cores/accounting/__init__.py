"""Double-entry books for barter: entries, chart of accounts, lettering, and the file for the tax office.

The rules are in prose in `docs/explanation/comptes.md`, with the worked example that the tests run.
"""

from maillage.cores.accounting.bookings import JOURNALS, BookSettings, Part, Settled, VatShare
from maillage.cores.accounting.chart import Account, Chart, chart
from maillage.cores.accounting.values import Entry, InvalidEntry, Line, Party, opposite

__all__ = [
    "JOURNALS",
    "Account",
    "BookSettings",
    "Chart",
    "Entry",
    "InvalidEntry",
    "Line",
    "Part",
    "Party",
    "Settled",
    "VatShare",
    "chart",
    "opposite",
]
