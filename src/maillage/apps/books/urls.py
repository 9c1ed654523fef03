from django.urls import path

from maillage.apps.books.views import (
    accounts,
    invoices,
    journal,
    ledgers,
    payments,
    purchases,
    received,
    settings,
    writing,
)

app_name = "books"

OF = "comptes/<int:pk>/"

urlpatterns = [
    path("factures/", invoices.invoice_list, name="invoice_list"),
    path("factures/export/<slug:form>/", invoices.invoice_export, name="invoice_export"),
    path("factures/nouvelle/", writing.invoice_create, name="invoice_create"),
    path("factures/recues/", received.received_upload, name="received_upload"),
    path("factures/recues/export/<slug:form>/", received.received_export, name="received_export"),
    path("factures/recues/<int:pk>/", received.received_detail, name="received_detail"),
    path("factures/recues/<int:pk>/paiement/", payments.received_payment, name="received_payment"),
    path(
        "factures/recues/<int:pk>/paiement/<int:settlement_id>/annuler/",
        payments.received_payment_undo,
        name="received_payment_undo",
    ),
    path("factures/recues/<int:pk>/achat/", purchases.received_purchase, name="received_purchase"),
    path("factures/recues/<int:pk>/fichier/", received.received_file, name="received_file"),
    path("factures/reglages/<int:pk>/", settings.invoicing_settings, name="invoicing_settings"),
    path("factures/reglages-fiscaux/", settings.fiscal_settings, name="fiscal_settings"),
    path("factures/<int:pk>/", invoices.invoice_detail, name="invoice_detail"),
    path("factures/<int:pk>/modifier/", writing.invoice_edit, name="invoice_edit"),
    path("factures/<int:pk>/verifier/", invoices.invoice_check, name="invoice_check"),
    path("factures/<int:pk>/fichier/<slug:form>/", invoices.invoice_file, name="invoice_file"),
    path("factures/<int:pk>/paiement/", payments.invoice_payment, name="invoice_payment"),
    path("factures/<int:pk>/remboursement/", payments.invoice_refund, name="invoice_refund"),
    path(
        "factures/<int:pk>/paiement/<int:settlement_id>/annuler/",
        payments.invoice_payment_undo,
        name="invoice_payment_undo",
    ),
    path("factures/<int:pk>/reponse/", invoices.invoice_answer, name="invoice_answer"),
    path("factures/<int:pk>/facturer/", invoices.invoice_from_quote, name="invoice_from_quote"),
    path("factures/<int:pk>/avoir/", invoices.invoice_credit, name="invoice_credit"),
    path("factures/<int:pk>/supprimer/", invoices.invoice_discard, name="invoice_discard"),
    path("mon-espace/comptes/", accounts.my_accounts, name="my_accounts"),
    path(OF, accounts.accounts, name="accounts"),
    path(f"{OF}ouvrir/", accounts.accounts_open, name="accounts_open"),
    path(f"{OF}choix/", accounts.accounts_settings, name="accounts_settings"),
    path(f"{OF}exercice-suivant/", accounts.accounts_year, name="accounts_year"),
    path(f"{OF}cloture/", accounts.accounts_close, name="accounts_close"),
    path(f"{OF}fec/", accounts.accounts_fec, name="accounts_fec"),
    path(f"{OF}fec/fichier/", accounts.accounts_fec_file, name="accounts_fec_file"),
    path(f"{OF}journal/", journal.accounts_journal, name="accounts_journal"),
    path(f"{OF}journal/export/<slug:form>/", journal.accounts_journal_export, name="accounts_journal_export"),
    path(f"{OF}ecritures/nouvelle/", journal.accounts_entry_new, name="accounts_entry_new"),
    path(f"{OF}ecritures/<int:entry_id>/", journal.accounts_entry, name="accounts_entry"),
    path(f"{OF}dons/nouveau/", journal.accounts_gift, name="accounts_gift"),
    path(f"{OF}grand-livre/", ledgers.accounts_ledger, name="accounts_ledger"),
    path(
        f"{OF}grand-livre/export/<slug:form>/", ledgers.accounts_ledger_export, name="accounts_ledger_export"
    ),
    path(f"{OF}balance/", ledgers.accounts_balance, name="accounts_balance"),
    path(f"{OF}balance/export/<slug:form>/", ledgers.accounts_balance_export, name="accounts_balance_export"),
    path(f"{OF}lettrage/", ledgers.accounts_letters, name="accounts_letters"),
    path(
        f"{OF}lettrage/<int:lettering_id>/defaire/",
        ledgers.accounts_letter_remove,
        name="accounts_letter_remove",
    ),
]
