"""The forms of the welcome, which are also those of the site's settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import RoomManifest, all_manifests
from maillage.kernel.site.models import SiteSettings
from maillage.kernel.ui.forms import Plain, WithoutColon


class TerritoryForm(WithoutColon, forms.ModelForm[SiteSettings]):
    class Meta:
        model = SiteSettings
        fields = ("name", "tagline", "territory_name", "contact_email", "latitude", "longitude", "zoom")
        labels = {
            "name": _("Name of the site"),
            "tagline": _("Sentence of welcome"),
            "territory_name": _("Territory"),
            "contact_email": _("Contact address"),
            "latitude": _("Latitude"),
            "longitude": _("Longitude"),
            "zoom": _("Scale of the map"),
        }
        help_texts = {
            "name": _("As it stands at the top of every page."),
            "tagline": _("One sentence, in large letters on the home page."),
            "territory_name": _("For example “Pays de Haute-Brenne”."),
            "contact_email": _("Where visitors may write to you; shown on the legal pages."),
            "latitude": _("Of the middle of the map, between −90 and 90. The map fills it in."),
            "longitude": _("Between −180 and 180."),
            "zoom": _("From 2 (the world) to 16 (a street); 9 shows a group of municipalities."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, low, high in (("latitude", -90, 90), ("longitude", -180, 180), ("zoom", 2, 16)):
            kind = forms.IntegerField if name == "zoom" else forms.FloatField
            self.fields[name] = kind(
                label=self.fields[name].label,
                help_text=self.fields[name].help_text,
                required=name == "zoom",
                min_value=low,
                max_value=high,
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None) and not self.errors:
            self.add_error("longitude", _("Give both the latitude and the longitude, or neither."))
        return cleaned


class RoomsForm(Plain):
    """Which rooms are open; those that every site needs are not a choice."""

    rooms = forms.MultipleChoiceField(
        label=_("Open rooms"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.optional = [room for room in all_manifests() if room.optional]
        choices = [(room.name, _described(room)) for room in self.optional]
        self.fields["rooms"].choices = choices  # type: ignore[attr-defined]


def _described(room: RoomManifest) -> str:
    """One element, the description under the name: the label of a box puts what it holds side by side."""
    return format_html('<span>{}<br><span class="m-soft">{}</span></span>', room.label, room.description)


class NoticesForm(WithoutColon, forms.ModelForm[SiteSettings]):
    class Meta:
        model = SiteSettings
        fields = (
            "publisher_name",
            "publisher_address",
            "publication_director",
            "host_name",
            "host_address",
            "privacy_contact",
        )
        labels = {
            "publisher_name": _("Publisher of the site"),
            "publisher_address": _("Address of the publisher"),
            "publication_director": _("Director of publication"),
            "host_name": _("Host"),
            "host_address": _("Address of the host"),
            "privacy_contact": _("Contact for personal data"),
        }
        help_texts = {
            "publisher_name": _("The body that animates the network, with its legal form."),
            "publication_director": _("The person who answers for what is published; often its president."),
            "host_name": _("The company or the association on whose machine the site runs."),
            "privacy_contact": _("The e-mail address to which people write about their data."),
        }
        widgets = {
            "publisher_address": forms.Textarea(attrs={"rows": 3}),
            "host_address": forms.Textarea(attrs={"rows": 3}),
        }


class MailTrialForm(Plain):
    to = forms.EmailField(label=_("Send a trial message to"), max_length=254)
