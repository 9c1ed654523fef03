"""The forms of an interview, for the facilitator's tablet and for the phone of whoever confirms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.apps.barter.actions.interviews import ItemContent, Said
from maillage.apps.barter.choices import Measure, Resource, Sureness, Urgency
from maillage.apps.barter.models import Interview, InterviewItem
from maillage.apps.barter.queries.guide import Topic
from maillage.apps.exchange.choices import Direction
from maillage.kernel.ui.fields import Day, Euros, LongText, ShortText, Title, WholeNumber
from maillage.kernel.ui.forms import Plain

VALUE_EUROS_MAX = 1_000_000
QUANTITY_MAX = 100_000
NOT_A_NUMBER = _("A whole number from 1 to 100 000.")
PUBLISH, REFUSE, LATER = "publier", "retirer", "plus-tard"


class VisitForm(Plain):
    visited_on = Day(
        label=_("Day of the visit"),
        error_messages={
            "required": _("Give the day of the visit."),
            "invalid": _("Write a day, for example 14/03/2026."),
        },
    )
    met = ShortText(
        label=_("Whom you meet"),
        max_length=200,
        required=False,
        help_text=_("First name, name, post. Only the facilitators see it."),
        error_messages={"max_length": _("Shorter: 200 characters at most.")},
    )
    email = forms.EmailField(
        label=_("E-mail address that will receive the link"),
        required=False,
        max_length=254,
        help_text=_("The structure confirms each offer and each need by this link, without an account."),
        error_messages={
            "invalid": _("This is not an e-mail address. For example: prenom@exemple.fr."),
            "max_length": _("This is not an e-mail address. For example: prenom@exemple.fr."),
        },
    )
    notes = LongText(
        label=_("Notes for the facilitators"), rows=3, help_text=_("The structure does not see them.")
    )


def visit_initial(interview: Interview) -> dict[str, Any]:
    return {name: getattr(interview, name) for name in ("visited_on", "met", "email", "notes")}


class _ItemWords(Plain):
    """What a facilitator notes, and what the structure may correct."""

    title = Title(
        label=_("In a few words"),
        max_length=160,
        error_messages={
            "required": _("Say in a few words what it is."),
            "max_length": _("Shorter: 160 characters at most."),
        },
    )
    details = LongText(label=_("Details and conditions"), rows=3)
    quantity = WholeNumber(
        label=_("How many"),
        min_value=1,
        max_value=QUANTITY_MAX,
        initial=1,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NOT_A_NUMBER),
    )
    measure = forms.ChoiceField(
        label=_("Counted in"),
        choices=Measure.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose in what it is counted.")),
    )
    availability = ShortText(
        label=_("When"),
        max_length=300,
        required=False,
        help_text=_("For example: Tuesdays, except in summer."),
        error_messages={"max_length": _("Shorter: 300 characters at most.")},
    )
    unit_value = Euros(
        max_value=VALUE_EUROS_MAX,
        label=_("Market value of one, in euros"),
        required=False,
        help_text=_("What it would cost elsewhere. Empty when nobody knows."),
    )

    def words(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in _ItemWords.base_fields if name != "unit_value"}
        return said | {"unit_value_cents": self.cleaned_data["unit_value"]}


def item_initial(item: InterviewItem) -> dict[str, Any]:
    names = ("title", "details", "quantity", "measure", "availability", "sureness", "urgency", "resource")
    return {name: getattr(item, name) for name in names} | {"unit_value": item.unit_value_words}


class OfferForm(_ItemWords):
    sureness = forms.ChoiceField(
        label=_("How sure"),
        choices=Sureness.choices,
        initial=Sureness.SURE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how sure it is.")},
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic
        usual = [(each.value, each.label) for each in topic.measures]
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            *usual,
            *(choice for choice in Measure.choices if choice not in usual),
        ]

    def content(self) -> ItemContent:
        return ItemContent(
            direction=Direction.OFFER,
            resource=self.topic.resource,
            sureness=self.cleaned_data["sureness"],
            **self.words(),
        )


class NeedForm(_ItemWords):
    resource = forms.ChoiceField(
        label=_("Of what kind"),
        choices=[("", _("Choose")), *Resource.choices],
        error_messages={"required": _("Choose what it is about.")},
    )
    urgency = forms.ChoiceField(
        label=_("How soon"),
        choices=Urgency.choices,
        initial=Urgency.WHENEVER,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how soon.")},
    )

    field_order = ("resource", "title", "details", "quantity", "measure", "availability", "unit_value")

    def content(self) -> ItemContent:
        return ItemContent(
            direction=Direction.NEED,
            resource=self.cleaned_data["resource"],
            urgency=self.cleaned_data["urgency"],
            **self.words(),
        )


class SendForm(Plain):
    email = forms.EmailField(
        label=_("E-mail address that receives the link"),
        required=False,
        max_length=254,
        help_text=_("Empty: you show or give the link yourself."),
        error_messages=dict.fromkeys(
            ("invalid", "max_length"), _("This is not an e-mail address. For example: prenom@exemple.fr.")
        ),
    )


class WhoForm(Plain):
    """Who answers by the link."""

    name = ShortText(
        label=_("Your first name and name"),
        max_length=120,
        error_messages={
            "required": _("Write your name: it is kept with your answer."),
            "max_length": _("A shorter name: 120 characters at most."),
        },
    )
    capacity = ShortText(
        label=_("What you do in the structure"),
        max_length=120,
        error_messages={
            "required": _("Say what you do in the structure."),
            "max_length": _("Shorter: 120 characters at most."),
        },
    )


class AnswerForm(_ItemWords):
    """One draft as the structure reads it on a phone: publish, do not publish, later; and its words, to be corrected."""

    choice = forms.ChoiceField(
        label=pgettext_lazy("question about a draft", "What do we do with it?"),
        choices=(
            (PUBLISH, _("It is right: publish it")),
            (REFUSE, _("Do not publish it")),
            (LATER, _("I answer later")),
        ),
        initial=LATER,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )

    def __init__(self, data: Any, *, item: InterviewItem) -> None:
        super().__init__(data, prefix=f"d{item.pk}", initial=item_initial(item))
        self.item = item

    def clean(self) -> dict[str, Any]:
        """Nobody is asked to mend the words of a draft that they do not publish."""
        said = super().clean() or {}
        if said.get("choice") in (REFUSE, LATER):
            for name in [name for name in self.errors if name != "choice"]:
                del self.errors[name]
        return said

    def said(self) -> Said | None:
        """None: later."""
        if self.cleaned_data["choice"] == LATER:
            return None
        if self.cleaned_data["choice"] == REFUSE:
            return Said(item_id=self.item.pk, content=None)
        content = ItemContent(
            direction=self.item.direction,
            resource=self.item.resource,
            sureness=self.item.sureness,
            urgency=self.item.urgency,
            **self.words(),
        )
        return Said(item_id=self.item.pk, content=content)

    @property
    def words_are_wrong(self) -> bool:
        """Whether the correction must be shown open: something in it was refused."""
        return bool(self.is_bound and set(self.errors) - {"choice"})


class ConfirmationForms:
    """Who answers, and every draft: valid together or not at all."""

    def __init__(self, data: Any, *, items: Sequence[InterviewItem]) -> None:
        self.who = WhoForm(data)
        self.drafts = [AnswerForm(data, item=item) for item in items]

    def is_valid(self) -> bool:
        return all([self.who.is_valid(), *(draft.is_valid() for draft in self.drafts)])

    def said(self) -> list[Said]:
        return [said for draft in self.drafts if (said := draft.said()) is not None]

    @property
    def all(self) -> list[forms.Form]:
        return [self.who, *self.drafts]
