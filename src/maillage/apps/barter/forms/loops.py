from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.apps.barter.choices import LoopPart
from maillage.apps.barter.forms.credit import Keyed
from maillage.kernel.ui.fields import ShortText
from maillage.kernel.ui.forms import Plain


class LoopSearchForm(Keyed):
    """Sent twice, it searches once."""


class LoopRefusalForm(Plain):
    refused = forms.ChoiceField(
        label=_("What does not suit you"),
        choices=LoopPart.choices,
        widget=forms.RadioSelect,
        help_text=_("It will not be proposed to you again; other loops are looked for at once."),
        error_messages={"required": _("Choose what does not suit you.")},
    )
    reason = ShortText(
        label=_("Why"),
        max_length=500,
        help_text=_("The other parties read it. For example: the van is already lent that week."),
        error_messages={
            "required": _("Say why, in a few words."),
            "max_length": _("Shorter: 500 characters at most."),
        },
    )
