"""A node of the tree of themes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.choices import THEME_ICONS
from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.kernel.ui.fields import ShortText, WholeNumber
from maillage.kernel.ui.forms import Plain

CONTRAST_MIN = 4.5


def contrast_with_white(color: str) -> float:
    """The contrast ratio of "#rrggbb" against white, as WCAG 2 defines it: from 1 to 21."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(color[at : at + 2], 16)) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


class ThemeForm(Plain):
    name = ShortText(label=_("Name"), max_length=120)
    description = ShortText(label=_("Description"), max_length=300, required=False)
    parent_id = forms.TypedChoiceField(label=_("Under"), coerce=int, empty_value=None, required=False)
    color = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=_("Colour"),
        initial="#5b6770",
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"invalid": _("A colour is written #rrggbb.")},
    )
    icon = forms.ChoiceField(label=_("Icon"), choices=THEME_ICONS, initial="circle")
    rank = WholeNumber(
        label=_("Rank"), min_value=0, max_value=9999, initial=100, help_text=_("The smallest comes first.")
    )

    def __init__(self, *args: Any, tree: ThemeTree | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent_id"].choices = [("", _("At the top")), *indented(tree or theme_tree())]  # type: ignore[attr-defined]

    def clean_color(self) -> str:
        color = self.cleaned_data["color"].lower()
        ratio = contrast_with_white(color)
        if ratio < CONTRAST_MIN:
            raise ValidationError(
                _("This colour is too light: its icon would not stand out (%(ratio)s to 1, %(min)s needed)."),
                params={"ratio": f"{ratio:.1f}", "min": CONTRAST_MIN},
            )
        return color


class MergeForm(Plain):
    into = forms.TypedChoiceField(label=_("Into"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = indented(theme_tree())  # type: ignore[attr-defined]


def indented(tree: ThemeTree) -> list[tuple[int, str]]:
    return [(node.theme.pk, "\u2003" * node.depth + node.theme.name) for node in tree]
