"""The words of the room and its tables of transitions."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DEFAULT_UNIT_NAME = "unité"


class MemberState(models.TextChoices):
    """Where an organisation stands in a circle. Only those that are active trade."""

    ACTIVE = "active", pgettext_lazy("state of a member of a circle", "Active")
    SUSPENDED = "suspended", pgettext_lazy("state of a member of a circle", "Suspended")
    FROZEN = "frozen", pgettext_lazy("state of a member of a circle", "Frozen (insolvency)")
    LEFT = "left", pgettext_lazy("state of a member of a circle", "Has left")


PRESENT = (MemberState.ACTIVE, MemberState.SUSPENDED, MemberState.FROZEN)
"""States of those who belong to the circle, whether or not they trade now."""

MEMBER_TRANSITIONS: dict[str, tuple[str, ...]] = {
    "": (MemberState.ACTIVE,),
    MemberState.ACTIVE: (MemberState.SUSPENDED, MemberState.FROZEN, MemberState.LEFT),
    MemberState.SUSPENDED: (MemberState.ACTIVE, MemberState.FROZEN, MemberState.LEFT),
    MemberState.FROZEN: (MemberState.ACTIVE, MemberState.LEFT),
    MemberState.LEFT: (MemberState.ACTIVE, MemberState.SUSPENDED, MemberState.FROZEN),
}
"""From nothing one becomes active by signing the agreement, and in no other way. From having left too, or, where one left
suspended or frozen, one is so again: leaving lifts no measure."""

STEPS: dict[str, object] = {
    MemberState.ACTIVE: _("Let it trade again"),
    MemberState.SUSPENDED: _("Suspend"),
    MemberState.FROZEN: _("Freeze (insolvency)"),
    MemberState.LEFT: _("Note that it leaves"),
}
"""What a facilitator does to bring a member to each state."""


class Resource(models.TextChoices):
    """What an interview asks about, one kind at a time."""

    ROOMS = "rooms", pgettext_lazy("what an interview asks about", "Rooms")
    VEHICLES = "vehicles", pgettext_lazy("what an interview asks about", "Vehicles")
    EQUIPMENT = "equipment", pgettext_lazy("what an interview asks about", "Equipment")
    STOCK = "stock", _("Stock and furniture")
    SKILLS = "skills", pgettext_lazy("what an interview asks about", "Hours and skills")
    MEDIA = "media", pgettext_lazy("what an interview asks about", "Media and visibility")
    DISCOUNTS = "discounts", _("Discounts")
    TICKETS = "tickets", _("Tickets and leisure")
    TRAINING = "training", pgettext_lazy("what an interview asks about", "Training")


class Measure(models.TextChoices):
    """In what a quantity is counted."""

    HOUR = "hour", pgettext_lazy("unit of a quantity", "hours")
    HALF_DAY = "half_day", pgettext_lazy("unit of a quantity", "half-days")
    DAY = "day", pgettext_lazy("unit of a quantity", "days")
    PIECE = "piece", pgettext_lazy("unit of a quantity", "pieces or times")
    SEAT = "seat", pgettext_lazy("unit of a quantity", "places or tickets")
    KG = "kg", pgettext_lazy("unit of a quantity", "kilograms")


MEASURE_ONE: dict[str, Any] = {
    Measure.HOUR: pgettext_lazy("one of a quantity", "hour"),
    Measure.HALF_DAY: pgettext_lazy("one of a quantity", "half-day"),
    Measure.DAY: pgettext_lazy("one of a quantity", "day"),
    Measure.PIECE: pgettext_lazy("one of a quantity", "piece or time"),
    Measure.SEAT: pgettext_lazy("one of a quantity", "place or ticket"),
    Measure.KG: pgettext_lazy("one of a quantity", "kilogram"),
}


class Sureness(models.TextChoices):
    """How sure the structure is of an offer."""

    SURE = "sure", _("Sure: it can be said today")
    LIKELY = "likely", _("Likely: to be confirmed inside the structure")
    IDEA = "idea", _("An idea: to be looked at")


class Urgency(models.TextChoices):
    """How soon a need must be met."""

    WHENEVER = "whenever", _("When it comes")
    QUARTER = "quarter", _("Within three months")
    NOW = "now", _("At once")


class InterviewState(models.TextChoices):
    OPEN = "open", pgettext_lazy("state of an interview", "Under way")
    WAITING = "waiting", pgettext_lazy("state of an interview", "Waits for the structure")
    DONE = "done", pgettext_lazy("state of an interview", "Answered")
    DROPPED = "dropped", pgettext_lazy("state of an interview", "Abandoned")


INTERVIEW_TRANSITIONS: dict[str, tuple[str, ...]] = {
    InterviewState.OPEN: (InterviewState.WAITING, InterviewState.DROPPED),
    InterviewState.WAITING: (InterviewState.WAITING, InterviewState.DONE, InterviewState.DROPPED),
    InterviewState.DONE: (),
    InterviewState.DROPPED: (),
}
"""A link may be sent again: the one before no longer opens anything."""


class ItemAnswer(models.TextChoices):
    """What the structure said of a draft; empty while it has said nothing."""

    CONFIRMED = "confirmed", pgettext_lazy("answer to a draft", "Confirmed")
    CORRECTED = "corrected", pgettext_lazy("answer to a draft", "Corrected and confirmed")
    REFUSED = "refused", pgettext_lazy("answer to a draft", "Not published")


class DebtState(models.TextChoices):
    """Where a debt between two members stands. Only those that are confirmed are cleared."""

    ENTERED = "entered", pgettext_lazy("state of a debt", "Waits for the other side")
    CONFIRMED = "confirmed", pgettext_lazy("state of a debt", "Confirmed")
    CONTESTED = "contested", pgettext_lazy("state of a debt", "Contested")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a debt", "Withdrawn")


class BatchState(models.TextChoices):
    """What became of a proposal to clear debts together."""

    PROPOSED = "proposed", pgettext_lazy("state of a batch of debts", "Waits for answers")
    EXECUTED = "executed", pgettext_lazy("state of a batch of debts", "Executed")
    DROPPED = "dropped", pgettext_lazy("state of a batch of debts", "Abandoned")
    CANCELLED = "cancelled", pgettext_lazy("state of a batch of debts", "Cancelled")
    OPPOSITE = "opposite", pgettext_lazy("state of a batch of debts", "Cancels another")


class LoopState(models.TextChoices):
    """Where a loop stands: it is proposed until it is over, one way or another."""

    PROPOSED = "proposed", pgettext_lazy("state of a loop", "Proposed")
    MADE = "made", pgettext_lazy("state of a loop", "Agreed by all")
    OVER = "over", pgettext_lazy("state of a loop", "Will not be made")


class LoopEnd(models.TextChoices):
    """Why a loop will not be made."""

    REFUSED = "refused", _("One of the parties refused.")
    EXPIRED = "expired", _("Some parties did not answer in time.")
    WITHDRAWN = "withdrawn", _("A need or an offer of this loop is no longer open, or no longer enough.")
    MEMBER = "member", _("One of the parties no longer trades in the circle.")
    LIMIT = "limit", _("The account of one of the parties would have passed its limit.")


class LoopReply(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("answer to a loop", "Accepts")
    REFUSED = "refused", pgettext_lazy("answer to a loop", "Refuses")


class LoopPart(models.TextChoices):
    """What a party refuses of a loop."""

    GIVEN = "given", _("What we would give")
    RECEIVED = "received", _("What we would get")
    BOTH = "both", _("Both")
