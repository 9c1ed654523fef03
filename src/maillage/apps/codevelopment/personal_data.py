"""People who take part in co-development, what they write there, and what they keep for themselves."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.kernel.privacy.declarations import NoPersonalData, OnErasure, PersonalData

_GROUPS = (
    *("value", "bound", "repeats", "repeats_bound", "proven", "composed_at", "proposal", "ended_at", "seed"),
    *("rounds_count", "size_min", "size_max", "size_wished", "created_at"),
)


def own_promises(person: Any) -> Q:
    return Q(participant__person=person.pk) | Q(
        participant__person=None, participant__email__iexact=person.email
    )


PERSONAL_DATA = (
    PersonalData(
        model="codevelopment.Programme",
        label=_("Co-development programmes that you opened"),
        purpose=_("To know whom to ask about it."),
        who_sees=_("The facilitators."),
        retention=_("As long as the programme is kept."),
        fields={"created_by": _("Who opened it")},
        not_personal=("title", "slug", "about", "place", *_GROUPS),
        person_paths=("created_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="codevelopment.Participant",
        label=_("Co-development programmes in which you take part"),
        purpose=_("To compose groups of people who complete one another."),
        who_sees=_("The facilitators; your name and structure, the people of your groups."),
        retention=_("As long as the programme is kept."),
        fields={
            "person": _("Account"),
            "name": _("Name"),
            "key": _("Name and structure, to find them again"),
            "email": _("E-mail address"),
            "structure": _("Organisation"),
            "profiles": _("Profiles"),
            "sectors": _("Sectors"),
            "languages": _("Languages"),
            "half_days": _("Free half-days"),
        },
        not_personal=("programme", "organization", "joined_at", "left_at"),
        person_paths=("person",),
        email_fields=("email",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="codevelopment.StepRecord",
        label=_("What you wrote for your co-development group"),
        purpose=_("To keep what the group said."),
        who_sees=_("Your group and the facilitators."),
        retention=_("As long as the programme is kept."),
        fields={"written_by": _("Who wrote it")},
        not_personal=("circle", "step", "text", "written_at"),
        person_paths=("written_by",),
        on_erasure=OnErasure.ANONYMISE,
    ),
    PersonalData(
        model="codevelopment.PrivateNote",
        label=_("Your private notes of co-development"),
        purpose=_("To keep what you want to remember."),
        who_sees=_("You alone."),
        retention=_("Until you remove them, or the programme is removed."),
        fields={"text": _("Text"), "written_at": _("When")},
        not_personal=("circle", "person"),
        person_paths=("person",),
    ),
    PersonalData(
        model="codevelopment.Commitment",
        label=_("What you said you would do after a session"),
        purpose=_("To help one another to hold it."),
        who_sees=_("Your group and the facilitators."),
        retention=_("As long as the programme is kept."),
        fields={"text": _("Text"), "due_on": _("By when"), "done_at": _("Done on")},
        not_personal=("circle", "participant", "created_at"),
        person_rows=own_promises,
    ),
    PersonalData(
        model="codevelopment.CalendarAddress",
        label=_("The address by which your calendar follows your sessions"),
        purpose=_("To make the old address worth nothing when you change it."),
        who_sees=_("Nobody."),
        retention=_("As long as the account is open."),
        fields={"renewed_at": _("When")},
        not_personal=("person", "turn"),
        person_paths=("person",),
    ),
    NoPersonalData(model="codevelopment.PairRule", because=_("Ties between two places of a programme.")),
    NoPersonalData(
        model="codevelopment.Absence", because=_("A place of a programme, and the number of a meeting.")
    ),
    NoPersonalData(model="codevelopment.Meeting", because=_("A date and a place.")),
    NoPersonalData(
        model="codevelopment.Circle",
        because=_("A group of places of a programme: their people are declared there."),
    ),
    NoPersonalData(
        model="codevelopment.CircleSeat",
        because=_("A place of a programme in a group: its person is declared there."),
    ),
)
