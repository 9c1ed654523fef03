"""Invoices and accounts speak of organisations; they say which person wrote what."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData, OnErasure, PersonalData

_PURPOSE = _("To know who wrote in the accounts, and on whose behalf.")
_SEEN_BY = _("The managers of the organisation and the facilitators.")
_KEPT = _("As long as the law asks for the accounts: ten years.")


def _settlements(model: str, label: Any, *, of: str) -> PersonalData:
    """Of an invoice issued here and of one that came as a file, the same is kept."""
    return PersonalData(
        model=model,
        label=label,
        purpose=_("To know who acted for the organisation."),
        who_sees=_("The managers of the organisation and the facilitators, through the journal."),
        retention=_("Ten years, as the law asks of invoices."),
        fields={"created_by": _("Who noted it")},
        not_personal=(
            *(of, "created_at", "kind", "amount_cents", "settled_on", "reference"),
            *("means", "key", "reverses"),
        ),
        person_paths=("created_by",),
        on_erasure=OnErasure.ANONYMISE,
    )


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
    NoPersonalData(model="books.VatDue", because=_("Amounts of an invoice.")),
    NoPersonalData(model="books.WaitingVat", because=_("Amounts of an invoice.")),
    PersonalData(
        model="books.InvoicingProfile",
        label=_("Invoicing settings where you are the contact"),
        purpose=_("To let customers reach the organisation."),
        who_sees=_("Those to whom the organisation issues invoices."),
        retention=_(
            "As long as the organisation invoices; what is issued is kept ten years, as the law asks."
        ),
        fields={"email": _("Contact address"), "phone": _("Contact telephone")},
        not_personal=(
            *("organization", "legal_name", "legal_info", "address_line", "address_line_two", "postal_code"),
            *("city", "siren", "siret", "vat_regime", "vat_number", "on_debits", "iban", "payment_days"),
            *("late_words", "discount_words", "updated_at"),
        ),
        email_fields=("email",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="books.Invoice",
        label=_("Invoices that you wrote or issued for an organisation"),
        purpose=_("To know who acted for the organisation."),
        who_sees=_("The managers of the organisation and the facilitators, through the journal."),
        retention=_("Ten years, as the law asks of invoices."),
        fields={
            "created_by": _("Who wrote it"),
            "issued_by": _("Who issued it"),
        },
        not_personal=(
            "created_at",
            *("kind", "status", "issuer", "customer", "series", "sequence", "number", "subject", "issued_on"),
            *(
                "due_on",
                "delivered_on",
                "valid_until",
                "nature",
                "payment_means",
                "prepaid_cents",
                "prepaid_on",
            ),
            *(
                "buyer_reference",
                "order_reference",
                "note",
                "refers_to",
                "quote",
                "exchange_key",
                "request_key",
            ),
            *("net_cents", "vat_cents", "gross_cents", "settled_cents", "set_off_cents", "credited_cents"),
            *("payment_status", "content", "verdict", "xml", "pdf", "xml_sha256", "pdf_sha256"),
            *("updated_at", "issued_at"),
        ),
        person_paths=("created_by", "issued_by"),
        on_erasure=OnErasure.ANONYMISE,
    ),
    _settlements("books.InvoiceSettlement", _("Settlements that you noted"), of="invoice"),
    _settlements(
        "books.ReceivedSettlement", _("Settlements of received invoices that you noted"), of="received"
    ),
    PersonalData(
        model="books.ReceivedInvoice",
        label=_("Invoices received that you gave in"),
        purpose=_("To know who acted for the organisation."),
        who_sees=_("The managers of the organisation and the facilitators, through the journal."),
        retention=_("Ten years, as the law asks of invoices."),
        fields={"created_by": _("Who gave it in")},
        not_personal=(
            "created_at",
            *(
                "receiver",
                "supplier",
                "supplier_siren",
                "supplier_name",
                "kind",
                "number",
                "issued_on",
                "due_on",
            ),
            *("net_cents", "vat_cents", "gross_cents", "due_cents", "status", "reason", "profile", "content"),
            *("verdict", "warnings", "file", "file_sha256", "settled_cents", "purchase"),
        ),
        person_paths=("created_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="books.FiscalSetting",
        label=_("Fiscal settings that you added"),
        purpose=_("To know who said what the law is."),
        who_sees=_("The administrators, through the journal."),
        retention=_("As long as the site exists."),
        fields={"created_by": _("Who added it")},
        not_personal=(
            "created_at",
            "key",
            "value",
            "category",
            "code",
            "valid_from",
            "valid_until",
            "source",
        ),
        person_paths=("created_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    NoPersonalData(model="books.InvoiceSeries", because=_("Numbers.")),
    NoPersonalData(model="books.InvoiceLine", because=_("What an organisation sells.")),
)
