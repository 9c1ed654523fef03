"""Criteria and reasons, as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from maillage.apps.exchange.choices import Kind, Motive
from maillage.apps.exchange.models import ListingCriterion
from maillage.cores.ranking import Comparison, Reason
from maillage.cores.text.criteria import Criterion

UNITS = {
    "m2": "m²",
    "m3": "m³",
    "eur": "€",
    "kg": "kg",
    "l": "l",
    "km": "km",
    "piece": "",
    "minute": gettext_lazy("minutes"),
    "hour": gettext_lazy("hours"),
    "half_day": gettext_lazy("half-days"),
    "day": gettext_lazy("days"),
    "evening": gettext_lazy("evenings"),
    "night": gettext_lazy("nights"),
    "weekend": gettext_lazy("week-ends"),
    "week": gettext_lazy("weeks"),
    "month": gettext_lazy("months"),
    "year": gettext_lazy("years"),
    "benevole": gettext_lazy("volunteers"),
    "personne": gettext_lazy("people"),
    "place": gettext_lazy("seats"),
}
PEOPLE = ("benevole", "personne")
PER = {
    "hour": gettext_lazy("an hour"),
    "half_day": gettext_lazy("a half-day"),
    "day": gettext_lazy("a day"),
    "evening": gettext_lazy("an evening"),
    "night": gettext_lazy("a night"),
    "weekend": gettext_lazy("a week-end"),
    "week": gettext_lazy("a week"),
    "fortnight": gettext_lazy("a fortnight"),
    "month": gettext_lazy("a month"),
    "quarter": gettext_lazy("a quarter"),
    "year": gettext_lazy("a year"),
    "session": gettext_lazy("a session"),
    "person": gettext_lazy("a person"),
    "kg": gettext_lazy("a kilo"),
    "km": gettext_lazy("a kilometre"),
    "m2": gettext_lazy("a square metre"),
}
"""What follows the slash of a unit: "eur/month" is "€ a month"."""
NAMES = {
    "surface": gettext_lazy("Surface"),
    "rent": gettext_lazy("Rent"),
    "price": gettext_lazy("Price"),
    "distance": gettext_lazy("Distance"),
    "duration": gettext_lazy("Time"),
    "age": gettext_lazy("Age"),
    "quantity": gettext_lazy("How many"),
    "period": gettext_lazy("Dates"),
    "weekdays": gettext_lazy("Days"),
}
DAYS = {
    "mon": pgettext_lazy("day of the week, in a sentence", "Monday"),
    "tue": pgettext_lazy("day of the week, in a sentence", "Tuesday"),
    "wed": pgettext_lazy("day of the week, in a sentence", "Wednesday"),
    "thu": pgettext_lazy("day of the week, in a sentence", "Thursday"),
    "fri": pgettext_lazy("day of the week, in a sentence", "Friday"),
    "sat": pgettext_lazy("day of the week, in a sentence", "Saturday"),
    "sun": pgettext_lazy("day of the week, in a sentence", "Sunday"),
}
MOMENTS = {
    "morning": gettext_lazy("in the morning"),
    "noon": gettext_lazy("at noon"),
    "afternoon": gettext_lazy("in the afternoon"),
    "evening": gettext_lazy("in the evening"),
    "night": gettext_lazy("at night"),
}


def criterion_words(criterion: Criterion) -> str:
    """ "Surface : de 100 à 200 m²"."""
    name = NAMES.get(criterion.kind, criterion.kind)
    return _("%(name)s: %(value)s") % {"name": name, "value": value_words(criterion)}


def value_words(criterion: Criterion) -> str:
    """The value of a criterion alone: "de 100 à 200 m²"."""
    if criterion.kind == "period":
        return _period(criterion.begins, criterion.ends)
    if criterion.kind == "weekdays":
        return _weekdays(criterion.unit)
    if criterion.unit == "moderate":
        return _("moderate")
    if criterion.unit == "open":
        return _("open")
    if criterion.low == criterion.high == 0 and criterion.kind in ("rent", "price"):
        return _("free of charge")
    said = _range(criterion.low, criterion.high, is_money=criterion.unit.startswith("eur"))
    about = _("about %(value)s") % {"value": said} if criterion.about else said
    return f"{about} {unit_words(criterion.unit, is_one=criterion.high == 1)}".strip()


def unit_words(unit: str, *, is_one: bool = False) -> str:
    """ "eur/m2/year" as people say it; a thing that is counted is its own name, which the core folded."""
    counted, *per = unit.split("/")
    thing = counted.replace("_", " ")
    plural = thing if is_one or thing.endswith(("s", "x", "z")) else f"{thing}s"
    words = [UNITS.get(counted, plural), *(PER.get(each, each) for each in per)]
    return " ".join(str(word) for word in words if word)


def field_words(kind: str, unit: str) -> str:
    """The name of a field for what its kind of listing does not ask: "Nombre (places)"."""
    name, units = str(NAMES.get(kind, kind)), unit_words(unit)
    return f"{name} ({units})" if units else name


def said_words(criterion: ListingCriterion) -> str:
    """A criterion of a listing, as `measured_words`."""
    return measured_words(criterion.value, criterion.words)


def measured_words(criterion: Criterion, words: str) -> str:
    """A criterion with the words that say it: a count of things in those words, "Nombre : 40 chaises pliantes"."""
    if words and says_a_thing(criterion):
        return _("%(name)s: %(value)s") % {"name": NAMES["quantity"], "value": words}
    return criterion_words(criterion)


def says_a_thing(criterion: Criterion | ListingCriterion) -> bool:
    """Whether it counts things that it names: chairs, not kilos nor people."""
    return criterion.kind == "quantity" and criterion.unit not in UNITS


def _range(low: float | None, high: float | None, *, is_money: bool) -> str:
    if low is None and high is None:
        return "?"
    least, most = (_number(bound, is_money=is_money) for bound in (low, high))
    if low is None:
        return _("%(most)s at most") % {"most": most}
    if high is None:
        return _("%(least)s at least") % {"least": least}
    if low == high:
        return least
    return _("from %(least)s to %(most)s") % {"least": least, "most": most}


def _number(value: float | None, *, is_money: bool = False) -> str:
    """ "2,5" hours, "2,50" euros, "0,005" kg."""
    value = round(value or 0.0, 3)
    decimals = len(f"{value:.3f}".rstrip("0").partition(".")[2])
    places = 2 if is_money and decimals else decimals
    return number_format(value, decimal_pos=places, force_grouping=True)


def day_in_words(day: date, month: str = "F Y") -> str:
    """In words, with its `month` in a format of Django; the first of a month is an ordinal in French."""
    named = date_format(day, month) if month else ""
    if day.day == 1:
        return (pgettext("first day of a month", "1 %(month)s") % {"month": named}).strip()
    return f"{day.day} {named}".strip()


def _period(begins: date | None, ends: date | None) -> str:
    """A month or a year that both ends share is said once: "du 1er au 15 mai 2026", "en mai 2026"."""
    if begins is None:
        return _("until %(last)s") % {"last": day_in_words(ends)} if ends else "?"
    if ends is None:
        return _("from %(first)s on") % {"first": day_in_words(begins)}
    if begins == ends:
        return _("on %(day)s") % {"day": day_in_words(ends)}
    month = "F Y" if begins.year != ends.year else "F" if begins.month != ends.month else ""
    if not month and begins.day == 1 and (ends + timedelta(days=1)).day == 1:
        return _("in %(month)s") % {"month": date_format(ends, "F Y")}
    return _("from %(first)s to %(last)s") % {
        "first": day_in_words(begins, month),
        "last": day_in_words(ends),
    }


def _weekdays(unit: str) -> str:
    days, _slash, moment = unit.partition("/")
    said = ", ".join(str(DAYS.get(day, day)) for day in days.split(",") if day)
    return f"{said} {MOMENTS.get(moment, moment)}".strip()


THEME = "theme:"
"""What the ids of concepts begin with when they are themes; the others are notions of the shared vocabulary."""


LIKE_REFUSED: dict[str, object] = {
    Motive.TOO_FAR: gettext_lazy("As far as what you set aside for being too far"),
    Motive.TOO_EXPENSIVE: gettext_lazy("As dear as what you set aside for its price"),
    Motive.WRONG_SIZE: gettext_lazy("Of the size or number that you set aside"),
    Motive.WRONG_DATES: gettext_lazy("On the dates that you set aside"),
    Motive.OTHER_SUBJECT: gettext_lazy("Like what you set aside for being something else"),
}
"""What is like a refused listing, by the motive of the refusal; what is no longer of use is like nothing."""


def reason_words(reason: Reason, concept_names: Mapping[str, str]) -> str:
    """One reason why two listings meet or do not; `concept_names` by id."""
    if reason.comparison is not None:
        return _comparison(reason.comparison)
    if reason.kind in ("words", "synonyms"):
        words = ", ".join(reason.words)
        if reason.kind == "words":
            return _("Same words: %(words)s") % {"words": words}
        return _("Words that mean the same: %(words)s") % {"words": words}
    if reason.kind in ("concepts", "owner_concepts"):
        return _concepts(reason, concept_names)
    if reason.kind == "kind":
        return _("Same kind: %(kind)s") % {"kind": _kinds(reason)}
    if reason.kind == "family":
        return _("Of a near kind: %(kind)s") % {"kind": _kinds(reason)}
    if reason.kind == "distance":
        return _distance(reason)
    if reason.kind == "freshness":
        return _freshness(int(reason.value or 0))
    if reason.kind == "reciprocity":
        return _("You could help each other: the other side also meets you on %(kinds)s") % {
            "kinds": _kinds(reason)
        }
    return " · ".join(str(LIKE_REFUSED[motive]) for motive in reason.words if motive in LIKE_REFUSED)


def _concepts(reason: Reason, concept_names: Mapping[str, str]) -> str:
    known = [word for word in reason.words if word in concept_names]
    themes = ", ".join(concept_names[word] for word in known if word.startswith(THEME))
    notions = ", ".join(concept_names[word] for word in known if not word.startswith(THEME))
    if reason.kind == "owner_concepts":
        names = ", ".join(filter(None, (themes, notions)))
        if not names:
            return _("From what your organisations say of themselves")
        return _("From what your organisations say of themselves: %(names)s") % {"names": names}
    parts = [
        _("Same themes: %(names)s") % {"names": themes} if themes else "",
        _("Same words of the network: %(names)s") % {"names": notions} if notions else "",
    ]
    return " · ".join(filter(None, parts))


def _comparison(compared: Comparison) -> str:
    asked = value_words(compared.asked)
    name = NAMES.get(compared.asked.kind, compared.asked.kind)
    if compared.given is None:
        return _("%(name)s: %(asked)s asked, nothing is said of it") % {"name": name, "asked": asked}
    given = value_words(compared.given)
    if compared.is_met is None:
        words = _("%(name)s: %(given)s for %(asked)s asked, to be checked")
    elif compared.is_met:
        words = _("%(name)s: %(given)s for %(asked)s asked")
    else:
        words = _("%(name)s: %(given)s, but %(asked)s asked")
    return words % {"name": name, "given": given, "asked": asked}


def _kinds(reason: Reason) -> str:
    return ", ".join(str(Kind(kind).label).lower() for kind in reason.words if kind in Kind.values)


def _distance(reason: Reason) -> str:
    away = _number(round(reason.value or 0.0))
    if reason.is_met:
        return _("%(km)s km away") % {"km": away}
    return _("%(km)s km away, beyond the %(limit)s km wished for") % {
        "km": away,
        "limit": _number(reason.limit),
    }


def _freshness(days: int) -> str:
    if days == 0:
        return _("Confirmed today")
    return ngettext("Confirmed %(days)s day ago", "Confirmed %(days)s days ago", days) % {"days": days}


def euros(cents: int | None) -> str:
    """ "1 250 €", or nothing."""
    if cents is None:
        return ""
    whole = cents % 100 == 0
    amount = number_format(cents / 100, decimal_pos=0 if whole else 2, force_grouping=True)
    return pgettext("amount of money", "%(amount)s €") % {"amount": amount}
