"""Many exchanges at once: line by line, or from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.apps.barter.actions.credit import Deal
from maillage.apps.barter.forms.credit import AmountField, Keyed
from maillage.apps.ledger.models import Account
from maillage.apps.ledger.queries.contents import Order
from maillage.kernel.ui.fields import ShortText
from maillage.kernel.ui.forms import Plain

SEVERAL_ROWS = 8
BULK_BYTES_MAX = 400_000


class SeveralForm(Keyed):
    """Several exchanges that the account received at once: rows that are empty count for nothing."""

    def __init__(self, *args: Any, account: Account, partners: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.partners = {str(each.pk): each for each in partners}
        choices = [("", "—"), *((key, str(each)) for key, each in self.partners.items())]
        for row in range(1, SEVERAL_ROWS + 1):
            words = {"row": row}
            self.fields[f"avec_{row}"] = forms.ChoiceField(
                label=_("Line %(row)d: who provided it") % words, choices=choices, required=False
            )
            self.fields[f"montant_{row}"] = AmountField(
                label=_("Line %(row)d: for how much") % words, required=False
            )
            self.fields[f"objet_{row}"] = ShortText(
                label=_("Line %(row)d: what it was") % words, max_length=200, required=False
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for row in range(1, SEVERAL_ROWS + 1):
            if f"montant_{row}" in self.errors:
                continue
            has_partner, has_amount = bool(said.get(f"avec_{row}")), said.get(f"montant_{row}") is not None
            if has_partner and not has_amount:
                self.add_error(f"montant_{row}", _("Line %(row)d: write the amount.") % {"row": row})
            if not has_partner and (has_amount or said.get(f"objet_{row}")):
                self.add_error(f"avec_{row}", _("Line %(row)d: choose the organisation.") % {"row": row})
        if not self.errors and not any(said.get(f"avec_{row}") for row in range(1, SEVERAL_ROWS + 1)):
            raise forms.ValidationError(_("Fill in one line at least."))
        return said

    def deals(self) -> list[Deal]:
        said = self.cleaned_data
        return [
            Deal(
                way="received",
                order=Order(
                    payer_id=self.account.pk,
                    payee_id=int(said[f"avec_{row}"]),
                    amount=said[f"montant_{row}"],
                    label=said[f"objet_{row}"],
                ),
            )
            for row in range(1, SEVERAL_ROWS + 1)
            if said[f"avec_{row}"]
        ]


class BulkFileForm(Plain):
    """The lines of a file, chosen or written here; what is chosen goes before what is written."""

    fichier = forms.FileField(
        label=_("File (CSV)"),
        required=False,
        help_text=_(
            "Five columns: recu_par; fourni_par; montant; objet; soulte_euros. The last two may be absent."
        ),
        error_messages={"empty": _("This file is empty.")},
    )
    texte = forms.CharField(
        label=_("Or the lines, written or pasted here"),
        required=False,
        strip=False,
        max_length=BULK_BYTES_MAX,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("The first line names the columns; then one line for each exchange."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        file = said.get("fichier")
        if file is not None and file.size > BULK_BYTES_MAX:
            self.add_error("fichier", _("This file is too big: 400 kB at most, 2,000 lines."))
        if file is None and not said.get("texte", "").strip() and not self.errors:
            self.add_error("fichier", _("Choose a file, or write the lines."))
        return said

    @property
    def source(self) -> str:
        """The field that was used."""
        return "fichier" if self.cleaned_data.get("fichier") else "texte"

    def content(self) -> bytes:
        said = self.cleaned_data
        return bytes(said["fichier"].read()) if said.get("fichier") else str(said["texte"]).encode()


class BulkConfirmForm(Keyed):
    contenu = forms.CharField(widget=forms.HiddenInput, max_length=BULK_BYTES_MAX, strip=False)
