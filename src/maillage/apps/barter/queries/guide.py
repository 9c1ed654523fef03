"""The guide of the interview: for each kind of resource, what to ask, what others have offered, and how to count it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.apps.barter.choices import Measure, Resource
from maillage.apps.exchange.choices import Kind
from maillage.kernel.rooms.manifest import Text


@dataclass(frozen=True)
class Topic:
    """A step of the interview. `kind` is where its offers and needs go in the exchange; `measures` the usual ones first."""

    slug: str
    resource: Resource
    kind: str
    question: Text
    prompts: tuple[Text, ...]
    examples: tuple[Text, ...]
    measures: tuple[Measure, ...]


TOPICS: tuple[Topic, ...] = (
    Topic(
        "salles",
        Resource.ROOMS,
        Kind.ROOM,
        _("Which rooms stand empty at times?"),
        (
            _("A meeting room, a kitchen, a workshop, a yard, a shop window: when is nobody in it?"),
            _("How many people fit? Is there a screen, a kitchen, a step at the door?"),
            _("Who opens and closes? Would an evening or a Saturday do?"),
        ),
        (_("Meeting room for 12, Tuesday and Thursday mornings"), _("Kitchen up to standard, two days a month")),
        (Measure.HALF_DAY, Measure.DAY, Measure.HOUR),
    ),
    Topic(
        "vehicules",
        Resource.VEHICLES,
        Kind.VEHICLE,
        _("Which vehicles do not move every day?"),
        (
            _("A van, a minibus, a trailer, a cargo bike: which days does it stay in the yard?"),
            _("With or without a driver? Is the insurance open to others?"),
            _("Do some trips go out full and come back empty?"),
        ),
        (_("12 m³ van with a driver, half a day"), _("Nine-seat minibus, at weekends")),
        (Measure.HALF_DAY, Measure.DAY, Measure.HOUR),
    ),
    Topic(
        "materiel",
        Resource.EQUIPMENT,
        Kind.EQUIPMENT,
        _("What equipment sleeps in a cupboard?"),
        (
            _("Sound, projector, marquee, tables, tools, sewing machine, printer: what serves ten times a year?"),
            _("Does it travel, or is it used on the spot? Does one need to be shown how?"),
        ),
        (_("Sound system for 100 people, a weekend"), _("A3 colour printer, on the spot")),
        (Measure.DAY, Measure.PIECE, Measure.HOUR),
    ),
    Topic(
        "stocks",
        Resource.STOCK,
        Kind.GOODS,
        _("What stock or furniture is looking for a use?"),
        (
            _("Desks, chairs, shelves, computers, paper, fabric, unsold goods: what takes up room?"),
            _("How many, in what condition? Who comes to fetch them?"),
        ),
        (_("Reconditioned office desks"), _("Laptops with a new battery, guaranteed six months")),
        (Measure.PIECE, Measure.KG),
    ),
    Topic(
        "competences",
        Resource.SKILLS,
        Kind.SKILLS,
        _("Who knows how to do what, and could give some hours?"),
        (
            _("Accounting, payroll, graphic design, repairs, gardening, cooking, translating: what do others ask you for?"),
            _("What does the team like doing, that is not in its job description?"),
            _("How many hours a year, and at what season?"),
        ),
        (_("Bookkeeping for a small association"), _("Graphic design: poster, leaflet, logo")),
        (Measure.HOUR, Measure.HALF_DAY, Measure.DAY),
    ),
    Topic(
        "medias",
        Resource.MEDIA,
        Kind.MEDIA,
        _("To whom do you speak, that others would like to reach?"),
        (
            _("A radio, a newsletter, a magazine, a window on the street, screens, a much-followed page?"),
            _("How many people see or hear it? How long before must one ask?"),
        ),
        (_("Thirty-second radio spot, ten broadcasts"), _("Half a page in the quarterly magazine")),
        (Measure.PIECE, Measure.DAY),
    ),
    Topic(
        "remises",
        Resource.DISCOUNTS,
        Kind.PRODUCT,
        _("On which of your services could you grant a discount?"),
        (
            _("What would you do at a lower price for the members of the circle, and how many times a year?"),
            _("What is the usual price, and what share of it would be paid in units?"),
        ),
        (_("A fifth off the yearly accounts"), _("Free delivery within 20 km")),
        (Measure.PIECE, Measure.HOUR),
    ),
    Topic(
        "sorties",
        Resource.TICKETS,
        Kind.PRODUCT,
        _("Do you have seats, entries or outings that stay free?"),
        (
            _("Show or cinema tickets, entries, places on an outing, in a holiday centre, at a swimming pool?"),
            _("On which dates are seats left? Could another team come together?"),
        ),
        (_("Twenty seats at each season's show"), _("Entries to the climbing wall, off-peak")),
        (Measure.SEAT, Measure.PIECE),
    ),
    Topic(
        "formations",
        Resource.TRAINING,
        Kind.TRAINING,
        _("What could you teach to another team?"),
        (
            _("First aid, software, safety, welcoming people, waste sorting, public speaking: what do you train your own people in?"),
            _("Could a session that you hold anyway take two or three people more?"),
        ),
        (_("First-aid training, one place in each session"), _("Half a day to take up a spreadsheet")),
        (Measure.SEAT, Measure.HOUR, Measure.HALF_DAY),
    ),
)  # fmt: skip

VISIT, NEEDS, REVIEW = "visite", "besoins", "relire"

NEED_QUESTION = _("And what do you need, or buy, that another member might provide?")
NEED_PROMPTS: tuple[Text, ...] = (
    _("What did you pay for this year: rooms, transport, printing, accounts, repairs, training, gifts to the team?"),
    _("What did you give up for want of money or of hands?"),
    _("What comes back every year, at the same season?"),
)  # fmt: skip
STEPS: tuple[tuple[str, Text], ...] = (
    (VISIT, _("The visit")),
    *((topic.slug, topic.resource.label) for topic in TOPICS),
    (NEEDS, pgettext_lazy("step of an interview", "Its needs")),
    (REVIEW, pgettext_lazy("step of an interview", "Read again and send")),
)
"""(slug, label) of each step, in order."""

_BY_SLUG = {topic.slug: topic for topic in TOPICS}
_BY_RESOURCE = {str(topic.resource): topic for topic in TOPICS}


def topic_at(slug: str) -> Topic | None:
    return _BY_SLUG.get(slug)


def topic_of(resource: str) -> Topic:
    return _BY_RESOURCE[resource]


def step_after(slug: str) -> str:
    """The next step; the last one leads to itself."""
    slugs = [each for each, _label in STEPS]
    return slugs[min(slugs.index(slug) + 1, len(slugs) - 1)]
