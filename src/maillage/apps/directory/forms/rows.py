"""The steps of a fiche that hold several rows: its places, its carriers and partners."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.choices import CarrierRole, Status
from maillage.apps.directory.forms.positions import PositionForm
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.contents import PLACE_FIELDS, CarrierContent, PlaceContent
from maillage.cores.text import sort_key
from maillage.kernel.ui.fields import ShortText
from maillage.kernel.ui.forms import Plain

PLACES_MAX = 30
CARRIERS_MAX = 30
NAMED_WITH_NUMBER = re.compile(r"^(.*)\s\[(\d{1,18})\]$")


class PlaceForm(PositionForm):
    """One place. Coordinates are found from the address when they are left empty."""

    name = ShortText(label=_("Name of the place"), max_length=160, required=False)
    address = ShortText(label=_("Address"), max_length=240, required=False)
    postal_code = ShortText(label=_("Postal code"), max_length=12, required=False)
    city = ShortText(label=_("Town"), max_length=120, required=False)
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-90, max_value=90, required=False, help_text=_("Between -90 and 90.")
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        required=False,
        help_text=_("Between -180 and 180."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.check_position()
        if self.errors:
            return data
        alone = (data.get("latitude") is None) != (data.get("longitude") is None)
        if alone:
            missing = "latitude" if data.get("latitude") is None else "longitude"
            self.add_error(missing, _("Latitude and longitude go together: give both, or none."))
        return data

    @property
    def picker(self) -> str:
        """What the ids of its fields begin with, for the map that fills them in."""
        return f"{self['latitude'].auto_id}".removesuffix("latitude")

    def content(self) -> PlaceContent:
        said: dict[str, Any] = {
            name: value for name, value in self.cleaned_data.items() if name in PLACE_FIELDS
        }
        return PlaceContent(**said)


class CarrierForm(Plain):
    """A carrier or partner: its name, found among the organisations of the directory when it is one of them."""

    name = ShortText(label=_("Name of the organisation"), max_length=260, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=CarrierRole.choices, initial=CarrierRole.CARRIER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs.update(
            {
                "list": "structures-proposees",
                "autocomplete": "off",
                "hx-get": reverse("directory:organization_suggestions"),
                "hx-trigger": "input changed delay:250ms",
                "hx-target": "#structures-proposees",
                "hx-swap": "innerHTML",
            }
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        name = data.get("name") or ""
        if name:
            data["organization_id"], data["name"] = find_organization(name)
        return data

    def content(self) -> CarrierContent:
        data = self.cleaned_data
        return CarrierContent(organization_id=data["organization_id"], name=data["name"], role=data["role"])


class CarriersFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        seen: set[int] = set()
        for form in self.forms:
            pk = form.cleaned_data.get("organization_id")
            if self._should_delete_form(form) or pk is None:  # type: ignore[attr-defined]
                continue
            if pk in seen:
                form.add_error("name", _("This organisation stands twice in the list."))
            seen.add(pk)
        if any(self.errors):
            raise ValidationError(_("An organisation stands twice in the list."))


def find_organization(name: str) -> tuple[int | None, str]:
    """The (id, name) of the published organisation meant by "Name" or "Name [12]"; (None, name) for a stranger."""
    published = Organization.objects.filter(status=Status.PUBLISHED)
    numbered = NAMED_WITH_NUMBER.match(name)
    if numbered:
        found = published.filter(pk=int(numbered.group(2))).values_list("pk", "name").first()
        return (found[0], found[1][:200]) if found else (None, numbered.group(1)[:200])
    same = list(published.filter(sort_key=sort_key(name)).order_by("pk").values_list("pk", "name")[:2])
    if len(same) == 1:
        return same[0][0], same[0][1][:200]
    return None, name[:200]


PlacesFormSet = forms.formset_factory(
    PlaceForm, extra=1, max_num=PLACES_MAX, can_delete=True, validate_max=True
)
CarriersRows = forms.formset_factory(
    CarrierForm,
    formset=CarriersFormSet,
    extra=2,
    max_num=CARRIERS_MAX,
    can_delete=True,
    validate_max=True,
)


def place_rows(formset: forms.BaseFormSet) -> tuple[PlaceContent, ...]:
    """The places kept, those left wholly empty aside."""
    rows = (form.content() for form in _kept(formset))
    return tuple(row for row in rows if row != PlaceContent())


def carrier_rows(formset: forms.BaseFormSet) -> tuple[CarrierContent, ...]:
    return tuple(form.content() for form in _kept(formset) if form.cleaned_data.get("name"))


def _kept(formset: forms.BaseFormSet) -> list[Any]:
    """The rows sent but for those removed, also when nothing was changed in them."""
    gone = set(map(id, formset.deleted_forms))
    return [form for form in formset.forms if id(form) not in gone]
