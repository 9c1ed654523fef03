"""Words of the co-development room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class HalfDay(TextChoices):
    """When somebody is free. The order is that of the week."""

    MONDAY_AM = "mon_am", _("Monday morning")
    MONDAY_PM = "mon_pm", _("Monday afternoon")
    TUESDAY_AM = "tue_am", _("Tuesday morning")
    TUESDAY_PM = "tue_pm", _("Tuesday afternoon")
    WEDNESDAY_AM = "wed_am", _("Wednesday morning")
    WEDNESDAY_PM = "wed_pm", _("Wednesday afternoon")
    THURSDAY_AM = "thu_am", _("Thursday morning")
    THURSDAY_PM = "thu_pm", _("Thursday afternoon")
    FRIDAY_AM = "fri_am", _("Friday morning")
    FRIDAY_PM = "fri_pm", _("Friday afternoon")
    SATURDAY_AM = "sat_am", _("Saturday morning")
    SATURDAY_PM = "sat_pm", _("Saturday afternoon")


class Rule(TextChoices):
    APART = "apart", _("must never be in one group")
    TOGETHER = "together", _("must be in one group at least once")


class Attendance(TextChoices):
    PRESENT = "present", _("Came")
    EXCUSED = "excused", _("Excused")
    ABSENT = "absent", _("Did not come")


class Step(TextChoices):
    """The six steps of a session, as Payette and Champagne set them out."""

    STORY = "story", _("The client tells")
    QUESTIONS = "questions", _("The consultants ask")
    CONTRACT = "contract", _("The contract")
    CONSULTATION = "consultation", _("The consultation")
    PLAN = "plan", _("What the client keeps")
    LEARNING = "learning", _("What everybody learns")


STEP_MINUTES = {
    Step.STORY: 10,
    Step.QUESTIONS: 15,
    Step.CONTRACT: 5,
    Step.CONSULTATION: 30,
    Step.PLAN: 10,
    Step.LEARNING: 10,
}
"""Usual minutes of each step: eighty in all."""
