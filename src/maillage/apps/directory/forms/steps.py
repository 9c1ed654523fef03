"""The guided form of a fiche: one short form a step, each saving its own fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.choices import FIELD_LABELS, Audience, Family, Licence, Stage
from maillage.apps.directory.forms.fields import PhoneNumber, WebAddress
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.contents import InitiativeContent
from maillage.apps.directory.queries.homecoming import fiche_named_by
from maillage.apps.directory.queries.themes import grouped_theme_choices, theme_tree
from maillage.kernel.ui.fields import Day, LongText, ShortText
from maillage.kernel.ui.forms import Plain


class StepForm(Plain):
    """A step. `seen` is the version the form was filled from; `content_fields` are what it saves."""

    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    title_of_step: str | Promise = ""
    lead: str | Promise = ""

    def __init__(self, *args: Any, owners: list[tuple[int, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = owners or []
        for name, field in self.fields.items():
            if name in FIELD_LABELS and not field.label:
                field.label = FIELD_LABELS[name]

    @classmethod
    def initial_from(cls, content: InitiativeContent) -> dict[str, Any]:
        return {name: getattr(content, name) for name in cls.base_fields if hasattr(content, name)}

    def changes(self) -> dict[str, Any]:
        """The fields of the content that this step says, by name."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def _choices(words: Any) -> list[tuple[str, Any]]:
    return [("", _("Not said")), *words.choices]


class EssentialForm(StepForm):
    title_of_step = _("The essential")
    lead = _(
        "What your initiative is called, and what it is, in one sentence that makes people want to read on."
    )

    title = ShortText(
        max_length=200,
        min_length=3,
        error_messages={
            "required": _("Give your initiative a title."),
            "min_length": _("This title is too short: three letters at least."),
        },
    )
    summary = ShortText(
        max_length=300,
        required=False,
        help_text=_("Who does what, for whom, where: 300 characters at most."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    owner_id = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    stage = forms.ChoiceField(choices=_choices(Stage), required=False)
    started_on = Day(required=False)
    ended_on = Day(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("The network")), *self.owners]
        field.help_text = _("Its managers will be able to change the fiche.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("started_on"), data.get("ended_on")
        if start and end and end < start:
            self.add_error("ended_on", _("The end comes before the beginning."))
        return data


class ThemesForm(StepForm):
    title_of_step = _("Themes")
    lead = _("They give the fiche its colour on the map, and let people find it.")

    main_theme_id = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    theme_ids = forms.TypedMultipleChoiceField(
        coerce=int, required=False, label=_("Other themes"), widget=forms.CheckboxSelectMultiple
    )
    family = forms.ChoiceField(choices=_choices(Family), required=False)
    keywords = ShortText(
        max_length=500, required=False, help_text=_("Words that people might look for, separated by commas.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = grouped_theme_choices(theme_tree())
        self.fields["main_theme_id"].choices = [("", _("Choose a theme")), *groups]  # type: ignore[attr-defined]
        self.fields["theme_ids"].choices = groups  # type: ignore[attr-defined]

    def changes(self) -> dict[str, Any]:
        said = super().changes()
        main = said["main_theme_id"]
        return {**said, "theme_ids": tuple(sorted({*said["theme_ids"], *([main] if main else [])}))}


class StoryForm(StepForm):
    title_of_step = _("Context and actions")
    lead = _("Tell it as you would to someone who comes to see you.")

    context = LongText(help_text=_("What was lacking, and how the idea came."))
    activities = LongText(help_text=_("Concretely: what one sees when one comes."), rows=8)


class ParticipationForm(StepForm):
    title_of_step = _("Audiences and taking part")
    lead = _("For whom it is, and how to join: concretely, and with whom.")

    audiences = forms.MultipleChoiceField(
        choices=Audience.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    audience_text = LongText(rows=4, label=_("For whom, in your words"))
    looks_for_hands = forms.BooleanField(
        required=False, help_text=_("The fiche then shows that you welcome new people.")
    )
    participation = LongText(help_text=_("When, where, for how long, what to bring, whom to ask for."))

    def changes(self) -> dict[str, Any]:
        said = super().changes()
        return {**said, "audiences": tuple(said["audiences"])}


class RecipeForm(StepForm):
    title_of_step = _("The recipe")
    lead = _("What someone would need to know to do the same elsewhere. Even two lines help.")

    recipe_steps = LongText(help_text=_("In which order you went about it; a list works well."), rows=8)
    recipe_means = LongText(rows=4, help_text=_("Premises, tools, partners."))
    recipe_cost = LongText(rows=3, help_text=_("To start, then each year; who pays."))
    recipe_time = LongText(rows=3, help_text=_("From the idea to the opening; hours a week since."))
    recipe_people = LongText(rows=3, help_text=_("How many, and what they know how to do."))
    recipe_pitfalls = LongText(rows=4, help_text=_("What you would not do again."))
    recipe_advice = LongText(rows=4, help_text=_("What you would tell a group that starts."))


class ResultsForm(StepForm):
    title_of_step = _("Results and next")
    lead = _("Figures, words of users, press: what shows that it works, and what comes next.")

    results = LongText()
    next_steps = LongText(rows=4)


class ContactForm(StepForm):
    title_of_step = _("Contact")
    lead = _("People can always write to you through the site: your address then stays hidden.")

    website = WebAddress(required=False)
    contact_name = ShortText(max_length=120, required=False)
    contact_name_public = forms.BooleanField(required=False)
    contact_email = forms.EmailField(required=False)
    contact_email_public = forms.BooleanField(required=False)
    contact_phone = PhoneNumber(required=False)
    contact_phone_public = forms.BooleanField(required=False)
    opening_hours = LongText(rows=3)


class SharingForm(StepForm):
    title_of_step = _("Sharing")
    lead = _("How others may use what you wrote, and whose recipe you took up.")

    licence = forms.ChoiceField(choices=Licence.choices, initial=Licence.CC_BY_SA)
    adapted_from = ShortText(
        required=False,
        max_length=500,
        label=_("Adapted from"),
        help_text=_("The address of the fiche that inspired you, on this site or elsewhere."),
        widget=forms.URLInput,
    )

    @classmethod
    def initial_from(cls, content: InitiativeContent) -> dict[str, Any]:
        origin = content.adapted_from_url
        if content.adapted_from_id:
            slug = (
                Initiative.objects.filter(pk=content.adapted_from_id).values_list("slug", flat=True).first()
            )
            origin = f"{settings.PUBLIC_URL}/initiatives/{content.adapted_from_id}-{slug}/"
        return {"licence": content.licence, "adapted_from": origin}

    def clean_adapted_from(self) -> str | int:
        """The id of a fiche here, or the address of one elsewhere, or "" for none."""
        text = self.cleaned_data["adapted_from"]
        if not text:
            return ""
        pk = fiche_named_by(text)
        if pk is not None:
            if Initiative.objects.published().filter(pk=pk).exists():
                return pk
            raise ValidationError(_("There is no such fiche here."))
        return WebAddress().clean(text)

    def changes(self) -> dict[str, Any]:
        origin = self.cleaned_data["adapted_from"]
        return {
            "licence": self.cleaned_data["licence"],
            "adapted_from_id": origin if isinstance(origin, int) else None,
            "adapted_from_url": origin if isinstance(origin, str) else "",
        }


STEPS: dict[str, type[StepForm] | None] = {
    "essentiel": EssentialForm,
    "themes": ThemesForm,
    "recit": StoryForm,
    "participer": ParticipationForm,
    "recette": RecipeForm,
    "resultats": ResultsForm,
    "lieux": None,
    "structures": None,
    "contact": ContactForm,
    "partage": SharingForm,
    "images": None,
}
"""The steps in their order; None for those of several rows, which have their own views."""

STEP_LABELS = {
    "essentiel": EssentialForm.title_of_step,
    "themes": ThemesForm.title_of_step,
    "recit": StoryForm.title_of_step,
    "participer": ParticipationForm.title_of_step,
    "recette": RecipeForm.title_of_step,
    "resultats": ResultsForm.title_of_step,
    "lieux": _("Places"),
    "structures": _("Carriers and partners"),
    "contact": ContactForm.title_of_step,
    "partage": SharingForm.title_of_step,
    "images": _("Pictures and documents"),
    "verifier": _("Check"),
}
