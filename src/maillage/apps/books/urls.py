from django.urls import path

from maillage.apps.books.views import accounts, journal, ledgers

app_name = "books"

OF = "comptes/<int:pk>/"

urlpatterns = [
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
