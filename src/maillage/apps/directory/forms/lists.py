"""What the lists of one's own work are narrowed to; the names are those of their addresses."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.apps.directory.choices import InvolvementKind, Status
from maillage.apps.directory.queries.lists import ANSWERED, WAITING
from maillage.kernel.ui.fields import Day, ShortText
from maillage.kernel.ui.filtering import FilterForm, OneOf


class InvolvementFilterForm(FilterForm):
    mots = ShortText(label=_("Fiche, name or address"), max_length=100, required=False)
    etat = OneOf([(WAITING, _("To answer")), (ANSWERED, _("Answered"))])
    sorte = OneOf(
        InvolvementKind.choices, label=_("What they want"), everything=pgettext_lazy("any wish", "All")
    )
    du = Day(label=_("From"), required=False)
    au = Day(label=_("Until"), required=False)


class FicheFilterForm(FilterForm):
    mots = ShortText(label=_("Title"), max_length=100, required=False)
    etat = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", pgettext_lazy("any state", "All")), *Status.choices]
    )


class ProposalFilterForm(FilterForm):
    mots = ShortText(label=_("Title, name or town"), max_length=100, required=False)
