"""For whom a facilitator acts, on the pages of invoices and accounts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.apps.books.forms.invoices import organization_called
from maillage.apps.directory.models import Organization
from maillage.kernel.ui.fields import ShortText
from maillage.kernel.ui.forms import Plain

NAMES = "structures"
"""The id of the names that the page proposes."""


class OfficeForm(Plain):
    pour_qui = ShortText(
        label=_("For which organisation?"),
        max_length=200,
        help_text=_("Its name, or its SIREN."),
        error_messages={"required": _("Write the name of the organisation.")},
        widget=forms.TextInput(attrs={"list": NAMES, "autocomplete": "off"}),
    )

    def clean_pour_qui(self) -> str:
        self.organization: Organization | None = organization_called(str(self.cleaned_data["pour_qui"]))
        return self.organization.name
