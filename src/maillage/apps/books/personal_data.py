"""What the room holds about people: who wrote what in the books of an organisation."""

from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData, OnErasure, PersonalData

_PURPOSE = _("To know who wrote in the accounts, and on whose behalf.")
_SEEN_BY = _("The managers of the organisation and the facilitators.")
_KEPT = _("As long as the law asks for the accounts: ten years.")

PERSONAL_DATA = (
    PersonalData(
        model="books.Books",
        label=_("Accounts of an organisation that you opened"),
        purpose=_PURPOSE,
        who_sees=_SEEN_BY,
        retention=_KEPT,
        fields={"opened_by": _("Who opened them")},
        not_personal=(
            *(
                "organization",
                "opened_at",
                "variant",
                "siren",
                "receivable_account",
                "payable_account",
                "credit_account",
            ),
            *("vat_on_debits", "waiting_collected_account", "waiting_deductible_account"),
            *("goods_sold_account", "services_sold_account"),
            *("goods_bought_account", "services_bought_account"),
        ),
        person_paths=("opened_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="books.JournalEntry",
        label=_("Entries that you wrote in the accounts of an organisation"),
        purpose=_PURPOSE,
        who_sees=_SEEN_BY,
        retention=_KEPT,
        fields={"created_by": _("Who wrote it")},
        not_personal=(
            *("books", "year", "journal", "number", "day", "piece", "piece_date", "label", "source", "key"),
            *("reverses", "settlement", "total_cents", "is_sealed", "validated_on", "created_at"),
        ),
        person_paths=("created_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="books.Lettering",
        label=_("Lines of accounts that you tied together"),
        purpose=_PURPOSE,
        who_sees=_SEEN_BY,
        retention=_KEPT,
        fields={"created_by": _("Who tied them")},
        not_personal=("account", "party", "code", "lettered_on", "created_at", "removed_at"),
        person_paths=("created_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="books.BookSettlement",
        label=_("Debts that you had cleared together"),
        purpose=_PURPOSE,
        who_sees=_SEEN_BY,
        retention=_KEPT,
        fields={"created_by": _("Who had it done")},
        not_personal=("key", "reference", "settled_on", "content", "created_at", "undone_on", "undone_at"),
        person_paths=("created_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    NoPersonalData(model="books.FiscalYear", because=_("Two dates.")),
    NoPersonalData(model="books.BookAccount", because=_("A number and a label of the chart of accounts.")),
    NoPersonalData(model="books.BookParty", because=_("A partner organisation.")),
    NoPersonalData(model="books.Journal", because=_("A code and a name.")),
    NoPersonalData(model="books.JournalCounter", because=_("A number.")),
    NoPersonalData(model="books.JournalLine", because=_("Accounts and amounts.")),
    NoPersonalData(model="books.WaitingVat", because=_("Amounts of an invoice.")),
)
