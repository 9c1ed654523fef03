from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.themes import ThemeTree, grouped_theme_choices, theme_tree
from maillage.apps.exchange.access import Owners
from maillage.apps.exchange.choices import KIND_FIELDS, Audience, Direction, Kind, Motive, Reason, Status
from maillage.apps.exchange.models import Listing, Reply
from maillage.apps.exchange.queries.contents import ListingContent
from maillage.apps.exchange.queries.listings import ListingFilter
from maillage.apps.exchange.queries.reading import Reading, reading_of
from maillage.apps.exchange.queries.towns import TYPED_MAX, commune_words, communes_asked
from maillage.apps.exchange.queries.wording import criterion_words, field_words
from maillage.cores.text.criteria import Criterion
from maillage.kernel.ui.fields import Day, Euros, LongText, Number, ShortText, Title
from maillage.kernel.ui.filtering import FilterForm
from maillage.kernel.ui.forms import Plain

VALUE_EUROS_MAX = 100_000_000
NUMBER_MAX = 1_000_000_000
RADII_KM = (5, 10, 20, 50, 100, 200)


class ListingForm(Plain):
    """One form for both directions; only the title and what it is about are needed."""

    direction = forms.ChoiceField(
        label=_("You say"),
        choices=[(Direction.NEED, _("A need")), (Direction.OFFER, _("An offer"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it is a need or an offer.")},
    )
    kind = forms.ChoiceField(
        label=_("Of what kind"),
        choices=[("", _("Choose")), *Kind.choices],
        error_messages={"required": _("Choose what it is about.")},
    )
    title = Title(
        label=_("In a few words"),
        max_length=160,
        help_text=_("For example: a room of 100 to 200 m², or: a van on Saturdays."),
        error_messages={"required": _("Say in a few words what you need or offer.")},
    )
    text = LongText(
        label=_("Tell more about it"),
        rows=6,
        help_text=_(
            "Sizes, prices, quantities, dates, hours: write as you speak. What can be measured is read, and you check it next."
        ),
    )
    conditions = LongText(
        label=_("Access and conditions"), rows=3, help_text=_("Steps, opening hours, deposit, insurance…")
    )
    owner = forms.ChoiceField(
        label=_("In the name of"),
        required=False,
        help_text=_("Yourself, an organisation that you belong to, or a project that you look after."),
    )
    postal_code = ShortText(label=_("Postal code"), max_length=12, required=False)
    city = ShortText(label=_("Commune"), max_length=120, required=False)
    radius_km = forms.TypedChoiceField(
        label=_("How far"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("It does not matter")), *((km, format_lazy("{} km", km)) for km in RADII_KM)],
    )
    starts_on = Day(label=_("From"), required=False)
    ends_on = Day(label=_("Until"), required=False)
    value = Euros(
        label=_("Estimated value (€)"),
        max_value=VALUE_EUROS_MAX,
        required=False,
        help_text=_("Nothing is sold here: it helps to exchange fairly."),
    )
    theme_ids = forms.TypedMultipleChoiceField(
        label=_("Themes"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    audience = forms.ChoiceField(
        label=_("Who sees it"), choices=Audience.choices, initial=Audience.PUBLIC, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, owners: Owners, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(f"o{body.pk}", body.name) for body in owners.organizations]
        projects = [(f"i{project.pk}", project.title) for project in owners.initiatives]
        groups = [
            (label, each) for label, each in ((_("Organisations"), bodies), (_("Projects"), projects)) if each
        ]
        self.fields["owner"].choices = [*([("", _("Myself"))] if owners.can_be_oneself else []), *groups]  # type: ignore[attr-defined]
        self.fields["theme_ids"].choices = grouped_theme_choices(theme_tree())  # type: ignore[attr-defined]

    @staticmethod
    def initial_from(content: ListingContent) -> dict[str, Any]:
        said = {name: getattr(content, name) for name in ListingForm.base_fields if hasattr(content, name)}
        said["owner"] = owner_code(content.organization_id, content.initiative_id)
        return {**said, "value": content.value_cents}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day comes before the first one."))
        return data

    def content(self) -> ListingContent:
        """What was said; the place is still to be found."""
        said = dict(self.cleaned_data)
        value_cents, owner = said.pop("value"), said.pop("owner")
        said["organization_id"] = int(owner[1:]) if owner.startswith("o") else None
        said["initiative_id"] = int(owner[1:]) if owner.startswith("i") else None
        said["theme_ids"] = tuple(sorted(said["theme_ids"]))
        return ListingContent(**said, value_cents=value_cents)


def owner_code(organization_id: int | None, initiative_id: int | None) -> str:
    """The value of the field `owner`: "o12", "i7", or nothing for oneself."""
    if initiative_id:
        return f"i{initiative_id}"
    return f"o{organization_id}" if organization_id else ""


class CriteriaForm(Plain):
    """What was read in the text, to be confirmed one by one, then the fields of the kind and of what else was said in figures.

    `criteria` gives both. All is ticked but what the person has said is wrong: a text that changes brings new readings, which are not lost.
    """

    def __init__(
        self, data: QueryDict | None, *, listing: Listing, read: Sequence[tuple[Criterion, str]]
    ) -> None:
        super().__init__(data)
        self.read = list(read)
        kept = list(listing.criteria.all())
        said = {reading_of(each.kind, each.words) for each in kept}
        refused = {tuple(each) for each in listing.refused} - said
        for number, (criterion, words) in enumerate(self.read):
            self.fields[f"lu_{number}"] = forms.BooleanField(
                label=criterion_words(criterion),
                help_text=format_lazy(_("You wrote: “{words}”"), words=words),
                required=False,
                initial=reading_of(criterion.kind, words) not in refused,
            )
        typed = {(each.kind, each.unit): each for each in kept if not each.words}
        fields = {(kind, unit): label for kind, unit, label in KIND_FIELDS[listing.kind]}
        for measured in typed:
            fields.setdefault(measured, field_words(*measured))
        self.rows = [
            (label, f"champ_{number}_min", f"champ_{number}_max", kind, unit)
            for number, ((kind, unit), label) in enumerate(fields.items())
        ]
        for label, low, high, kind, unit in self.rows:
            before = typed.get((kind, unit))
            for name, template, value in (
                (low, _("{field}, at least"), before.low if before else None),
                (high, _("{field}, at most"), before.high if before else None),
            ):
                self.fields[name] = Number(
                    label=format_lazy(template, field=label),
                    required=False,
                    max_value=NUMBER_MAX,
                    initial=value,
                )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for _label, low, high, _kind, _unit in self.rows:
            least, most = data.get(low), data.get(high)
            if least is not None and most is not None and most < least:
                self.add_error(high, _("It is less than “at least”."))
        return data

    def criteria(self) -> list[tuple[Criterion, str]]:
        """The criteria confirmed, each with the words that say it; a field that is filled in replaces what was read."""
        said = self.cleaned_data
        typed = [
            Criterion(kind, unit, _float(said[low]), _float(said[high]))
            for _label, low, high, kind, unit in self.rows
            if said[low] is not None or said[high] is not None
        ]
        replaced = {(each.kind, each.unit) for each in typed}
        read = [
            (replace(criterion, span=(0, 0)), words)
            for number, (criterion, words) in enumerate(self.read)
            if said[f"lu_{number}"] and (criterion.kind, criterion.unit) not in replaced
        ]
        return [*read, *((each, "") for each in typed)]

    def refused(self) -> list[Reading]:
        """What was read, and is wrong."""
        return [
            reading_of(criterion.kind, words)
            for number, (criterion, words) in enumerate(self.read)
            if not self.cleaned_data[f"lu_{number}"]
        ]

    @property
    def read_names(self) -> list[str]:
        return [f"lu_{number}" for number in range(len(self.read))]

    @property
    def field_names(self) -> list[str]:
        return [name for _label, low, high, _kind, _unit in self.rows for name in (low, high)]


def _float(bound: Decimal | None) -> float | None:
    return None if bound is None else float(bound)


class ReplyForm(Plain):
    """A message to the owner of a listing, who gets the writer's address with it."""

    organization_id = forms.TypedChoiceField(
        label=_("In the name of"), coerce=int, empty_value=None, required=False
    )
    from_id = forms.TypedChoiceField(
        label=_("About which of yours"), coerce=int, empty_value=None, required=False
    )
    message = forms.CharField(
        label=_("Your message"),
        min_length=10,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Who you are, when and how. Your e-mail address goes with it, so that you can be answered."
        ),
        error_messages={
            "required": _("Write a few words."),
            "min_length": _("Say a little more: ten characters at least."),
        },
    )

    def __init__(
        self,
        *args: Any,
        organizations: Sequence[Organization],
        mine: Sequence[Listing],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        bodies = [(body.pk, body.name) for body in organizations]
        self.fields["organization_id"].choices = [("", _("Myself")), *bodies]  # type: ignore[attr-defined]
        listings = [(listing.pk, listing.title) for listing in mine]
        self.fields["from_id"].choices = [("", _("None of them")), *listings]  # type: ignore[attr-defined]
        if not bodies:
            del self.fields["organization_id"]
        if not listings:
            del self.fields["from_id"]

    def clean_message(self) -> str:
        return LongText(label="").clean(self.cleaned_data["message"])


class SatisfiedForm(Plain):
    """With whom, and what it was worth."""

    reply_id = forms.TypedChoiceField(
        label=_("With whom"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    with_whom = ShortText(label=_("Their name, if it is somebody else"), max_length=200, required=False)
    worth = Euros(
        label=_("What it was worth (€)"),
        max_value=VALUE_EUROS_MAX,
        required=False,
        help_text=_("An estimate is enough; it is never billed here."),
    )
    words = LongText(label=_("A word on how it went"), rows=3)

    def __init__(self, *args: Any, replies: Sequence[Reply], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(reply.pk, reply.who) for reply in replies]
        self.fields["reply_id"].choices = [*people, ("", _("Somebody else"))]  # type: ignore[attr-defined]
        if not people:
            del self.fields["reply_id"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("reply_id") and not data.get("with_whom") and "with_whom" not in self.errors:
            self.add_error("with_whom", _("Say with whom, so that the network knows what it makes possible."))
        return data

    @property
    def worth_cents(self) -> int | None:
        cents: int | None = self.cleaned_data["worth"]
        return cents


class WithdrawnForm(Plain):
    """Why not."""

    reason = forms.ChoiceField(
        label=_("Why do you withdraw it?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the nearest reason: it helps to propose better.")},
    )
    words = LongText(label=_("A word more, if you like"), rows=3)


class RefusalForm(Plain):
    """Why a listing that was found is not for us."""

    other = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    motive = forms.ChoiceField(choices=Motive.choices)


class ListingFilterForm(Plain):
    """The panel of filters of the list; what makes no sense is left out, never refused."""

    sens = forms.ChoiceField(
        label=_("Needs or offers"),
        required=False,
        choices=[("", _("Both")), (Direction.NEED, _("Needs")), (Direction.OFFER, _("Offers"))],
    )
    q = ShortText(
        label=_("Words"), max_length=200, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    sorte = forms.ChoiceField(
        label=_("Of what kind"), required=False, choices=[("", _("All kinds")), *Kind.choices]
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    commune = ShortText(label=_("Commune"), max_length=TYPED_MAX, required=False)
    rayon = forms.TypedChoiceField(
        label=_("Around"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("In the commune")), *((km, format_lazy("{} km", km)) for km in RADII_KM)],
    )
    le = Day(label=_("That holds on"), required=False)

    def __init__(
        self, data: Any = None, *, initial: Any = None, tree: ThemeTree, commune_typed: str = ""
    ) -> None:
        super().__init__(data, initial=initial, auto_id="filtre-%s")
        if initial:
            self.initial["commune"] = commune_words(initial.get("commune", "")) or commune_typed
        nodes = [(node.theme.slug, "\u2003" * node.depth + node.theme.name) for node in tree]
        self.fields["theme"].choices = [("", _("All themes")), *nodes]  # type: ignore[attr-defined]


def parse_listing_filter(query: QueryDict, tree: ThemeTree) -> ListingFilter:
    """The filter that an address asks for; what cannot be read is as if absent."""
    form = ListingFilterForm(query, tree=tree)
    form.is_valid()
    said = form.cleaned_data
    communes = communes_asked(said.get("commune", ""))
    return ListingFilter(
        words=said.get("q", ""),
        direction=said.get("sens", ""),
        kind=said.get("sorte", ""),
        theme=said.get("theme", ""),
        commune=communes[0].pk if len(communes) == 1 else "",
        radius_km=said.get("rayon"),
        day=said.get("le"),
    )


class OwnFilterForm(FilterForm):
    """One's own needs and offers; the names are those of the address."""

    mots = ShortText(label=_("Title"), max_length=100, required=False)
    etat = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", pgettext_lazy("any state", "All")), *Status.choices]
    )
