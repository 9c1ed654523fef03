"""Opening a circle, changing its words, and publishing the versions of its agreement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.barter.choices import DEFAULT_UNIT_NAME
from maillage.apps.barter.models import Agreement, Circle, CircleVersion
from maillage.apps.barter.queries.acting import managers_of
from maillage.apps.barter.queries.circles import agreement_in_force, members_of
from maillage.cores.text import sort_key
from maillage.kernel.audit.actions import record
from maillage.kernel.mail.notifications import notify

SIGN = "barter.sign"
RULES = "barter.rules"
WORDS = ("name", "unit_name", "about", "rules")


class NameTakenError(Exception):
    message = gettext_lazy("A circle of this name exists already: find it in the list, or add a word.")


class ChangedMeanwhileError(Exception):
    """Somebody else changed the circle in between."""

    message = gettext_lazy(
        "Somebody changed the circle meanwhile. Read what it says now in its versions; what you wrote is still below."
    )


class NoAgreementError(Exception):
    message = gettext_lazy("Write the framework agreement: it is what each member signs.")


class SameTextError(Exception):
    message = gettext_lazy("This text is the one in force: nothing to publish.")


class OldVersionError(Exception):
    """Somebody else published a version in between."""

    message = gettext_lazy(
        "Another version of the agreement was published meanwhile. Read it, then begin again: your text is still below."
    )


@transaction.atomic
def open_circle(
    *,
    actor: Person | None,
    name: str,
    agreement: str,
    unit_name: str = DEFAULT_UNIT_NAME,
    about: str = "",
    rules: str = "",
    now: datetime,
) -> Circle:
    """A circle without members, with the first version of its agreement. Raises NameTakenError, NoAgreementError."""
    if not agreement.strip():
        raise NoAgreementError
    circle = Circle(unit_name=unit_name, about=about, rules=rules, opened_by=actor, opened_at=now)
    _name(circle, name)
    Agreement.objects.create(
        circle=circle, number=1, text=agreement, published_by=actor, published_at=now, comment=""
    )
    _keep_version(circle, 1, "", actor, now)
    journal_circle("circle.open", circle, actor, now)
    return circle


@transaction.atomic
def change_circle(
    *,
    actor: Person | None,
    circle_id: int,
    name: str,
    unit_name: str,
    about: str,
    rules: str,
    comment: str = "",
    seen: int | None = None,
    now: datetime,
) -> Circle:
    """Its words, which are kept as a new version; the agreement has versions of its own. Nothing new keeps nothing.

    `seen`: the number of the version that was read. The members hear of new rules. Raises NameTakenError,
    ChangedMeanwhileError.
    """
    circle = Circle.objects.select_for_update().get(pk=circle_id)
    number = circle.versions.aggregate(latest=Max("number"))["latest"] or 0
    if seen is not None and seen != number:
        raise ChangedMeanwhileError
    before = {word: getattr(circle, word) for word in WORDS}
    circle.unit_name, circle.about, circle.rules = unit_name, about, rules
    _name(circle, name)
    changed = {
        word: [before[word], getattr(circle, word)] for word in WORDS if before[word] != getattr(circle, word)
    }
    if not changed:
        return circle
    _keep_version(circle, number + 1, comment, actor, now)
    if "rules" in changed or "unit_name" in changed:
        _tell_rules(circle, actor, now)
    journal_circle("circle.change", circle, actor, now, {"version": number + 1, **changed})
    return circle


def _keep_version(circle: Circle, number: int, comment: str, actor: Person | None, now: datetime) -> None:
    CircleVersion.objects.create(
        circle=circle,
        number=number,
        comment=comment[:200],
        changed_by=actor,
        changed_at=now,
        **{word: getattr(circle, word) for word in WORDS},
    )


@transaction.atomic
def publish_agreement(
    *, actor: Person | None, circle_id: int, text: str, comment: str, seen: int, now: datetime
) -> Agreement:
    """A new version, which the members are asked to sign; `seen` is the number of the one that was read.

    Raises NoAgreementError, SameTextError, OldVersionError.
    """
    circle = Circle.objects.select_for_update().get(pk=circle_id)
    current = agreement_in_force(circle)
    if not text.strip():
        raise NoAgreementError
    if current.number != seen:
        raise OldVersionError
    if text == current.text:
        raise SameTextError
    made = Agreement.objects.create(
        circle=circle,
        number=current.number + 1,
        text=text,
        comment=comment[:200],
        published_by=actor,
        published_at=now,
    )
    _ask_to_sign(circle, made, now)
    journal_circle("circle.agreement", circle, actor, now, {"number": made.number})
    return made


def journal_circle(
    verb: str, circle: Circle, actor: Person | None, now: datetime, details: dict[str, Any] | None = None
) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind="circle",
        target_id=circle.pk,
        target_label=circle.name,
        details=details,
        now=now,
    )


def _name(circle: Circle, name: str) -> None:
    circle.name, circle.sort_key = name, sort_key(name)[:160]
    if Circle.objects.filter(sort_key=circle.sort_key).exclude(pk=circle.pk).exists():
        raise NameTakenError
    try:
        with transaction.atomic():
            circle.save()
    except IntegrityError as fault:  # two at once
        raise NameTakenError from fault


def _ask_to_sign(circle: Circle, agreement: Agreement, now: datetime) -> None:
    title = _("The agreement of the circle “%(circle)s” has a new version: read it and sign it.") % {
        "circle": circle.name
    }
    url = reverse("barter:join", args=[circle.pk])
    for member in members_of(circle).present():
        for manager in managers_of(member.organization_id):
            notify(person=manager, kind=SIGN, title=title, url=url, now=now)


def _tell_rules(circle: Circle, actor: Person | None, now: datetime) -> None:
    title = _("The rules of the circle “%(circle)s” have changed: read what is new.") % {
        "circle": circle.name
    }
    url = reverse("barter:circle_versions", args=[circle.pk])
    told = {
        manager.pk: manager
        for member in members_of(circle).present()
        for manager in managers_of(member.organization_id)
    }
    for person in told.values():
        if actor is None or person.pk != actor.pk:
            notify(person=person, kind=RULES, title=title, url=url, now=now)
