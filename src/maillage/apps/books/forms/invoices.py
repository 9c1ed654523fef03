"""Parsing what people type: documents with their lines, invoicing settings, filters, files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from maillage.apps.books.choices import (
    DocumentKind,
    DocumentStatus,
    Nature,
    PaymentMeans,
    PaymentStatus,
    ReceivedStatus,
    Unit,
    VatKey,
    VatRegime,
)
from maillage.apps.books.models import FiscalSetting, InvoicingProfile
from maillage.apps.books.queries.contents import DocumentContent, LineContent
from maillage.apps.books.queries.invoices import IN, OUT, InvoiceFilter
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.contacts import contacts_of, first_email, first_phone
from maillage.cores.einvoicing.checking import more_than_a_year_after
from maillage.cores.einvoicing.identifiers import compact, is_iban, is_siren, is_siret, is_vat_number
from maillage.cores.text import sort_key
from maillage.kernel.ui.fields import Day, Euros, Number, ShortText, WholeNumber
from maillage.kernel.ui.filtering import FilterForm, OneOf
from maillage.kernel.ui.forms import Plain, WithoutColon

LINES_MAX = 100
AMOUNT_MAX = Decimal(10_000_000)
CANDIDATES_SHOWN = 5
NUMBER_FAULTS = {
    **dict.fromkeys(("max_value", "max_digits", "max_whole_digits"), _("The amount is too great.")),
    "max_decimal_places": _("A quantity and a price have %(max)s decimals at most."),
}


class Identifier(ShortText):
    """A number of a register: spaces and dots are dropped."""

    def clean(self, value: Any) -> str:
        return compact(super().clean(value))


class DocumentForm(Plain):
    """A quote, an invoice or a credit note, but for its lines."""

    issuer_id = forms.TypedChoiceField(label=_("Seller"), coerce=int)
    customer = ShortText(
        label=_("Customer"),
        max_length=200,
        help_text=_("Its name, or its SIREN. It must have a fiche in the directory."),
        error_messages={"required": _("Say who the customer is.")},
    )
    subject = ShortText(
        label=_("In a few words"),
        max_length=200,
        help_text=_("For example: van hours of November."),
        error_messages={"required": _("Say what it is about.")},
    )
    nature = forms.ChoiceField(
        label=_("What is sold"), choices=Nature.choices, widget=forms.RadioSelect, initial=Nature.SERVICES
    )
    delivered_on = Day(
        label=_("Delivered or done on"), required=False, help_text=_("Left empty: the day when it is issued.")
    )
    payment_means = forms.ChoiceField(
        label=_("Settled by"), choices=PaymentMeans.choices, initial=PaymentMeans.COMPENSATION
    )
    due_on = Day(label=_("Due on"), required=False, help_text=_("Left empty: by your invoicing settings."))
    prepaid = Euros(
        label=_("Already set off (€)"),
        max_value=AMOUNT_MAX,
        required=False,
        help_text=_("What was settled before this invoice, VAT included."),
    )
    prepaid_on = Day(label=_("Set off on"), required=False)
    valid_until = Day(label=_("Valid until"), required=False, help_text=_("Left empty: thirty days."))
    buyer_reference = ShortText(label=_("Reference of the customer"), max_length=100, required=False)
    order_reference = ShortText(label=_("Order number"), max_length=100, required=False)
    note = ShortText(label=_("Note at the foot"), max_length=500, required=False)

    def __init__(self, *args: Any, kind: str, issuers: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.customer_id: int | None = None
        self.fields["issuer_id"].choices = [(body.pk, body.name) for body in issuers]  # type: ignore[attr-defined]
        gone = (
            ("due_on", "prepaid", "prepaid_on", "delivered_on")
            if kind == DocumentKind.QUOTE
            else ("valid_until", "prepaid", "prepaid_on")
            if kind == DocumentKind.CREDIT_NOTE
            else ("valid_until",)
        )
        for name in gone:
            del self.fields[name]
        self.fields["customer"].widget.attrs["list"] = "clients"

    @staticmethod
    def initial_from(content: DocumentContent, customer: Organization) -> dict[str, Any]:
        return {
            **{name: getattr(content, name) for name in DocumentForm.base_fields if hasattr(content, name)},
            "customer": customer.name,
            "prepaid": content.prepaid_cents or None,
        }

    def clean_customer(self) -> str:
        """The organisation that is meant, by its SIREN, its name, or the beginning of its name when one alone has it."""
        found = organization_called(str(self.cleaned_data["customer"]))
        self.customer_id = found.pk
        return found.name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.customer_id is not None and self.customer_id == data.get("issuer_id"):
            self.add_error("customer", _now("Seller and customer are the same organisation."))
        today, set_off_on = timezone.localdate(), data.get("prepaid_on")
        if data.get("prepaid") and set_off_on is None and "prepaid_on" not in self.errors:
            self.add_error("prepaid_on", _now("Say on which day it was already set off."))
        elif set_off_on is not None and set_off_on > today:
            self.add_error("prepaid_on", _now("What is already set off was so today at the latest."))
        if data.get("delivered_on") and more_than_a_year_after(today, data["delivered_on"]):
            self.add_error("delivered_on", _now("The date of delivery is more than a year away: check it."))
        return data

    def content(self, lines: tuple[LineContent, ...]) -> DocumentContent:
        assert self.customer_id is not None
        said = self.cleaned_data
        plain: dict[str, Any] = {
            name: said.get(name)
            for name in (
                *("delivered_on", "due_on", "prepaid_on", "valid_until", "subject", "nature"),
                *("payment_means", "buyer_reference", "order_reference", "note"),
            )
        }
        prepaid_cents = said.get("prepaid") or 0
        return DocumentContent(
            customer_id=self.customer_id, lines=lines, prepaid_cents=prepaid_cents, **plain
        )


def organization_called(typed: str) -> Organization:
    """The one organisation that is meant. Raises ValidationError when there is none, or several."""
    found = _organizations_called(typed)
    if len(found) == 1:
        return found[0]
    if not found:
        raise forms.ValidationError(
            _now("No organisation of the directory is called “%(name)s”.") % {"name": typed}
        )
    names = ", ".join(f"{body.name} ({body.city or body.siren})" for body in found[:CANDIDATES_SHOWN])
    raise forms.ValidationError(
        _now("Several organisations may be meant: %(names)s. Write the whole name, or the SIREN.")
        % {"names": names}
    )


def _organizations_called(typed: str) -> list[Organization]:
    digits, key = compact(typed), sort_key(typed)
    bodies = Organization.objects.order_by("sort_key", "pk")
    if digits.isdigit() and len(digits) in (9, 14):
        by_number = Q(siren=digits[:9]) | Q(siret=digits) | Q(invoicing_profile__siren=digits[:9])
        return list(bodies.filter(by_number)[: CANDIDATES_SHOWN + 1])
    exact = list(bodies.filter(sort_key=key)[: CANDIDATES_SHOWN + 1])
    return exact or list(bodies.filter(sort_key__startswith=key)[: CANDIDATES_SHOWN + 1])


class LineForm(Plain):
    """One line; a line of which nothing is said is left out."""

    name = ShortText(label=_("What is sold"), max_length=200, required=False)
    description = ShortText(label=_("Details"), max_length=500, required=False)
    quantity = Number(
        label=_("Quantity"),
        max_value=AMOUNT_MAX,
        decimal_places=4,
        initial="1",
        required=False,
        error_messages={**NUMBER_FAULTS, "min_value": _("The quantity must be above zero.")},
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices, initial=Unit.PIECE)
    price = Number(
        label=_("Price of one, without VAT (€)"),
        max_value=AMOUNT_MAX,
        decimal_places=4,
        required=False,
        error_messages={**NUMBER_FAULTS, "min_value": _("The price cannot be below zero.")},
    )
    vat_key = forms.ChoiceField(label=_("VAT"), choices=VatKey.choices)
    discount = Euros(label=_("Discount (€)"), max_value=AMOUNT_MAX, required=False)
    discount_reason = ShortText(label=_("Reason of the discount"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.is_empty:
            return data
        for name, sentence in (
            ("name", _now("Say what is sold.")),
            ("quantity", _now("Say how much.")),
            ("price", _now("Say the price.")),
        ):
            if name not in self.errors and data.get(name) in (None, ""):
                self.add_error(name, sentence)
        if data.get("quantity") == 0:
            self.add_error("quantity", _now("The quantity must be above zero."))
        if data.get("discount") and not data.get("discount_reason"):
            self.add_error("discount_reason", _now("Say why there is a discount."))
        return data

    @property
    def is_empty(self) -> bool:
        said = getattr(self, "cleaned_data", {})
        return not (said.get("name") or said.get("price") is not None or said.get("description"))

    def content(self) -> LineContent:
        said = self.cleaned_data
        return LineContent(
            **{name: said[name] for name in ("name", "description", "quantity", "unit", "price", "vat_key")},
            discount_cents=said["discount"] or 0,
            discount_reason=said["discount_reason"],
        )


LineFormSet = forms.formset_factory(
    LineForm, extra=1, max_num=LINES_MAX, validate_max=True, absolute_max=LINES_MAX + 10, can_delete=True
)


def lines_of(formset: forms.BaseFormSet) -> tuple[LineContent, ...]:
    """The lines that were typed and not removed."""
    gone = set(map(id, formset.deleted_forms))
    return tuple(form.content() for form in formset.forms if id(form) not in gone and not form.is_empty)


def lines_initial(lines: tuple[LineContent, ...]) -> list[dict[str, Any]]:
    return [{**vars(line), "discount": line.discount_cents or None} for line in lines]


class ProfileForm(Plain):
    """What an organisation puts on its invoices."""

    legal_name = ShortText(label=_("Legal name"), max_length=200)
    legal_info = ShortText(
        label=_("Legal form"),
        max_length=300,
        help_text=_(
            "As it must stand on the invoice, for example: Association loi 1901, RNA W871234567; or: SCIC SARL au capital de 5 000 €, RCS Limoges."
        ),
    )
    siren = Identifier(label=_("SIREN"), max_length=20)
    siret = Identifier(label=_("SIRET"), max_length=20, required=False)
    address_line = ShortText(label=_("Address"), max_length=200)
    address_line_two = ShortText(label=_("Address, next line"), max_length=200, required=False)
    postal_code = ShortText(label=_("Postal code"), max_length=12)
    city = ShortText(label=_("Commune"), max_length=120)
    vat_regime = forms.ChoiceField(label=_("VAT"), choices=VatRegime.choices, widget=forms.RadioSelect)
    vat_number = Identifier(
        label=_("VAT number"),
        max_length=20,
        required=False,
        help_text=_("Needed when your organisation charges VAT."),
    )
    on_debits = forms.BooleanField(
        label=_("VAT on services is due when they are invoiced"),
        required=False,
        help_text=_("Tick only if your organisation chose so (option for the debits)."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = ShortText(label=_("Phone"), max_length=30, required=False)
    iban = Identifier(label=_("IBAN"), max_length=42, required=False)
    payment_days = WholeNumber(
        label=_("Days to pay"),
        min_value=0,
        max_value=60,
        initial=30,
        help_text=_("Sixty at most, by law."),
        error_messages={"max_value": _("Sixty at most, by law.")},
    )
    late_words = ShortText(
        label=_("Late payment"), max_length=300, required=False, help_text=_("Left empty: what the law says.")
    )
    discount_words = ShortText(
        label=_("Early payment"),
        max_length=300,
        required=False,
        help_text=_("Left empty: no discount for it."),
    )

    @staticmethod
    def initial_from(organization: Organization, profile: InvoicingProfile | None) -> dict[str, Any]:
        """The settings, or what the fiche says as long as there are none."""
        if profile is not None:
            return {name: getattr(profile, name) for name in ProfileForm.base_fields}
        contacts = contacts_of(organization)
        return {
            "legal_name": organization.name,
            "siren": organization.siren or organization.siret[:9],
            "siret": organization.siret,
            "address_line": organization.address,
            "postal_code": organization.postal_code,
            "city": organization.city,
            "email": first_email(contacts),
            "phone": first_phone(contacts),
            "payment_days": 30,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        siren, siret, number = (data.get(name) or "" for name in ("siren", "siret", "vat_number"))
        if siren and not is_siren(siren):
            self.add_error("siren", _now("This SIREN is wrong: nine digits, whose last one is a key."))
        if siret and not is_siret(siret):
            self.add_error("siret", _now("This SIRET is wrong: fourteen digits, whose last one is a key."))
        elif siret and siren and siret[:9] != siren:
            self.add_error("siret", _now("This SIRET does not begin with the SIREN."))
        if number and not is_vat_number(number):
            self.add_error("vat_number", _now("This VAT number is wrong."))
        elif number.startswith("FR") and siren and number[4:] != siren:
            self.add_error("vat_number", _now("This VAT number does not end with the SIREN."))
        if data.get("vat_regime") == VatRegime.STANDARD and not number:
            self.add_error("vat_number", _now("Who charges VAT has a VAT number: write it here."))
        if data.get("iban") and not is_iban(data["iban"]):
            self.add_error("iban", _now("This IBAN is wrong: its key does not fit."))
        return data


class InvoiceFilterForm(Plain):
    """The names are those of the address."""

    mots = ShortText(label=_("Number, name or subject"), max_length=100, required=False)
    sens = forms.ChoiceField(
        label=_("Side"), required=False, choices=[("", _("Both")), (OUT, _("Sales")), (IN, _("Purchases"))]
    )
    sorte = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *DocumentKind.choices]
    )
    etat = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), (DocumentStatus.DRAFT, _("Drafts")), *PaymentStatus.choices],
    )
    du = Day(label=_("From"), required=False)
    au = Day(label=_("Until"), required=False)
    structure = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


def parse_invoice_filter(query: QueryDict) -> InvoiceFilter:
    """What the address asks; what it says wrongly is left out."""
    form = InvoiceFilterForm(query)
    form.is_valid()
    said = {name: form.cleaned_data.get(name) for name in InvoiceFilterForm.base_fields}
    return InvoiceFilter(**{name: value for name, value in said.items() if value})


class ReceivedFilterForm(FilterForm):
    """Invoices that came as files; `du`, `au`: the days when they were issued."""

    mots = ShortText(label=_("Number or supplier"), max_length=100, required=False)
    etat = OneOf(ReceivedStatus.choices)
    du = Day(label=_("From"), required=False)
    au = Day(label=_("Until"), required=False)


class UploadForm(Plain):
    """An invoice that somebody sent, as a file."""

    receiver_id = forms.TypedChoiceField(label=_("Received by"), coerce=int)
    file = forms.FileField(
        label=_("The invoice"),
        help_text=_("A Factur-X (PDF with its data inside), or its XML alone; 10 MB at most."),
        error_messages={"required": _("Choose the file of the invoice.")},
    )

    def __init__(self, *args: Any, receivers: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver_id"].choices = [(body.pk, body.name) for body in receivers]  # type: ignore[attr-defined]


class FiscalSettingForm(WithoutColon, forms.ModelForm):
    """A setting that takes over from a day on."""

    valid_from = Day(label=_("From"))
    valid_until = Day(label=_("Until"), required=False)

    class Meta:
        model = FiscalSetting
        fields = ("key", "value", "category", "code", "valid_from", "valid_until", "source")
        labels = {
            "value": _("Value, or words"),
            "category": _("VAT category"),
            "code": _("VATEX code"),
            "source": _("Text that sets it"),
        }

    def __init__(self, *args: Any, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"] = forms.ChoiceField(label=_("Setting"), choices=[(key, key) for key in keys])
        self.fields["source"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        key, value = str(data.get("key", "")), str(data.get("value", ""))
        begins, ends = data.get("valid_from"), data.get("valid_until")
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            self.add_error("valid_until", _now("The last day comes before the first one."))
        if key.startswith(("rate.", "threshold.")):
            plain = value.replace(",", ".")
            if not (plain.isascii() and plain.replace(".", "", 1).isdigit()):
                self.add_error("value", _now("A rate or a threshold is a number."))
            else:
                data["value"] = plain
        if key.startswith("mention.") and data.get("category") not in ("E", "O", "AE"):
            self.add_error("category", _now("A mention has a category: E, O or AE."))
        return data
