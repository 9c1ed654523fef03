"""The history of a fiche, and the way back to an older version."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.directory.access import (
    acting_organization,
    get_initiative_for,
    get_initiative_to_edit,
)
from maillage.apps.directory.actions.initiatives import restore_version
from maillage.apps.directory.choices import FIELD_LABELS
from maillage.apps.directory.models import Initiative, InitiativeVersion, OrganizationVersion
from maillage.apps.directory.queries.contents import InitiativeContent
from maillage.apps.directory.queries.history import FieldChange, field_changes, shown_versions
from maillage.apps.directory.queries.initiatives import alone
from maillage.apps.directory.views.cards import crumbs_of, initiative_url
from maillage.kernel.db.following import page_of_changes

PER_PAGE = 50


@dataclass(frozen=True)
class Entry:
    """A version: which fields it changed (labels), against the one before it."""

    version: InitiativeVersion | OrganizationVersion
    changed: list[str]
    is_current: bool

    @property
    def by(self) -> str:
        return author_of(self.version)


def initiative_history(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Who changed what and when; public as the fiche itself, without the addresses that are not."""
    initiative = get_initiative_for(request.user, pk, read=alone)
    shown = shown_versions(initiative, all_of_them=initiative.may_edit)
    page, versions = page_of_changes(shown.order_by("-number"), request.GET.get("page"), per_page=PER_PAGE)
    entries = [
        Entry(version, changed_labels(before, version), version.number == initiative.version)
        for version, before in versions
    ]
    return render(
        request,
        "directory/history.html",
        {
            "subject": initiative,
            "entries": entries,
            "page_obj": page,
            "version_url_name": "directory:initiative_version",
            "crumbs": crumbs_of(initiative, _("History")),
        },
    )


def initiative_version(request: HttpRequest, pk: int, slug: str, number: int) -> HttpResponse:
    """One version beside the one before it, word by word."""
    initiative = get_initiative_for(request.user, pk, read=alone)
    shown = shown_versions(initiative, all_of_them=initiative.may_edit)
    pair = list(shown.filter(number__lte=number).order_by("-number")[:2])
    if not pair or pair[0].number != number:
        raise Http404
    before = read(pair[1]) if len(pair) > 1 else InitiativeContent(title="", licence="")
    return render(
        request,
        "directory/version.html",
        {
            "subject": initiative,
            "version": pair[0],
            "by": author_of(pair[0]),
            "crumbs": crumbs_of(initiative, _("Version %(number)s") % {"number": number}),
            "changes": visible_changes(
                before, read(pair[0]), now=None if initiative.may_edit else initiative
            ),
            "is_current": pair[0].number == initiative.version,
            "restore_url_name": "directory:version_restore",
            "can_edit": initiative.may_edit,
        },
    )


@member_required
@require_POST
def version_restore(request: HttpRequest, pk: int, slug: str, number: int) -> HttpResponseBase:
    """Say again what version `number` said; the present one stays in the history."""
    initiative = get_initiative_to_edit(request.user, pk)
    try:
        restored = restore_version(
            actor=person_of(request),
            initiative_id=initiative.pk,
            number=number,
            now=timezone.now(),
            on_behalf_of=acting_organization(request),
        )
    except InitiativeVersion.DoesNotExist:
        raise Http404 from None
    messages.success(
        request, _("The fiche says again what it said in version %(number)s.") % {"number": number}
    )
    return redirect(initiative_url(restored))


def author_of(version: InitiativeVersion | OrganizationVersion) -> str:
    """Who wrote it, and on whose behalf."""
    person = (version.author.name or _("Somebody")) if version.author else _("The platform")
    if version.on_behalf_of:
        return _("%(person)s for %(organization)s") % {
            "person": person,
            "organization": version.on_behalf_of.name,
        }
    return person


def read(version: InitiativeVersion) -> InitiativeContent:
    return InitiativeContent.from_json(version.data)


def changed_labels(before: InitiativeVersion | None, after: InitiativeVersion) -> list[str]:
    """The names of the fields that differ; none for the first version, which made them all."""
    if before is None:
        return []
    old, new = before.data, after.data
    return [str(label) for name, label in FIELD_LABELS.items() if old.get(name) != new.get(name)]


def visible_changes(
    before: InitiativeContent, after: InitiativeContent, *, now: Initiative | None
) -> list[FieldChange]:
    """The differences that a reader may see: all of them for those who edit (`now` is None).

    For the others an address that is hidden, then or `now`, is not told by the history either.
    """
    if now is not None:
        before, after = without_private(before, now), without_private(after, now)
    return field_changes(before, after)


def without_private(content: InitiativeContent, now: Initiative) -> InitiativeContent:
    shows_name = content.contact_name_public and now.contact_name_public
    shows_email = content.contact_email_public and now.contact_email_public
    shows_phone = content.contact_phone_public and now.contact_phone_public
    return replace(
        content,
        contact_name=content.contact_name if shows_name else "",
        contact_email=content.contact_email if shows_email else "",
        contact_phone=content.contact_phone if shows_phone else "",
    )
