"""What one says on an account: an exchange, several, limits, whose requests are accepted."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.apps.barter.actions.credit import Deal
from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.credit import listings_of_circle
from maillage.apps.barter.queries.paying import (
    Payable,
    buyer_of,
    key_of,
    payable_cents,
    payable_invoices,
    seller_of,
)
from maillage.apps.barter.readers.amounts import UnreadableAmountError, read_amount, typed
from maillage.apps.barter.readers.orders import CURRENCY
from maillage.apps.books.queries.wording import euros
from maillage.apps.directory.models import Organization
from maillage.apps.exchange.choices import Kind
from maillage.apps.exchange.models import Listing
from maillage.apps.ledger.choices import Accepts
from maillage.apps.ledger.models import Account, Act
from maillage.apps.ledger.models.accounts import PER_TEN_THOUSAND
from maillage.apps.ledger.queries.contents import Acceptance, Limits, Order, UnitRules
from maillage.kernel.ui.fields import Day, ShortText, WholeNumber
from maillage.kernel.ui.forms import Plain


def new_key() -> str:
    """The key of what a form is going to do, minted when it is shown."""
    return uuid4().hex


class AmountField(forms.CharField):
    """An amount as people type it; hundredths, or None when it is not required and left empty."""

    def __init__(self, *, zero: bool = False, **kwargs: Any) -> None:
        self.zero = zero
        kwargs.setdefault("error_messages", {"required": _("Write the amount.")})
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs.update(inputmode="decimal", autocomplete="off")

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_amount(text, zero=self.zero)
        except UnreadableAmountError as fault:
            raise forms.ValidationError(fault.sentence) from fault


class Keyed(Plain):
    """A form that does one thing under one key, however often it is sent."""

    cle = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("cle", new_key())

    @property
    def key(self) -> str:
        return str(self.cleaned_data["cle"])


class DealForm(Keyed):
    """One exchange of `account` with another member; `way` as in `Deal`."""

    avec = forms.ChoiceField(error_messages={"required": _("Choose the organisation.")})
    montant = AmountField(label=_("For how much"))
    objet = ShortText(
        label=_("What it was"),
        max_length=200,
        help_text=_("For example: two office chairs, a day of van hire."),
        error_messages={
            "required": _("Say in a few words what was exchanged."),
            "max_length": _("Shorter: 200 characters at most."),
        },
    )
    sorte = forms.ChoiceField(label=_("Kind"), required=False)
    annonce = forms.ChoiceField(label=_("Need or offer that it answers"), required=False)
    facture = forms.ChoiceField(
        label=_("Invoice that it pays"),
        required=False,
        help_text=_("It is settled by as much, and nothing new is invoiced."),
        error_messages={
            "invalid_choice": _("This invoice is no longer to be settled in units. Choose another, or none.")
        },
    )
    soulte = AmountField(
        label=_("Part paid in euros beside it"),
        required=False,
        zero=True,
        help_text=_("In euros. It is noted here and paid as you usually do; it is not counted in units."),
    )

    def __init__(
        self, *args: Any, circle: Circle, account: Account, partners: list[Account], way: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.way = account, way
        self.partners = {str(each.pk): each for each in partners}
        self.is_again = self.is_bound and Act.objects.filter(key=self.data.get("cle", "")[:80]).exists()
        self.listings = {str(each.pk): each for each in listings_of_circle(circle, also=self.said("annonce"))}
        provided = way == "provided"
        self.fields["avec"].label = _("To whom you provided it") if provided else _("Who provides it")
        self.fields["avec"].choices = [("", "—"), *((key, str(each)) for key, each in self.partners.items())]  # type: ignore[attr-defined]
        self.fields["sorte"].choices = [("", "—"), *Kind.choices]  # type: ignore[attr-defined]
        self.fields["annonce"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *(
                (key, f"{each.organization or each.initiative} : {each.title}")
                for key, each in self.listings.items()
            ),
        ]
        found = payable_invoices(account, partners, way=way, settled_too=self.is_again)
        self.invoices = {key_of(each): each for each in found}
        self.fields["facture"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((key, self.named(each)) for key, each in self.invoices.items()),
        ]
        if not found and not (self.is_bound and self.data.get("facture")):
            del self.fields["facture"]
        self.fields["montant"].help_text = _("In %(unit)s, such as 12,50.") % {"unit": account.unit.plural}

    def named(self, invoice: Payable) -> str:
        """An invoice in the list: its number, the other side, what is left."""
        return _("%(number)s · %(name)s · %(left)s left") % {
            "number": invoice.number,
            "name": self.other(invoice),
            "left": euros(invoice.remaining_cents),
        }

    def other(self, invoice: Payable) -> Organization:
        return buyer_of(invoice) if self.way == "provided" else seller_of(invoice)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        invoice = self.invoices.get(said.get("facture", ""))
        if invoice is None:
            return said
        other = self.other(invoice)
        partner = self.partners.get(said.get("avec", ""))
        if partner is not None and partner.owner_id != other.pk:
            words = {"number": invoice.number, "name": other}
            self.add_error(
                "avec", _("The invoice %(number)s is with %(name)s: choose it, or another invoice.") % words
            )
        amount, room = said.get("montant"), payable_cents(invoice)
        if amount is not None and amount > room and not self.is_again:
            words = {"number": invoice.number, "left": euros(room)}
            self.add_error(
                "montant",
                _(
                    "%(left)s can still be paid on the invoice %(number)s, what waits left aside: write that at most."
                )
                % words,
            )
        if said.get("soulte"):
            self.add_error(
                "soulte", _("An invoice is paid here in units alone: leave the part in euros empty.")
            )
        return said

    def said(self, name: str) -> str:
        """What a field holds, read before it is checked: as sent, or as filled in beforehand."""
        return str((self.data if self.is_bound else self.initial).get(name, ""))

    def invoice(self) -> Payable | None:
        return self.invoices.get(self.cleaned_data.get("facture", ""))

    @property
    def partner(self) -> Account:
        return self.partners[self.cleaned_data["avec"]]

    def listing(self) -> Listing | None:
        return self.listings.get(self.cleaned_data["annonce"])

    def deal(self) -> Deal:
        said = self.cleaned_data
        mine, theirs = self.account.pk, self.partner.pk
        payer, payee = (theirs, mine) if self.way == "provided" else (mine, theirs)
        soulte, invoice = said["soulte"] or 0, self.invoice()
        order = Order(
            payer_id=payer,
            payee_id=payee,
            amount=said["montant"],
            label=said["objet"],
            reference=invoice.number if invoice else "",
            soulte_cents=soulte,
            soulte_currency=CURRENCY if soulte else "",
        )
        listing = self.listing()
        return Deal(
            way=self.way,
            order=order,
            listing=listing,
            category=said["sorte"] or (listing.kind if listing else ""),
            invoice=invoice,
        )


class EndForm(Keyed):
    """What becomes of a transfer: an amount when it is posted in part, a reason when it is refused or reversed."""

    quoi = forms.ChoiceField(
        choices=[(each, each) for each in ("accept", "refuse", "post", "void", "reverse")],
        widget=forms.HiddenInput,
    )
    montant = AmountField(label=_("For how much in the end"), required=False)
    raison = ShortText(
        label=_("Why"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Shorter: 200 characters at most.")},
    )


class LimitsForm(Keyed):
    """Limits in units: the lower ones are typed without their sign."""

    basse = AmountField(label=_("May receive more than it provides, up to"), zero=True)
    alerte_basse = AmountField(label=_("Is warned from"), zero=True)
    haute = AmountField(label=_("May provide more than it receives, up to"), zero=True)
    alerte_haute = AmountField(label=_("Is warned then from"), zero=True)
    raison = ShortText(
        label=_("Why"),
        max_length=200,
        help_text=_("Its people read it."),
        error_messages={
            "required": _("Say why the limits change."),
            "max_length": _("Shorter: 200 characters at most."),
        },
    )

    FIELDS = {
        "lower_limit": "basse",
        "soft_lower": "alerte_basse",
        "upper_limit": "haute",
        "soft_upper": "alerte_haute",
    }

    def limits(self) -> Limits:
        said = self.cleaned_data
        return Limits(
            lower_limit=-said["basse"],
            soft_lower=-said["alerte_basse"],
            upper_limit=said["haute"],
            soft_upper=said["alerte_haute"],
        )


def limits_initial(row: Any) -> dict[str, str]:
    """The fields of a row that has limits (an account, a circle's credit) as one would type them."""
    return {field: typed(abs(getattr(row, name) or 0)) for name, field in LimitsForm.FIELDS.items()}


class RulesForm(LimitsForm):
    """What a circle gives to those who join, and what it keeps."""

    commission = AmountField(
        label=_("Commission on each exchange (%)"), zero=True, help_text=_("0: none. Paid by who provides.")
    )
    fonte = AmountField(
        label=_("Demurrage each month (%)"),
        zero=True,
        help_text=_("0: none. Taken from what exceeds the amount below, so that balances move."),
    )
    franchise = AmountField(label=_("Amount that demurrage leaves alone"), zero=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["raison"]

    def rules(self) -> UnitRules:
        said = self.cleaned_data
        most = PER_TEN_THOUSAND
        return UnitRules(
            commission_rate=min(said["commission"], most),
            demurrage_rate=min(said["fonte"], most),
            demurrage_free=said["franchise"],
        )


class AcceptanceForm(Keyed):
    accepte = forms.ChoiceField(
        label=_("Whose requests are accepted at once"), choices=Accepts.choices, widget=forms.RadioSelect
    )
    structures = forms.MultipleChoiceField(
        label=_("Organisations that you name"), required=False, widget=forms.CheckboxSelectMultiple
    )
    jusqu_a = AmountField(
        label=_("Up to how much"), required=False, help_text=_("Empty: whatever the amount.")
    )
    jours = WholeNumber(
        label=_("After how many days your silence accepts"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_("Empty: never; a request without answer is given up after 30 days."),
    )

    def __init__(self, *args: Any, partners: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["structures"].choices = [(str(each.pk), str(each)) for each in partners]  # type: ignore[attr-defined]

    def acceptance(self) -> Acceptance:
        said = self.cleaned_data
        named = (
            frozenset(int(pk) for pk in said["structures"])
            if said["accepte"] == Accepts.LISTED
            else frozenset()
        )
        return Acceptance(
            accepts=said["accepte"],
            payee_ids=named,
            accepts_up_to=said["jusqu_a"],
            silence_days=said["jours"],
        )


class PlainForm(Keyed):
    """An exchange without value, of one of the viewer's members with another."""

    sens = forms.ChoiceField(
        label=_("Which way"),
        choices=[("given", _("We provided it")), ("received", _("We received it"))],
        widget=forms.RadioSelect,
    )
    avec = forms.ChoiceField(label=_("With whom"), error_messages={"required": _("Choose the organisation.")})
    objet = ShortText(
        label=_("What it was"),
        max_length=200,
        error_messages={
            "required": _("Say in a few words what was exchanged."),
            "max_length": _("Shorter: 200 characters at most."),
        },
    )
    sorte = forms.ChoiceField(label=_("Kind"), required=False)
    jour = Day(
        label=_("When"),
        error_messages={"required": _("Say when it was."), "invalid": _("Write a date.")},
    )

    def __init__(self, *args: Any, partners: list[Account], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("jour", today)
        self.fields["avec"].choices = [("", "—"), *((str(each.pk), str(each)) for each in partners)]  # type: ignore[attr-defined]
        self.fields["sorte"].choices = [("", "—"), *Kind.choices]  # type: ignore[attr-defined]

    def clean_jour(self) -> date:
        said: date = self.cleaned_data["jour"]
        if said > self.today or said.year < 1990:
            raise forms.ValidationError(_("This day is still to come, or too long ago."))
        return said


class CounterForm(Plain):
    """What the QR code of a sale says."""

    montant = AmountField(label=_("Amount"), required=False, help_text=_("Empty: whoever pays writes it."))
    objet = ShortText(
        label=_("What it is"),
        required=False,
        max_length=120,
        error_messages={"max_length": _("Shorter: 120 characters at most.")},
    )
    duree = forms.ChoiceField(
        label=_("Serves for"),
        choices=[
            ("15", _("15 minutes: one sale at the counter")),
            ("525600", _("One year: a sheet to print")),
        ],
        widget=forms.RadioSelect,
        initial="15",
    )


class CounterPayForm(Keyed):
    """Who opens a QR code: the account that pays, and the amount when the code does not say it."""

    compte = forms.ChoiceField(
        label=_("Account that receives"), error_messages={"required": _("Choose the account.")}
    )
    montant = AmountField(label=_("For how much"))
    objet = ShortText(
        label=_("What it was"),
        max_length=120,
        error_messages={"required": _("Say in a few words what was exchanged.")},
    )

    def __init__(
        self, *args: Any, accounts: list[Account], amount: int, label: str, key: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.pk), str(each)) for each in accounts]
        self.fields["compte"].choices = choices if len(choices) == 1 else [("", "—"), *choices]  # type: ignore[attr-defined]
        self.amount, self.label = amount, label
        if amount:
            del self.fields["montant"]
        if label:
            del self.fields["objet"]
        if key:
            self.initial["cle"] = key
