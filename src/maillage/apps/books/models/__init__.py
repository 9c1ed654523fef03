from maillage.apps.books.models.journal import (
    BookAccount,
    BookParty,
    Books,
    BookSettlement,
    FiscalYear,
    Journal,
    JournalCounter,
    JournalEntry,
    JournalLine,
    Lettering,
    WaitingVat,
)

__all__ = [
    "BookAccount",
    "BookParty",
    "BookSettlement",
    "Books",
    "FiscalYear",
    "Journal",
    "JournalCounter",
    "JournalEntry",
    "JournalLine",
    "Lettering",
    "WaitingVat",
]
