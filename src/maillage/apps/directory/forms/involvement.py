"""The message of someone who wants to take part, or to do the same elsewhere."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from maillage.cores.text import clean
from maillage.kernel.ui.fields import ShortText
from maillage.kernel.ui.forms import Plain


class InvolvementForm(Plain):
    """Open to visitors. `website_of_yours` is a trap: people do not see it, machines fill it."""

    name = ShortText(
        label=_("Your name"),
        max_length=120,
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        error_messages={"required": _("Write your e-mail address: they answer you there.")},
        help_text=_("Given to the carriers so that they can answer you, and to nobody else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    message = forms.CharField(
        label=_("Your message"),
        min_length=10,
        max_length=4000,
        error_messages={
            "required": _("Write a few words."),
            "min_length": _("Say a little more: ten characters at least."),
        },
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    website_of_yours = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_message(self) -> str:
        text = clean(self.cleaned_data["message"]).strip()
        if not text:
            raise ValidationError(_("Write a few words."))
        return text

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("website_of_yours"))
