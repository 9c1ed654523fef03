from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.models import Person
from maillage.kernel.ui.forms import Plain


class NameForm(Plain):
    """What a new account says of itself besides its address. allauth puts it under its own registration forms."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As other members will read it: first name, or first name and surname."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: Person) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
