from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.choices import ROLE_RANKS, Role
from maillage.apps.accounts.models import Person
from maillage.kernel.mail.choices import Rhythm
from maillage.kernel.rooms.manifest import NotificationKind
from maillage.kernel.ui.fields import Day
from maillage.kernel.ui.forms import Plain

NAME_LABEL = _("Your name")
NAME_HINT = _("As other members will read it: first name, or first name and surname.")


def _name_field() -> forms.CharField:
    return forms.CharField(
        label=NAME_LABEL,
        help_text=NAME_HINT,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class ProfileForm(Plain):
    name = _name_field()


class AcceptInvitationForm(Plain):
    name = _name_field()


class FirstAdministratorForm(Plain):
    name = _name_field()
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("It will receive your sign-in codes: check it twice."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class InvitationForm(Plain):
    """Offers only the roles that the inviter may give."""

    email = forms.EmailField(label=_("Address of the person invited"))
    role = forms.ChoiceField(label=_("Role"), choices=(), widget=forms.RadioSelect)
    message = forms.CharField(
        label=_("A word to go with it (optional)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, inviter: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ceiling = ROLE_RANKS[inviter.role]
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label) for role in Role if ROLE_RANKS[role] <= ceiling
        ]
        self.fields["role"].initial = Role.MEMBER


class RoleForm(Plain):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)


class RegistrationSettingForm(Plain):
    registration_open = forms.BooleanField(
        label=_("Anyone can create a member's account"),
        help_text=_("Otherwise, accounts are opened by invitation only."),
        required=False,
    )


class PeopleFilterForm(Plain):
    q = forms.CharField(label=_("Name or address"), required=False, max_length=120)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All roles")), *Role.choices])
    closed = forms.BooleanField(label=_("Closed accounts too"), required=False)


class JournalFilterForm(Plain):
    """The journal's filter, in the address. What does not parse is left out."""

    q = forms.CharField(label=_("Words"), required=False, max_length=120)
    verb = forms.ChoiceField(label=_("Kind of act"), required=False)
    since = Day(label=_("Since"), required=False)
    until = Day(label=_("Until"), required=False)

    def __init__(self, *args: Any, verbs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", _("All kinds")), *verbs]  # type: ignore[attr-defined]


class NotificationChoicesForm(Plain):
    """One question per kind; the field's name is the kind's key."""

    def __init__(
        self, *args: Any, kinds: list[NotificationKind], rhythms: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[kind.key] = forms.ChoiceField(
                label=str(kind.label),
                help_text=str(kind.description),
                choices=Rhythm.choices,
                initial=rhythms[kind.key],
            )


class ErasureForm(Plain):
    """A weighty act: the address is typed again, so that nobody does it by a slip."""

    email = forms.CharField(
        label=_("Type your e-mail address to confirm"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    at_once = forms.BooleanField(
        label=_("Do it today, without the seven days for changing my mind"),
        required=False,
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if email != self.person.email:
            raise forms.ValidationError(_("This is not the address of your account."))
        return email
