from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.apps.knowledge.choices import Interest, Kind, Motive, Relation
from maillage.apps.knowledge.models import Term
from maillage.apps.knowledge.models.terms import NAME_LENGTH_MAX
from maillage.apps.knowledge.queries.maps import MapFilter
from maillage.apps.knowledge.queries.terms import TermContent, is_reference, name_key, unique_by_key
from maillage.kernel.ui.fields import NO_WORDS, Day, LongText, ShortText, Title
from maillage.kernel.ui.filtering import FilterForm
from maillage.kernel.ui.forms import Plain
from maillage.kernel.ui.named import Named

SYNONYMS_MAX = 30


class Words(Title):
    """A savoir, savoir-faire or milieu, in a few words that hold a letter or a digit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=NAME_LENGTH_MAX,
            error_messages={
                "required": NO_WORDS,
                "max_length": _("A few words are enough: 80 characters at most."),
            },
            **kwargs,
        )


class WordsForm(Plain):
    """Words of one kind, had or looked for. `terme`: the existing term that was chosen instead of them.

    `near_of` is the id of the element that shows near words while one types.
    """

    mots = Words(label=_("In your words"))
    relation = forms.ChoiceField(
        label=_("You say"), choices=Relation.choices, initial=Relation.HOLDS, widget=forms.RadioSelect
    )

    def __init__(self, data: QueryDict | None = None, *, kind: str, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{kind}-%s")
        super().__init__(data, **kwargs)
        self.kind = kind
        self.fields["mots"].widget.attrs.update(
            {
                "autocomplete": "off",
                "hx-get": f"{reverse('knowledge:near')}?sorte={kind}",
                "hx-trigger": "input changed delay:250ms",
                "hx-target": f"#proches-{kind}",
                "hx-swap": "innerHTML",
            }
        )


def proposals_url(what: str) -> str:
    """Where the page asks for names while one writes."""
    return reverse("knowledge:proposals", args=[what])


class StatementForm(WordsForm):
    """What an organisation has or looks for, with a sentence if it likes."""

    phrase = ShortText(
        label=_("How, in a sentence"),
        max_length=300,
        required=False,
        help_text=_("For example: we have taught it every winter since 2019."),
    )


class EndorsementForm(Plain):
    organization_id = forms.TypedChoiceField(label=_("In the name of"), coerce=int)
    words = ShortText(label=_("What you saw, if you like"), max_length=300, required=False)

    def __init__(self, *args: Any, organizations: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization_id"].choices = [(body.pk, body.name) for body in organizations]  # type: ignore[attr-defined]


class TermForm(Plain):
    """The page of a word."""

    name = Words(label=_("The word"))
    synonyms = LongText(
        label=_("Other ways of saying it"),
        rows=4,
        help_text=_("One a line. Whoever writes one finds this word."),
    )
    broader_id = Named(
        label=_("Broader word"),
        required=False,
        help_text=_("For example: “repairing” is broader than “repairing a bicycle”."),
    )
    description = LongText(label=_("What it covers"), rows=4)
    reference = ShortText(
        label=_("ESCO or ROME reference"),
        max_length=200,
        required=False,
        help_text=_(
            "The code of a ROME card (K1802) or the address of an ESCO skill (http://data.europa.eu/esco/skill/…). The word shown stays yours."
        ),
    )

    def __init__(self, *args: Any, others: Sequence[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(term.pk, term.name) for term in others]
        self.fields["broader_id"].offer(choices, asked_at=proposals_url("mots"))  # type: ignore[attr-defined]

    def clean_reference(self) -> str:
        said = str(self.cleaned_data["reference"]).strip()
        if said and not is_reference(said):
            raise forms.ValidationError(
                _(
                    "Give a ROME code such as K1802, or an address that begins with http://data.europa.eu/esco/skill/."
                )
            )
        return said

    def clean_synonyms(self) -> tuple[str, ...]:
        names = unique_by_key(str(self.cleaned_data["synonyms"]).splitlines())
        if len(names) > SYNONYMS_MAX:
            raise forms.ValidationError(_("Thirty ways of saying it are enough."))
        for name in names:
            if len(name) > NAME_LENGTH_MAX:
                raise forms.ValidationError(
                    _("“%(name)s…” is too long: 80 characters at most.") % {"name": name[:40]}
                )
        return names

    def content(self) -> TermContent:
        said = dict(self.cleaned_data)
        own = name_key(said["name"])
        said["synonyms"] = tuple(name for name in said["synonyms"] if name_key(name) != own)
        return TermContent(**said)

    @staticmethod
    def initial_from(content: TermContent) -> dict[str, Any]:
        return {**vars(content), "synonyms": "\n".join(content.synonyms)}


class MergeForm(Plain):
    """Another word of the same kind, which goes into this one."""

    other_id = Named(
        label=_("Word to join with this one"),
        error_messages={
            "required": _("Choose the word to join."),
            "invalid_choice": _("Choose the word to join."),
        },
    )

    def __init__(self, *args: Any, others: Sequence[Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(term.pk, term.name) for term in others]
        self.fields["other_id"].offer(choices, asked_at=proposals_url("mots"))  # type: ignore[attr-defined]


class MapFilterForm(Plain):
    """The filters of the map and of its list; what makes no sense is left out, never refused."""

    q = ShortText(
        label=_("Words"), max_length=80, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    sorte = forms.MultipleChoiceField(
        label=_("Of what kind"), required=False, choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    relation = forms.ChoiceField(
        label=_("Had or looked for"), required=False, choices=[("", _("Both")), *Relation.choices]
    )
    theme = forms.ChoiceField(label=_("Theme of the organisations"), required=False)
    structure = Named(
        label=_("Around an organisation"),
        required=False,
        guesses=True,
        help_text=_("Begin to write its name."),
    )

    def __init__(
        self, data: Any = None, *, tree: ThemeTree, structures: Sequence[tuple[int, str]], initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial, auto_id="filtre-%s")
        nodes = [(node.theme.slug, "\u2003" * node.depth + node.theme.name) for node in tree]
        self.fields["theme"].choices = [("", _("All themes")), *nodes]  # type: ignore[attr-defined]
        self.fields["structure"].offer(structures, asked_at=proposals_url("structures"))  # type: ignore[attr-defined]


def parse_map_filter(query: QueryDict, tree: ThemeTree, structures: Sequence[tuple[int, str]]) -> MapFilter:
    """The filter that an address asks for; what cannot be read is as if absent."""
    form = MapFilterForm(query, tree=tree, structures=structures)
    form.is_valid()
    said = form.cleaned_data
    return MapFilter(
        kinds=tuple(said.get("sorte", ())),
        relation=said.get("relation", ""),
        theme=said.get("theme", ""),
        words=said.get("q", ""),
        structure_id=said.get("structure"),
    )


class WhoKnowsForm(Plain):
    """Who has a term, and by whom one reaches them."""

    mot = Named(
        label=_("Who knows"),
        guesses=True,
        help_text=_("Begin to write a word of the map: it is proposed."),
        error_messages={"required": _("Write what you look for.")},
    )
    depuis = Named(
        label=_("Starting from"),
        required=False,
        help_text=_("Your organisation, or another one; nothing for nobody in particular."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        terms: Sequence[tuple[str, list[tuple[int, str]]]],
        structures: Sequence[tuple[int, str]],
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial, auto_id="qui-%s")
        same = Counter(name_key(name) for _kind, group in terms for _pk, name in group)
        named = [
            (pk, f"{name} ({kind})" if same[name_key(name)] > 1 else name)
            for kind, group in terms
            for pk, name in group
        ]
        self.fields["mot"].offer(named, asked_at=proposals_url("mots"))  # type: ignore[attr-defined]
        self.fields["depuis"].offer(structures, asked_at=proposals_url("structures"))  # type: ignore[attr-defined]

    @property
    def several(self) -> list[tuple[int, str]]:
        """The words that answer to what was written, when there are several: half a word is a question, not a fault."""
        found: list[tuple[int, str]] = self.fields["mot"].several  # type: ignore[attr-defined]
        return found if len(found) > 1 else []


class CooperationForm(Plain):
    """An answer to a cooperation, in the name of one's organisation."""

    organization_id = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    parties = forms.CharField(max_length=80)
    answer = forms.ChoiceField(choices=Interest.choices)
    motive = forms.ChoiceField(choices=Motive.choices, required=False)
    words = ShortText(max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == Interest.REFUSED and not data.get("motive"):
            self.add_error("motive", _now("Say why it is not for you: it helps to propose better."))
        return data


class WorkshopForm(Plain):
    title = ShortText(
        label=_("Title of the workshop"),
        max_length=120,
        error_messages={"required": _("Give the workshop a title.")},
    )
    held_on = Day(
        label=_("Day"),
        error_messages={"required": _("Say on which day."), "invalid": _("Say on which day.")},
    )
    place = ShortText(label=_("Where"), max_length=200, required=False)


class CodeForm(Plain):
    code = ShortText(
        label=_("Code of the workshop"),
        max_length=20,
        help_text=_("Six letters, shown on the wall."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the six letters of the code.")},
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split()).upper()


class SeatForm(Plain):
    """Who comes, and for which structure."""

    structure = ShortText(
        label=_("Your organisation"),
        max_length=200,
        error_messages={"required": _("Say which structure you come for.")},
        widget=forms.TextInput(attrs={"list": "structures-connues", "autocomplete": "organization"}),
    )
    first_name = ShortText(
        label=_("Your first name"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )

    def clean_structure(self) -> str:
        said = str(self.cleaned_data["structure"])
        if not name_key(said):
            raise forms.ValidationError(_("Say which structure you come for."))
        return said


class WorkshopFilterForm(FilterForm):
    """The names are those of the address."""

    mots = ShortText(label=_("Title or place"), max_length=100, required=False)
    du = Day(label=_("From"), required=False)
    au = Day(label=_("Until"), required=False)
