from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What a term names. The words are those of the field, and stay French: see the glossary."""

    SAVOIR = "savoir", pgettext_lazy("kind of term", "Knowledge")
    SAVOIR_FAIRE = "savoir_faire", pgettext_lazy("kind of term", "Know-how")
    MILIEU = "milieu", pgettext_lazy("kind of term", "Milieu")


class Relation(models.TextChoices):
    HOLDS = "holds", _("We have it")
    SEEKS = "seeks", _("We look for it")


class Origin(models.TextChoices):
    """Where a statement comes from."""

    SAID = "said", _("Said by the organisation")
    WORKSHOP = "workshop", _("Gathered in a workshop")
    FACILITATOR = "facilitator", _("Noted by a facilitator")


class Change(models.TextChoices):
    """What happened to a term."""

    CREATED = "created", _("First said")
    EDITED = "edited", pgettext_lazy("what happened to a term", "Changed")
    MERGED = "merged", _("Joined with another word")
    SEPARATED = "separated", _("Separated again")


class Stage(models.TextChoices):
    """Where a workshop stands."""

    OPEN = "open", _("People arrive")
    RUNNING = "running", _("Interviews")
    ENDED = "ended", pgettext_lazy("state of a workshop", "Ended")


STAGE_TRANSITIONS: dict[str, tuple[str, ...]] = {
    Stage.OPEN: (Stage.RUNNING, Stage.ENDED),
    Stage.RUNNING: (Stage.OPEN, Stage.ENDED),
    Stage.ENDED: (),
}


class Interest(models.TextChoices):
    """What an organisation answers to a cooperation that is proposed to it."""

    ACCEPTED = "accepted", _("We are interested")
    LATER = "later", _("Later")
    REFUSED = "refused", _("Not for us")


class Motive(models.TextChoices):
    """Why a cooperation is not for us."""

    ALREADY = "already", _("We already work together")
    NO_TIME = "no_time", _("No time for it")
    NOT_OUR_SUBJECT = "not_our_subject", _("It is not our subject")
    TOO_FAR = "too_far", _("Too far")
    OTHER = "other", _("Another reason")
