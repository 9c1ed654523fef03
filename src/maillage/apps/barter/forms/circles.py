from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.apps.barter.choices import DEFAULT_UNIT_NAME, MEMBER_TRANSITIONS, STEPS, MemberState
from maillage.apps.barter.models import Circle, CircleMember
from maillage.apps.directory.models import Organization
from maillage.kernel.ui.fields import LongText, ShortText
from maillage.kernel.ui.forms import Plain


class OfVersion(Plain):
    """A form about one version of the agreement, the one that the person has read."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def read_again(self, number: int) -> None:
        """Another version came meanwhile: what was typed stays, and speaks of that one from now on."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "seen": number}


class CircleForm(Plain):
    name = ShortText(
        label=_("Name of the circle"),
        max_length=120,
        help_text=_("For example: the barter circle of the Brume country."),
        error_messages={
            "required": _("Give the circle a name."),
            "max_length": _("A shorter name: 120 characters at most."),
        },
    )
    about = LongText(label=_("What it is for, and for whom"), rows=4)
    unit_name = ShortText(
        label=_("Name of the unit of account"),
        max_length=30,
        initial=DEFAULT_UNIT_NAME,
        help_text=_(
            "In the singular. One unit is worth one euro of goods or services; it is never changed for euros."
        ),
        error_messages={
            "required": _("Name the unit; “unité” does very well."),
            "max_length": _("A shorter name: 30 characters at most."),
        },
    )
    rules = LongText(
        label=_("Rules of the circle"),
        rows=6,
        help_text=_(
            "In plain words: what is exchanged, how prices are set, whom to call when something goes wrong."
        ),
    )


class ChangeCircleForm(CircleForm, OfVersion):
    comment = ShortText(
        label=_("What changes, in one sentence"),
        max_length=200,
        required=False,
        help_text=_("It stands beside the version; the members are told when the rules change."),
        error_messages={"max_length": _("A shorter sentence: 200 characters at most.")},
    )


class NewCircleForm(CircleForm):
    agreement = LongText(
        label=_("Framework agreement"),
        rows=14,
        help_text=_("What each organisation signs to join. Its later versions are kept, and signed again."),
    )


def circle_initial(circle: Circle) -> dict[str, str]:
    return {name: getattr(circle, name) for name in ("name", "about", "unit_name", "rules")}


class AgreementForm(OfVersion):
    text = LongText(label=_("Framework agreement"), rows=18)
    comment = ShortText(
        label=_("What changes, in one sentence"),
        max_length=200,
        help_text=_("The members read it when they are asked to sign again."),
        error_messages={
            "required": _("Say in one sentence what changes."),
            "max_length": _("A shorter sentence: 200 characters at most."),
        },
    )


class SignForm(OfVersion):
    """Who joins, who signs; `by_others`: a facilitator signs for organisations that they do not manage."""

    organization = forms.ChoiceField(
        label=_("Organisation that signs"), error_messages={"required": _("Choose the organisation.")}
    )
    signatory = ShortText(
        label=_("First name and name of who signs"),
        max_length=120,
        error_messages={
            "required": _("Write the name of the person who signs."),
            "max_length": _("A shorter name: 120 characters at most."),
        },
    )
    capacity = ShortText(
        label=_("In what capacity"),
        max_length=120,
        help_text=_("For example: president, manager, holder of a delegation."),
        error_messages={
            "required": _("Say in what capacity this person signs."),
            "max_length": _("Shorter: 120 characters at most."),
        },
    )
    agrees = forms.BooleanField(
        label=_("This person has read the agreement, and commits the organisation to hold it."),
        error_messages={"required": _("Tick the box to sign.")},
    )

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organizations = {str(each.pk): each for each in organizations}
        choices = [(str(each.pk), each.name) for each in organizations]
        self.fields["organization"].choices = choices if len(choices) == 1 else [("", "—"), *choices]  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial.setdefault("organization", choices[0][0])

    def chosen(self) -> Organization:
        return self.organizations[self.cleaned_data["organization"]]


class MemberStateForm(Plain):
    """What a facilitator may do of a member in its present state."""

    state = forms.ChoiceField(
        label=_("What changes"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what changes."),
            "invalid_choice": _("This cannot be done now."),
        },
    )
    reason = ShortText(
        label=_("Why"),
        max_length=300,
        help_text=_("The member reads it. For example: receivership opened on 3 March."),
        error_messages={
            "required": _("Say why: the member reads it, and so do those who come after you."),
            "max_length": _("Shorter: 300 characters at most."),
        },
    )

    def __init__(self, *args: Any, member: CircleMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = () if member.state == MemberState.LEFT else MEMBER_TRANSITIONS[member.state]
        self.fields["state"].choices = [(each, STEPS[each]) for each in possible]  # type: ignore[attr-defined]


class LeaveForm(Plain):
    reason = ShortText(
        label=_("Why, if you wish to say it"),
        required=False,
        max_length=300,
        error_messages={"max_length": _("Shorter: 300 characters at most.")},
    )
