"""What people do with the fiche of an organisation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import STATUS_TRANSITIONS, MembershipRole, MembershipStatus, Status
from maillage.apps.directory.models import Contact, Membership, Organization, OrganizationVersion
from maillage.apps.directory.queries.contacts import contacts_of
from maillage.apps.directory.queries.organization_history import still_existing
from maillage.apps.directory.queries.organizations import (
    ORGANIZATION_FIELDS,
    OrganizationContent,
    organization_content,
)
from maillage.cores.text import slugify, sort_key
from maillage.kernel.audit.actions import record
from maillage.kernel.events import ContentChanged, publish

if TYPE_CHECKING:
    from django.core.files.base import ContentFile

KIND = "organization"
TWICE_WITHIN = timedelta(minutes=1)


class StaleOrganizationError(Exception):
    """Someone saved the fiche while it was being edited; `version` is the one in force."""

    message = _("Someone changed this fiche while you were writing. Nothing is lost: compare, then save.")

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class SiretTakenError(Exception):
    """Another organisation of the directory has this SIRET."""

    message = _("Another organisation of the directory has this SIRET: look for it before adding it again.")


@transaction.atomic
def create_organization(
    *,
    actor: Person | None,
    content: OrganizationContent,
    status: str,
    now: datetime,
    on_behalf_of: Organization | None = None,
) -> Organization:
    """Save a new organisation; the person who adds it becomes its first manager.

    `status` is Status.PUBLISHED when a facilitator adds it, Status.PROPOSED for anybody else.
    A form that was sent twice within a minute makes one. Raises SiretTakenError.
    """
    if actor is not None:
        Person.objects.select_for_update().get(pk=actor.pk)  # two clicks at once come one after the other
        begun = Organization.objects.filter(created_by=actor, created_at__gt=now - TWICE_WITHIN)
        for same in begun.filter(name=content.name, status=status, version=1).order_by("pk"):
            if organization_content(same) == content:
                return same
    organization = Organization(
        created_by=actor,
        created_at=now,
        published_at=now if status == Status.PUBLISHED else None,
        status=status,
        slug=free_slug(content.name),
    )
    _write(organization, content, now)
    if actor is not None:
        Membership.objects.create(
            organization=organization,
            person=actor,
            role=MembershipRole.MANAGER,
            status=MembershipStatus.ACTIVE,
            created_at=now,
        )
    _keep_version(organization, content, actor, on_behalf_of, now)
    journal_organization("organization.create", organization, actor, on_behalf_of, now)
    _announce(organization, actor, now)
    return organization


@transaction.atomic
def update_organization(
    *,
    actor: Person | None,
    organization_id: int,
    content: OrganizationContent,
    version_seen: int,
    now: datetime,
    comment: str = "",
    on_behalf_of: Organization | None = None,
) -> Organization:
    """Save what the fiche says now, as its next version. Raises StaleOrganizationError, SiretTakenError."""
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    if organization.version != version_seen:
        raise StaleOrganizationError(organization.version)
    if content == organization_content(organization):
        return organization
    _write(organization, content, now)
    _keep_version(organization, content, actor, on_behalf_of, now, comment)
    journal_organization("organization.update", organization, actor, on_behalf_of, now)
    _announce(organization, actor, now)
    return organization


@transaction.atomic
def restore_organization(
    *,
    actor: Person | None,
    organization_id: int,
    number: int,
    now: datetime,
    on_behalf_of: Organization | None = None,
) -> Organization:
    """Make the fiche say again what it said at `number`; that return is itself a new version.

    Raises OrganizationVersion.DoesNotExist, SiretTakenError.
    """
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    version = organization.versions.get(number=number)
    return update_organization(
        actor=actor,
        organization_id=organization_id,
        content=still_existing(OrganizationContent.from_json(version.data)),
        version_seen=organization.version,
        now=now,
        comment=str(_("Return to version %(number)s") % {"number": number}),
        on_behalf_of=on_behalf_of,
    )


@transaction.atomic
def change_organization_status(
    *,
    actor: Person | None,
    organization_id: int,
    status: str,
    now: datetime,
    on_behalf_of: Organization | None = None,
) -> Organization:
    """Publish, withdraw or archive; a step that the workflow does not know changes nothing."""
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    before = organization.status
    if status == before or status not in STATUS_TRANSITIONS[before]:
        return organization
    organization.status = status
    if status == Status.PUBLISHED and organization.published_at is None:
        organization.published_at = now
    organization.save(update_fields=["status", "published_at"])
    journal_organization(
        "organization.status", organization, actor, on_behalf_of, now, {"before": before, "after": status}
    )
    _announce(organization, actor, now)
    return organization


@transaction.atomic
def set_logo(
    *,
    actor: Person | None,
    organization_id: int,
    picture: ContentFile | None,
    now: datetime,
    on_behalf_of: Organization | None = None,
) -> Organization:
    """Show this picture (already drawn again by `kernel.files`), or none, as the organisation's logo."""
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    before = organization.logo.name
    if picture is None:
        organization.logo = ""
        organization.save(update_fields=["logo"])
    else:
        organization.logo.save(f"{organization.slug[:60]}.webp", picture, save=False)
        organization.save(update_fields=["logo"])
    if before:
        storage = organization.logo.storage
        transaction.on_commit(lambda: storage.delete(before))
    journal_organization("organization.logo", organization, actor, on_behalf_of, now)
    return organization


def free_slug(name: str) -> str:
    """A slug for `name` that no organisation has."""
    base = slugify(name) or "structure"
    taken = set(Organization.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)


def journal_organization(
    verb: str,
    organization: Organization,
    actor: Person | None,
    on_behalf_of: Organization | None,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind=KIND,
        target_id=organization.pk,
        target_label=organization.name,
        on_behalf_of=on_behalf_of.name if on_behalf_of else "",
        details=details,
        now=now,
    )


def _write(organization: Organization, content: OrganizationContent, now: datetime) -> None:
    same = Organization.objects.filter(siret=content.siret).exclude(pk=organization.pk)
    if content.siret and same.exists():
        raise SiretTakenError
    for name in ORGANIZATION_FIELDS:
        setattr(organization, name, getattr(content, name))
    organization.links = [list(pair) for pair in content.links]
    organization.sort_key = sort_key(content.name)
    organization.updated_at = now
    organization.version += 1
    organization.save()
    organization.themes.set(content.theme_ids)
    if contacts_of(organization) != list(content.contacts):
        organization.contacts.all().delete()
        Contact.objects.bulk_create(
            Contact(organization=organization, rank=rank, **vars(contact))
            for rank, contact in enumerate(content.contacts)
        )


def _keep_version(
    organization: Organization,
    content: OrganizationContent,
    actor: Person | None,
    on_behalf_of: Organization | None,
    now: datetime,
    comment: str = "",
) -> None:
    OrganizationVersion.objects.create(
        organization=organization,
        number=organization.version,
        data=content.to_json(),
        comment=comment[:200],
        author=actor,
        on_behalf_of=on_behalf_of,
        created_at=now,
    )


def _announce(organization: Organization, actor: Person | None, now: datetime) -> None:
    person_id = actor.pk if actor else None
    publish(ContentChanged(kind=KIND, ids=(organization.pk,), person_id=person_id, at=now))
