from django.urls import path

from maillage.apps.books.views import invoices, received, settings, writing

app_name = "books"

urlpatterns = [
    path("factures/", invoices.invoice_list, name="invoice_list"),
    path("factures/export/<slug:form>/", invoices.invoice_export, name="invoice_export"),
    path("factures/nouvelle/", writing.invoice_create, name="invoice_create"),
    path("factures/recues/", received.received_upload, name="received_upload"),
    path("factures/recues/<int:pk>/", received.received_detail, name="received_detail"),
    path("factures/recues/<int:pk>/fichier/", received.received_file, name="received_file"),
    path("factures/reglages/<int:pk>/", settings.invoicing_settings, name="invoicing_settings"),
    path("factures/reglages-fiscaux/", settings.fiscal_settings, name="fiscal_settings"),
    path("factures/<int:pk>/", invoices.invoice_detail, name="invoice_detail"),
    path("factures/<int:pk>/modifier/", writing.invoice_edit, name="invoice_edit"),
    path("factures/<int:pk>/verifier/", invoices.invoice_check, name="invoice_check"),
    path("factures/<int:pk>/fichier/<slug:form>/", invoices.invoice_file, name="invoice_file"),
    path("factures/<int:pk>/reponse/", invoices.invoice_answer, name="invoice_answer"),
    path("factures/<int:pk>/facturer/", invoices.invoice_from_quote, name="invoice_from_quote"),
    path("factures/<int:pk>/avoir/", invoices.invoice_credit, name="invoice_credit"),
    path("factures/<int:pk>/supprimer/", invoices.invoice_discard, name="invoice_discard"),
]
