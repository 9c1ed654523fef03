"""The contacts on the form of an organisation: rows that can be added, moved and removed, without script too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.forms.fields import PhoneNumber
from maillage.apps.directory.queries.contacts import CONTACT_FIELDS, CONTACTS_MAX, ContactContent
from maillage.kernel.ui.fields import ShortText
from maillage.kernel.ui.forms import Plain

PREFIX = "contacts"
ADD, UP = "ajouter", "monter"
"""The names of the buttons that add an empty row, and that put a row (the value, from 0) above the one before it."""


class ContactForm(Plain):
    label = ShortText(label=_("What for"), max_length=80, required=False)
    name = ShortText(label=_("Who answers"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = PhoneNumber(label=_("Telephone"), required=False)
    public = forms.BooleanField(label=_("Show this contact to everybody"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = any(data.get(name) for name in CONTACT_FIELDS)
        if said and not self.errors and not (data["email"] or data["phone"]):
            self.add_error(
                "email", _("Give an e-mail address or a telephone number, or remove this contact.")
            )
        return data

    def content(self) -> ContactContent:
        return ContactContent.from_json(self.cleaned_data)


class ContactRows(
    forms.formset_factory(  # type: ignore[misc]
        ContactForm,
        extra=0,
        max_num=CONTACTS_MAX,
        absolute_max=CONTACTS_MAX + 10,
        validate_max=True,
        can_delete=True,
    )
):
    """The rows of the form; one that is left empty is no contact."""

    def contents(self) -> tuple[ContactContent, ...]:
        gone = set(map(id, self.deleted_forms))
        kept = (form.content() for form in self.forms if id(form) not in gone)
        return tuple(contact for contact in kept if contact != ContactContent())


def contact_rows(rows: Iterable[Mapping[str, Any]], *, empty: int = 0) -> ContactRows:
    """The rows to be filled in: those given, and `empty` ones after them; one when there would be none."""
    initial = list(rows)
    formset = ContactRows(initial=initial, prefix=PREFIX)
    formset.extra = empty if initial else max(empty, 1)
    return formset


def saved_rows(contacts: Iterable[ContactContent]) -> list[dict[str, Any]]:
    return [dict(vars(contact)) for contact in contacts]


def typed_rows(data: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """What the rows of a form that was sent, or kept while it was typed, hold; those removed or left empty are not there."""
    return [row for _number, row in _numbered(data)]


def rows_again(data: QueryDict) -> ContactRows | None:
    """The rows to show again, unsaved, when one was to be added or moved; None when the form was to be saved."""
    typed = list(_numbered(dict(data.lists())))
    if UP in data:
        at = next((place for place, (number, _row) in enumerate(typed) if str(number) == data[UP]), 0)
        if at:
            typed[at - 1], typed[at] = typed[at], typed[at - 1]
    elif ADD not in data:
        return None
    return contact_rows((row for _number, row in typed), empty=int(ADD in data and len(typed) < CONTACTS_MAX))


def with_rows(data: QueryDict, contacts: Iterable[ContactContent]) -> QueryDict:
    """The data of the form; one that says nothing of contacts leaves them as they are."""
    if f"{PREFIX}-TOTAL_FORMS" in data:
        return data
    more, rows = data.copy(), saved_rows(contacts)
    for number, row in enumerate(rows):
        more.update({f"{PREFIX}-{number}-{name}": value or "" for name, value in row.items()})
    more.update({f"{PREFIX}-TOTAL_FORMS": str(len(rows)), f"{PREFIX}-INITIAL_FORMS": "0"})
    return more


def _numbered(data: Mapping[str, list[str]]) -> Iterable[tuple[int, dict[str, Any]]]:
    total = (data.get(f"{PREFIX}-TOTAL_FORMS") or ["0"])[-1]
    count = int(total) if total.isdecimal() and total.isascii() and len(total) < 5 else 0
    for number in range(min(count, CONTACTS_MAX + 10)):
        said = {
            name: (data.get(f"{PREFIX}-{number}-{name}") or [""])[-1] for name in (*CONTACT_FIELDS, "DELETE")
        }
        if not said.pop("DELETE") and any(value.strip() for value in said.values()):
            yield number, {**said, "public": bool(said["public"])}
