"""What people do with a fiche: write it, propose it, publish it, archive it, go back to an older version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.models import Person
from maillage.apps.directory.actions.news import tell_status
from maillage.apps.directory.choices import STATUS_TRANSITIONS, Status
from maillage.apps.directory.models import (
    Initiative,
    InitiativeCarrier,
    InitiativePlace,
    InitiativeVersion,
    Organization,
)
from maillage.apps.directory.queries.contents import (
    PLACE_FIELDS,
    SIMPLE_FIELDS,
    InitiativeContent,
    content_of,
)
from maillage.apps.directory.queries.references import existing_only
from maillage.cores.text import slugify, sort_key
from maillage.kernel.audit.actions import record
from maillage.kernel.events import ContentChanged, publish

KIND = "initiative"
TWICE_WITHIN = timedelta(minutes=1)


class StaleVersionError(Exception):
    """Someone saved the fiche while it was being edited; `current` is the version in force, with its author."""

    message = _("Someone changed this fiche while you were writing. Nothing is lost: compare, then save.")

    def __init__(self, current: InitiativeVersion | None, version: int) -> None:
        super().__init__(version)
        self.current = current
        self.version = version


class ForbiddenTransitionError(Exception):
    """A fiche cannot go from its state to the one asked for."""

    message = _("This fiche cannot go from “%(before)s” to “%(after)s”.")

    def __init__(self, before: str, after: str) -> None:
        super().__init__(f"{before} to {after}")
        self.sentence = str(self.message) % {"before": Status(before).label, "after": Status(after).label}


@transaction.atomic
def create_initiative(
    *,
    actor: Person | None,
    content: InitiativeContent,
    now: datetime,
    on_behalf_of: Organization | None = None,
) -> Initiative:
    """Save a new fiche as a draft, with its first version; a form that was sent twice within a minute makes one."""
    content = content.settled()
    if actor is not None:
        Person.objects.select_for_update().get(pk=actor.pk)  # two clicks at once come one after the other
        begun = Initiative.objects.filter(
            created_by=actor, status=Status.DRAFT, created_at__gt=now - TWICE_WITHIN
        )
        for same in begun.filter(title=content.title, version=1).order_by("pk"):
            if content_of(same) == content:
                return same
    initiative = Initiative(created_by=actor, created_at=now, updated_at=now, status=Status.DRAFT)
    _write(initiative, content)
    _keep_version(initiative, content, actor, on_behalf_of, now)
    _journal("initiative.create", initiative, actor, on_behalf_of, now)
    return initiative


@transaction.atomic
def update_initiative(
    *,
    actor: Person | None,
    initiative_id: int,
    content: InitiativeContent,
    version_seen: int,
    now: datetime,
    on_behalf_of: Organization | None = None,
    comment: str = "",
) -> Initiative:
    """Save what a fiche says now, as its next version; saving the same again keeps no version.

    Raises StaleVersionError when the fiche is no longer at `version_seen`, the version the form was filled from.
    """
    content = content.settled()
    initiative = _locked(initiative_id)
    if initiative.version != version_seen:
        raise StaleVersionError(latest_version(initiative), initiative.version)
    if content == content_of(initiative):
        return initiative
    initiative.updated_at = now
    _write(initiative, content)
    _keep_version(initiative, content, actor, on_behalf_of, now, comment)
    _journal("initiative.update", initiative, actor, on_behalf_of, now)
    _announce(initiative, actor, now)
    return initiative


@transaction.atomic
def update_section(
    *,
    actor: Person | None,
    initiative_id: int,
    changes: Mapping[str, Any],
    version_seen: int,
    now: datetime,
    on_behalf_of: Organization | None = None,
) -> Initiative:
    """Save some fields of a fiche, named as in InitiativeContent, and leave the others as they are by now.

    Two people may so write two parts of one fiche at the same time. Raises StaleVersionError when one of these
    very fields changed since `version_seen`.
    """
    initiative = _locked(initiative_id)
    current = content_of(initiative)
    if initiative.version != version_seen:
        seen = initiative.versions.filter(number=version_seen).first()
        before = InitiativeContent.from_json(seen.data) if seen else None
        touched = before is None or any(getattr(before, name) != getattr(current, name) for name in changes)
        if touched:
            raise StaleVersionError(latest_version(initiative), initiative.version)
    return update_initiative(
        actor=actor,
        initiative_id=initiative_id,
        content=replace(current, **changes),
        version_seen=initiative.version,
        now=now,
        on_behalf_of=on_behalf_of,
    )


@transaction.atomic
def restore_version(
    *,
    actor: Person | None,
    initiative_id: int,
    number: int,
    now: datetime,
    on_behalf_of: Organization | None = None,
) -> Initiative:
    """Make the fiche say again what it said at `number`; that return is itself a new version.

    The fiche stays with the organisation that holds it now: giving it away is an act of its own.
    Raises InitiativeVersion.DoesNotExist when there is no such version.
    """
    initiative = _locked(initiative_id)
    version = initiative.versions.get(number=number)
    content = existing_only(InitiativeContent.from_json(version.data))
    content = replace(content, owner_id=initiative.owner_id)
    comment = _("Return to version %(number)s") % {"number": number}
    return update_initiative(
        actor=actor,
        initiative_id=initiative_id,
        content=content,
        version_seen=initiative.version,
        now=now,
        on_behalf_of=on_behalf_of,
        comment=str(comment),
    )


@transaction.atomic
def change_status(
    *,
    actor: Person | None,
    initiative_id: int,
    status: str,
    now: datetime,
    on_behalf_of: Organization | None = None,
    comment: str = "",
) -> Initiative:
    """Move a fiche along its workflow; asking for the state it is in changes nothing.

    Raises ForbiddenTransitionError for a step that `STATUS_TRANSITIONS` does not know.
    """
    initiative = _locked(initiative_id)
    before = initiative.status
    if status == before:
        return initiative
    if status not in STATUS_TRANSITIONS[before]:
        raise ForbiddenTransitionError(before, status)
    initiative.status = status
    if status == Status.PUBLISHED and initiative.published_at is None:
        initiative.published_at = now
    initiative.save(update_fields=["status", "published_at"])
    details = {"before": before, "after": status} | ({"comment": comment} if comment else {})
    _journal(f"initiative.{VERBS[Status(status)]}", initiative, actor, on_behalf_of, now, details)
    if Status.PUBLISHED in (before, status):
        _announce(initiative, actor, now)
    tell_status(initiative, before=before, actor=actor, comment=comment, now=now)
    return initiative


VERBS = {
    Status.DRAFT: "withdraw",
    Status.PROPOSED: "propose",
    Status.PUBLISHED: "publish",
    Status.ARCHIVED: "archive",
}


def propose_initiative(*, actor: Person, initiative_id: int, now: datetime) -> Initiative:
    """Ask the facilitators to publish a draft."""
    return change_status(actor=actor, initiative_id=initiative_id, status=Status.PROPOSED, now=now)


def publish_initiative(*, actor: Person | None, initiative_id: int, now: datetime) -> Initiative:
    return change_status(actor=actor, initiative_id=initiative_id, status=Status.PUBLISHED, now=now)


def archive_initiative(*, actor: Person | None, initiative_id: int, now: datetime) -> Initiative:
    return change_status(actor=actor, initiative_id=initiative_id, status=Status.ARCHIVED, now=now)


def latest_version(initiative: Initiative) -> InitiativeVersion | None:
    return initiative.versions.select_related("author", "on_behalf_of").order_by("-number").first()


def _locked(initiative_id: int) -> Initiative:
    return Initiative.objects.select_for_update().get(pk=initiative_id)


def _write(initiative: Initiative, content: InitiativeContent) -> None:
    for name in SIMPLE_FIELDS:
        setattr(initiative, name, getattr(content, name))
    initiative.audiences = list(content.audiences)
    initiative.slug = slugify(content.title) or "fiche"
    initiative.sort_key = sort_key(content.title)
    initiative.version += 1
    initiative.save()
    initiative.themes.set(content.theme_ids)
    _write_places(initiative, content)
    _write_carriers(initiative, content)


def _write_places(initiative: Initiative, content: InitiativeContent) -> None:
    initiative.places.all().delete()
    places = []
    for rank, said in enumerate(content.places):
        values = {name: getattr(said, name) for name in PLACE_FIELDS}
        place = InitiativePlace(initiative=initiative, rank=rank, **values)
        place.set_cell()
        places.append(place)
    InitiativePlace.objects.bulk_create(places)


def _write_carriers(initiative: Initiative, content: InitiativeContent) -> None:
    initiative.carriers.all().delete()
    InitiativeCarrier.objects.bulk_create(
        InitiativeCarrier(
            initiative=initiative,
            organization_id=said.organization_id,
            name=said.name,
            role=said.role,
            rank=rank,
        )
        for rank, said in enumerate(content.carriers)
    )


def _keep_version(
    initiative: Initiative,
    content: InitiativeContent,
    actor: Person | None,
    on_behalf_of: Organization | None,
    now: datetime,
    comment: str = "",
) -> None:
    InitiativeVersion.objects.create(
        initiative=initiative,
        number=initiative.version,
        data=content.to_json(),
        comment=comment[:200],
        author=actor,
        on_behalf_of=on_behalf_of,
        created_at=now,
    )


def _journal(
    verb: str,
    initiative: Initiative,
    actor: Person | None,
    on_behalf_of: Organization | None,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind=KIND,
        target_id=initiative.pk,
        target_label=initiative.title,
        on_behalf_of=on_behalf_of.name if on_behalf_of else "",
        details=details,
        now=now,
    )


def _announce(initiative: Initiative, actor: Person | None, now: datetime) -> None:
    publish(ContentChanged(kind=KIND, ids=(initiative.pk,), person_id=actor.pk if actor else None, at=now))
