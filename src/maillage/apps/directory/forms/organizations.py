"""The fiche of an organisation, and the people who belong to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.choices import Family, LegalForm, MembershipRole
from maillage.apps.directory.forms.attachments import PictureUpload
from maillage.apps.directory.forms.fields import Rna, Siren, Siret, WebAddress
from maillage.apps.directory.forms.positions import PositionForm
from maillage.apps.directory.queries.contacts import ContactContent
from maillage.apps.directory.queries.organizations import OrganizationContent
from maillage.apps.directory.queries.themes import ThemeTree, grouped_theme_choices, theme_tree
from maillage.kernel.ui.fields import LongText, ShortText
from maillage.kernel.ui.forms import Plain

LINKS_MAX = 12


class LinksField(forms.CharField):
    """Links, one a line: "Label: https://…" or the address alone. The value is a tuple of (label, address)."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > LINKS_MAX:
            raise ValidationError(_("Give %(max)s links at most."), params={"max": LINKS_MAX})
        return tuple(self._pair(line) for line in lines)

    @staticmethod
    def _pair(line: str) -> tuple[str, str]:
        start = line.find("http")
        label, address = (line[:start].strip(" :-–"), line[start:]) if start > 0 else ("", line)
        try:
            return label[:80], WebAddress().clean(address)
        except ValidationError:
            raise ValidationError(_("“%(line)s” is not a link."), params={"line": line[:80]}) from None


class OrganizationForm(PositionForm):
    """Everything about an organisation but its logo and its contacts; `content()` gives what to save."""

    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    name = ShortText(
        label=_("Name"),
        max_length=200,
        min_length=2,
        error_messages={"required": _("Give the name of the organisation.")},
    )
    short_name = ShortText(label=_("Short name"), max_length=60, required=False)
    summary = ShortText(
        label=_("In one sentence"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    description = LongText(label=_("Description"), rows=8)
    family = forms.ChoiceField(
        label=_("Family of the social economy"),
        choices=[("", _("Not said")), *Family.choices],
        required=False,
    )
    legal_form = forms.ChoiceField(
        label=_("Legal form"), choices=[("", _("Not said")), *LegalForm.choices], required=False
    )
    siren = Siren(label=_("SIREN"), max_length=20, required=False, help_text=_("Nine digits."))
    siret = Siret(label=_("SIRET"), max_length=25, required=False, help_text=_("Fourteen digits."))
    rna = Rna(
        label=_("RNA"), max_length=14, required=False, help_text=_("W and nine digits, for associations.")
    )
    theme_ids = forms.TypedMultipleChoiceField(
        label=_("Themes"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    address = ShortText(label=_("Address"), max_length=240, required=False)
    postal_code = ShortText(label=_("Postal code"), max_length=12, required=False)
    city = ShortText(label=_("Town"), max_length=120, required=False)
    latitude = forms.FloatField(label=_("Latitude"), min_value=-90, max_value=90, required=False)
    longitude = forms.FloatField(label=_("Longitude"), min_value=-180, max_value=180, required=False)
    address_public = forms.BooleanField(label=_("Show the address"), required=False, initial=True)
    website = WebAddress(label=_("Web site"), required=False)
    links = LinksField(
        label=_("Other links"),
        required=False,
        max_length=4000,
        help_text=_("One a line, as in “Our films: https://…”."),
    )
    opening_hours = LongText(label=_("Opening hours"), rows=3)
    networks = ShortText(label=_("Networks"), max_length=300, required=False)
    labels = ShortText(label=_("Labels and approvals"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme_ids"].choices = grouped_theme_choices(theme_tree())  # type: ignore[attr-defined]

    @staticmethod
    def initial_from(content: OrganizationContent, version: int) -> dict[str, Any]:
        lines = [f"{label}: {url}" if label else url for label, url in content.links]
        return {**content.to_json(), "links": "\n".join(lines), "seen": version}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        siren, siret = data.get("siren"), data.get("siret")
        if siren and siret and not siret.startswith(siren):
            self.add_error("siret", _("This SIRET does not begin with the SIREN above."))
        if siret and not siren and "siren" not in self.errors:
            data["siren"] = siret[:9]
        self.check_position()
        if not self.errors and (data.get("latitude") is None) != (data.get("longitude") is None):
            self.add_error("latitude", _("Latitude and longitude go together: give both, or none."))
        return data

    def content(self, contacts: tuple[ContactContent, ...] = ()) -> OrganizationContent:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "as_typed")}
        said["theme_ids"] = tuple(sorted(said["theme_ids"]))
        return OrganizationContent(**said, contacts=contacts)


class LogoForm(Plain):
    logo = PictureUpload(label=_("Logo"), required=False, help_text=_("JPEG, PNG, WebP or GIF, up to 12 MB."))
    remove = forms.BooleanField(label=_("Show no logo"), required=False)


class InvitationForm(Plain):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=MembershipRole.choices,
        initial=MembershipRole.MEMBER,
        help_text=_(
            "A manager does everything in the organisation's name. A treasurer handles its money: invoices, accounts, units, debts."
        ),
    )
    message = LongText(label=_("Your message"), rows=3)


class JoinForm(Plain):
    message = LongText(
        label=_("Your message"), rows=4, help_text=_("Who you are, what ties you to the organisation.")
    )


class OrganizationFilterForm(Plain):
    """The panel of filters of the list of organisations."""

    q = ShortText(
        label=_("Name or town"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    famille = forms.ChoiceField(
        label=_("Family of the social economy"),
        required=False,
        choices=[("", _("All families")), *Family.choices],
    )

    def __init__(self, data: Any = None, *, initial: Any = None, tree: ThemeTree) -> None:
        super().__init__(data, initial=initial, auto_id="filtre-%s")
        nodes = [(node.theme.slug, "\u2003" * node.depth + node.theme.name) for node in tree]
        self.fields["theme"].choices = [("", _("All themes")), *nodes]  # type: ignore[attr-defined]
