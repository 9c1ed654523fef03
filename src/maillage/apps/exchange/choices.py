from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(models.TextChoices):
    NEED = "need", pgettext_lazy("direction of a listing", "Need")
    OFFER = "offer", pgettext_lazy("direction of a listing", "Offer")


class Kind(models.TextChoices):
    """What is looked for or given. Each kind has the fields of `KIND_FIELDS`."""

    PREMISES = "premises", _("Premises")
    ROOM = "room", _("Room")
    EQUIPMENT = "equipment", _("Equipment")
    VEHICLE = "vehicle", _("Vehicle")
    GOODS = "goods", _("Goods and stock")
    SKILLS = "skills", _("Hours and skills")
    VOLUNTEERS = "volunteers", _("Volunteers")
    TRAINING = "training", pgettext_lazy("kind of listing", "Training")
    MEDIA = "media", _("Media and visibility")
    PARTNER = "partner", pgettext_lazy("kind of listing", "Partner")
    TESTER = "tester", _("Testers, panel")
    PRODUCT = "product", _("Product or service")
    FUNDING = "funding", _("Funding")
    ADVICE = "advice", pgettext_lazy("kind of listing", "Advice")


KIND_FIELDS: dict[str, tuple[tuple[str, str, object], ...]] = {
    Kind.PREMISES: (("surface", "m2", _("Surface (m²)")), ("rent", "eur/month", _("Rent (€ a month)"))),
    Kind.ROOM: (("quantity", "personne", _("Number of people")), ("price", "eur", _("Price (€)"))),
    Kind.EQUIPMENT: (("quantity", "piece", _("How many")), ("price", "eur", _("Price (€)"))),
    Kind.VEHICLE: (
        ("quantity", "place", _("Number of seats")),
        ("quantity", "m3", _("Volume (m³)")),
        ("price", "eur", _("Price (€)")),
    ),
    Kind.GOODS: (
        ("quantity", "piece", _("How many")),
        ("quantity", "kg", _("Weight (kg)")),
        ("price", "eur", _("Price (€)")),
    ),
    Kind.SKILLS: (("duration", "hour", _("Hours")), ("price", "eur/hour", _("Price (€ an hour)"))),
    Kind.VOLUNTEERS: (
        ("quantity", "benevole", _("Number of volunteers")),
        ("duration", "hour", _("Hours")),
    ),
    Kind.TRAINING: (("duration", "hour", _("Hours")), ("quantity", "personne", _("Number of people"))),
    Kind.MEDIA: (("price", "eur", _("Price (€)")),),
    Kind.PARTNER: (),
    Kind.TESTER: (("quantity", "personne", _("Number of people")), ("age", "year", _("Age (years)"))),
    Kind.PRODUCT: (("quantity", "piece", _("How many")), ("price", "eur", _("Price (€)"))),
    Kind.FUNDING: (("price", "eur", _("Amount (€)")),),
    Kind.ADVICE: (("duration", "hour", _("Hours")),),
}
"""The measurable fields of each kind: (kind of criterion, its unit, label)."""


KIND_FAMILIES: dict[str, str] = {
    Kind.PREMISES: "place",
    Kind.ROOM: "place",
    Kind.EQUIPMENT: "thing",
    Kind.GOODS: "thing",
    Kind.PRODUCT: "thing",
    Kind.SKILLS: "people",
    Kind.VOLUNTEERS: "people",
    Kind.TRAINING: "people",
    Kind.ADVICE: "people",
}
"""Kinds that may stand for each other; the others stand alone."""


class Status(models.TextChoices):
    """Where a listing stands. The lists show those that are open or in discussion."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("state of a listing", "Open")
    IN_DISCUSSION = "in_discussion", _("In discussion")
    AGREED = "agreed", pgettext_lazy("state of a listing", "Agreed")
    SATISFIED = "satisfied", pgettext_lazy("state of a listing", "Satisfied")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a listing", "Withdrawn")
    EXPIRED = "expired", pgettext_lazy("state of a listing", "Expired")


SHOWN = (Status.OPEN, Status.IN_DISCUSSION)
"""States in which others find a listing, and may answer it."""
ENDED = (Status.SATISFIED, Status.WITHDRAWN, Status.EXPIRED)

STATUS_TRANSITIONS: dict[str, tuple[str, ...]] = {
    Status.DRAFT: (Status.OPEN, Status.WITHDRAWN),
    Status.OPEN: (Status.DRAFT, Status.IN_DISCUSSION, Status.AGREED, Status.SATISFIED, Status.WITHDRAWN, Status.EXPIRED),
    Status.IN_DISCUSSION: (Status.OPEN, Status.AGREED, Status.SATISFIED, Status.WITHDRAWN, Status.EXPIRED),
    Status.AGREED: (Status.OPEN, Status.SATISFIED, Status.WITHDRAWN),
    Status.SATISFIED: (Status.OPEN,),
    Status.WITHDRAWN: (Status.OPEN,),
    Status.EXPIRED: (Status.OPEN, Status.SATISFIED, Status.WITHDRAWN),
}  # fmt: skip


class Audience(models.TextChoices):
    PUBLIC = "public", _("Everybody")
    NETWORK = "network", _("The members of this site only")


class Answer(models.TextChoices):
    """What somebody to whom a listing was proposed said of it; empty while they have not."""

    INTERESTED = "interested", _("Interested")
    REFUSED = "refused", _("Not for us")


class Motive(models.TextChoices):
    """Why a proposed listing is not for us."""

    TOO_FAR = "too_far", _("Too far")
    TOO_EXPENSIVE = "too_expensive", _("Too expensive")
    WRONG_SIZE = "wrong_size", _("Not the right size or number")
    WRONG_DATES = "wrong_dates", _("Not the right dates")
    OTHER_SUBJECT = "other_subject", _("It is something else")
    NO_LONGER = "no_longer", _("No longer of use")


class Reason(models.TextChoices):
    """Why a listing was withdrawn."""

    ELSEWHERE = "elsewhere", _("Found elsewhere")
    NO_LONGER = "no_longer", _("No longer of use")
    NO_ANSWER = "no_answer", _("Nobody answered")
    NO_AGREEMENT = "no_agreement", _("We did not agree")
    OTHER = "other", _("Another reason")
