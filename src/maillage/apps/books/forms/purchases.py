"""What one chooses to write the purchase of an invoice received, or to say that it is written already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.apps.books.models import JournalEntry
from maillage.apps.books.queries.wording import euros
from maillage.cores.accounting import Part
from maillage.kernel.ui.fields import ShortText
from maillage.kernel.ui.forms import Plain

FAULT = _("Write the number of an account of class 6, or 2 for what you keep, for example 6063.")


class PurchaseForm(Plain):
    """The account of each part. `parts`: what is proposed."""

    def __init__(self, *args: Any, parts: Sequence[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [f"account_{number}" for number in range(1, len(parts) + 1)]
        for name, part in zip(self.names, parts, strict=True):
            self.fields[name] = ShortText(
                label=_what(part),
                max_length=10,
                initial=part.account,
                error_messages=dict.fromkeys(("required", "max_length"), FAULT),
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in self.names:
            number = said.get(name, "2")
            if not (number.isascii() and number.isdecimal() and number.startswith(("2", "6"))):
                self.add_error(name, FAULT)
        return said

    @property
    def accounts(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.names]


class JoinForm(Plain):
    """Which entry by hand is the purchase."""

    entry = forms.TypedChoiceField(
        label=_("Entry by hand"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose the entry that says this purchase.")
        ),
    )

    def __init__(self, *args: Any, entries: Sequence[JournalEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].choices = [  # type: ignore[attr-defined]
            (
                entry.pk,
                f"{entry.journal.code} {entry.number} · {date_format(entry.day, 'j F Y')} · {entry.label}",
            )
            for entry in entries
        ]


def _what(part: Part) -> str:
    words = {"net": euros(part.net_cents), "vat": euros(part.vat_cents)}
    if not part.vat_cents:
        return gettext("Account for %(net)s") % words
    if part.is_service:
        return (
            gettext("Account for %(net)s of services; %(vat)s of VAT to get back once they are paid") % words
        )
    return gettext("Account for %(net)s; %(vat)s of VAT to get back at once") % words
