from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from maillage.apps.codevelopment.choices import Attendance, HalfDay, Rule
from maillage.apps.codevelopment.models import Meeting, Participant, Programme
from maillage.apps.codevelopment.queries.contents import ParticipantContent, half_days_in, words_in
from maillage.apps.codevelopment.queries.programmes import ENDED, UNDER_WAY
from maillage.cores.grouping.values import ROUNDS_MAX
from maillage.cores.text import sort_key
from maillage.kernel.tables.limits import TableLimits, UnreadableTableError
from maillage.kernel.tables.read import Table, read_csv, read_xlsx
from maillage.kernel.ui.fields import Day, LongText, ShortText, WholeNumber
from maillage.kernel.ui.filtering import FilterForm, OneOf
from maillage.kernel.ui.forms import Plain

PASTED_MAX = 60_000
FILE_BYTES_MAX = 2_000_000
COLUMNS = {
    "name": ("nom", "prenom et nom", "nom et prenom", "personne", "participant"),
    "structure": ("structure", "organisation", "association"),
    "email": ("courriel", "email", "e-mail", "mail", "adresse electronique"),
    "profiles": ("profils", "profil", "metiers", "metier", "competences"),
    "sectors": ("secteurs", "secteur", "domaines", "domaine"),
    "languages": ("langues", "langue"),
    "half_days": ("demi-journees", "demi-journee", "disponibilites", "disponible"),
}
EMAIL_FAULT = _("This is not an e-mail address. For example: prenom@exemple.fr.")


def _number(label: Any, least: int, most: int, **said: Any) -> WholeNumber:
    fault = format_lazy(_("A whole number from {least} to {most}."), least=least, most=most)
    messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), fault)
    return WholeNumber(label=label, min_value=least, max_value=most, error_messages=messages, **said)


class ProgrammeForm(Plain):
    title = ShortText(
        label=_("Title of the programme"),
        max_length=120,
        error_messages={
            "required": _("Give the programme a title."),
            "max_length": _("A shorter title: 120 characters at most."),
        },
    )
    about = LongText(label=_("What it is for, and what one commits to"), rows=4)
    place = ShortText(label=_("Usual place"), max_length=200, required=False)
    rounds_count = _number(_("How many meetings"), 1, ROUNDS_MAX, initial=3)
    size_wished = _number(_("People in a group, if possible"), 5, 8, initial=6)
    size_min = _number(_("At least"), 5, 8, initial=5)
    size_max = _number(_("At most"), 5, 8, initial=8)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        sizes = [said.get(name) for name in ("size_min", "size_wished", "size_max")]
        if None not in sizes and sizes != sorted(sizes):  # type: ignore[type-var]
            self.add_error(
                "size_wished",
                _("The number wished stands between the least and the most, for example 5, 6 and 8."),
            )
        return said


class ParticipantForm(Plain):
    name = ShortText(
        label=_("First name and name"),
        max_length=120,
        error_messages={
            "required": _("Write the name of the person."),
            "max_length": _("A shorter name: 120 characters at most."),
        },
    )
    structure = ShortText(
        label=_("Structure"),
        max_length=200,
        required=False,
        help_text=_("Two people of one structure are never in one group."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=_("With it, the person finds their sessions in their space. Nobody else sees it."),
        error_messages={"invalid": EMAIL_FAULT, "max_length": EMAIL_FAULT},
    )
    profiles = ShortText(
        label=_("Profiles"),
        max_length=600,
        required=False,
        help_text=_("What they do, between commas. For example: accounting, coordination."),
    )
    sectors = ShortText(
        label=_("Sectors"),
        max_length=600,
        required=False,
        help_text=_("For example: food, mobility."),
    )
    languages = ShortText(
        label=_("Languages"), max_length=300, required=False, help_text=_("Empty: whatever the others speak.")
    )
    half_days = forms.MultipleChoiceField(
        label=_("Free half-days"),
        choices=HalfDay.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all suit."),
    )

    def __init__(
        self, *args: Any, participant: Participant | None = None, rounds: int = 0, **kwargs: Any
    ) -> None:
        if participant is not None:
            kwargs["initial"] = {
                "name": participant.name,
                "structure": participant.structure,
                "email": participant.email,
                "profiles": ", ".join(participant.profiles),
                "sectors": ", ".join(participant.sectors),
                "languages": ", ".join(participant.languages),
                "half_days": list(participant.half_days),
                "absent": [str(each.round_number) for each in participant.absences.all()],
            }
        super().__init__(*args, **kwargs)
        if rounds:
            self.fields["absent"] = forms.TypedMultipleChoiceField(
                label=_("Will miss"),
                coerce=int,
                choices=[
                    (str(n), gettext("Meeting %(number)d") % {"number": n}) for n in range(1, rounds + 1)
                ],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def content(self) -> ParticipantContent:
        said = self.cleaned_data
        return ParticipantContent(
            name=said["name"],
            structure=said["structure"],
            email=said["email"],
            profiles=words_in(said["profiles"]),
            sectors=words_in(said["sectors"]),
            languages=words_in(said["languages"]),
            half_days=tuple(said["half_days"]),
        )


class ListForm(Plain):
    """A list of people, pasted or in a file. `contents` are those of a valid form."""

    pasted = forms.CharField(
        label=_("Paste the list"),
        required=False,
        max_length=PASTED_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Columns of a spreadsheet, with their titles: Nom ; Structure ; Profils ; Secteurs ; Langues ; Demi-journées ; Courriel. Only Nom is needed."
        ),
        error_messages={"max_length": _("This list is too long to be pasted: send it as a file.")},
    )
    file = forms.FileField(label=_("Or a file (CSV or XLSX)"), required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        pasted, file = said.get("pasted", ""), said.get("file")
        self.contents: list[ParticipantContent] = []
        if self.errors:
            return said
        if not pasted.strip() and file is None:
            self.add_error("pasted", _("Paste a list, or choose a file."))
            return said
        try:
            self.contents = self._read(pasted, file)
        except UnreadableTableError as fault:
            self.add_error("pasted" if file is None else "file", str(fault.sentence))
        return said

    def _read(self, pasted: str, file: Any) -> list[ParticipantContent]:
        limits = TableLimits(size_bytes_max=FILE_BYTES_MAX, rows_max=2_000, columns_max=60)
        stream = BytesIO(pasted.encode()) if file is None else file
        is_workbook = file is not None and str(file.name).lower().endswith((".xlsx", ".xlsm"))
        table = (read_xlsx if is_workbook else read_csv)(stream, limits=limits, is_title=_is_title)
        columns = _columns(table.header)
        if "name" not in columns:
            raise UnreadableTableError(
                gettext("No column is called “Nom”. Give each column its title on the first line.")
            )
        found = list(self._contents(table, columns))
        if not found and not self.errors:
            raise UnreadableTableError(gettext("There is nobody under the titles."))
        return found

    def _contents(self, table: Table, columns: dict[str, int]) -> Iterator[ParticipantContent]:
        at = "pasted" if self.cleaned_data.get("file") is None else "file"
        for row in table.rows:
            cells = {name: row.cells[index].strip() for name, index in columns.items()}
            if not any(cells.values()):
                continue
            one = ParticipantForm({**cells, "half_days": []})
            days, unknown = half_days_in(words_in(cells.get("half_days", "")))
            faults = [str(each) for found in one.errors.values() for each in found]
            faults += [
                gettext("“%(word)s” is not a half-day; for example: mercredi matin.") % {"word": word}
                for word in unknown
            ]
            for fault in faults:
                self.add_error(
                    at, gettext("Row %(number)d: %(fault)s") % {"number": row.number, "fault": fault}
                )
            if not faults:
                one.cleaned_data["half_days"] = days
                yield one.content()


def _is_title(text: str) -> bool:
    return any(sort_key(text) in map(sort_key, names) for names in COLUMNS.values())


def _columns(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, title in enumerate(header):
        for name, names in COLUMNS.items():
            if sort_key(title) in map(sort_key, names):
                found.setdefault(name, index)
    return found


class RuleForm(Plain):
    first = forms.TypedChoiceField(label=_("Somebody"), coerce=int)
    rule = forms.ChoiceField(label=_("Rule"), choices=Rule.choices, initial=Rule.APART)
    second = forms.TypedChoiceField(label=_("Somebody else"), coerce=int)

    def __init__(self, *args: Any, people: Sequence[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("Choose")), *((each.pk, str(each)) for each in people)]
        for name in ("first", "second"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            self.fields[name].error_messages |= {
                "required": _("Choose somebody."),
                "invalid_choice": _("Choose somebody."),
            }


class WhenForm(Plain):
    """A local day and hour. `moment` gives both as one, aware."""

    day = Day(
        label=_("Day"),
        error_messages={"required": _("Say on which day."), "invalid": _("Say on which day.")},
    )
    hour = forms.TimeField(
        label=_("Hour"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Say at what time, for example 09:30."),
            "invalid": _("Say at what time, for example 09:30."),
        },
    )

    def moment(self) -> datetime | None:
        day, hour = self.cleaned_data.get("day"), self.cleaned_data.get("hour")
        return timezone.make_aware(datetime.combine(day, hour)) if day and hour else None


def when_of(begins: datetime | None) -> dict[str, Any]:
    local = timezone.localtime(begins) if begins else None
    return {"day": local.date() if local else None, "hour": local.time() if local else None}


class MeetingForm(WhenForm):
    minutes = _number(_("Minutes"), 30, 600, initial=120)
    place = ShortText(label=_("Where"), max_length=200, required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"rencontre-{meeting.number}-%s")
        kwargs["initial"] = {"minutes": meeting.minutes, "place": meeting.place, **when_of(meeting.starts_at)}
        super().__init__(*args, **kwargs)


class SessionForm(WhenForm):
    """Roles and subject; a day of its own only if it differs from the others'."""

    client_id = forms.TypedChoiceField(label=_("Client"), coerce=int, empty_value=None, required=False)
    facilitator_id = forms.TypedChoiceField(
        label=_("Facilitator"), coerce=int, empty_value=None, required=False
    )
    topic = ShortText(label=_("What the client brings"), max_length=200, required=False)
    place = ShortText(label=_("Where, if it is elsewhere"), max_length=200, required=False)
    field_order = ("client_id", "facilitator_id", "topic", "day", "hour", "place")

    def __init__(self, *args: Any, people: Sequence[Participant], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="seance-%s", **kwargs)
        choices = [("", gettext("To be chosen")), *((each.pk, str(each)) for each in people)]
        for name in ("client_id", "facilitator_id"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["day"].label = _("Day, if it is not that of the others")
        for name in ("day", "hour"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and bool(said.get("day")) != bool(said.get("hour")):
            self.add_error(
                "hour" if said.get("day") else "day", _("Say both the day and the hour, or neither.")
            )
        return said


class StepForm(Plain):
    text = LongText(label=_("What was said"), rows=5)


class NoteForm(Plain):
    text = LongText(
        label=_("My notes"),
        rows=5,
        help_text=_("You alone read them. No facilitator and no administrator does."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="note-%s", **kwargs)


class CommitmentForm(Plain):
    participant_id = forms.TypedChoiceField(
        label=_("Who"),
        coerce=int,
        error_messages={"required": _("Choose somebody."), "invalid_choice": _("Choose somebody.")},
    )
    text = ShortText(
        label=_("Will do what"),
        max_length=300,
        error_messages={
            "required": _("Write what will be done."),
            "max_length": _("In a sentence: 300 characters at most."),
        },
    )
    due_on = Day(
        label=_("By when"),
        required=False,
        error_messages={"invalid": _("Say on which day.")},
    )

    def __init__(self, *args: Any, people: Sequence[Participant], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="engagement-%s", **kwargs)
        choice = self.fields["participant_id"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", gettext("Choose")), *((each.pk, str(each)) for each in people)]


class AttendanceForm(Plain):
    """Who came: one choice a person."""

    def __init__(self, *args: Any, seats: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="presence-%s", **kwargs)
        for seat in seats:
            self.fields[f"p{seat.participant_id}"] = forms.ChoiceField(
                label=str(seat.participant),
                choices=Attendance.choices,
                initial=seat.attendance or Attendance.PRESENT,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Say whether they came."),
                    "invalid_choice": _("Say whether they came."),
                },
            )

    def said(self) -> dict[int, str]:
        return {int(name[1:]): value for name, value in self.cleaned_data.items()}


def programme_initial(programme: Programme) -> dict[str, Any]:
    return {name: getattr(programme, name) for name in ProgrammeForm.base_fields}


class ProgrammeFilterForm(FilterForm):
    """The names are those of the address."""

    mots = ShortText(label=_("Title or place"), max_length=100, required=False)
    etat = OneOf(
        [
            (UNDER_WAY, _("Under way or being prepared")),
            (ENDED, pgettext_lazy("state of a programme", "Ended")),
        ]
    )
