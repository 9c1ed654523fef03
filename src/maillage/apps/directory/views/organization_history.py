"""The history of an organisation's fiche, and the way back to an older version."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.directory.access import (
    acting_organization,
    can_manage_organization,
    get_organization_for,
    get_organization_to_manage,
)
from maillage.apps.directory.actions.organizations import SiretTakenError, restore_organization
from maillage.apps.directory.models import OrganizationVersion
from maillage.apps.directory.queries.history import shown_versions
from maillage.apps.directory.queries.organization_history import (
    ORGANIZATION_LABELS,
    organization_changes,
    without_private,
)
from maillage.apps.directory.queries.organizations import OrganizationContent, organization_content
from maillage.apps.directory.views.cards import organization_crumbs, organization_url
from maillage.apps.directory.views.history import PER_PAGE, Entry, author_of
from maillage.kernel.db.following import page_of_changes


def organization_history(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Who changed what and when."""
    organization = get_organization_for(request.user, pk)
    shown = shown_versions(organization, all_of_them=can_manage_organization(request.user, organization))
    page, versions = page_of_changes(shown.order_by("-number"), request.GET.get("page"), per_page=PER_PAGE)
    entries = [
        Entry(version, _changed_labels(before, version), version.number == organization.version)
        for version, before in versions
    ]
    context = {
        "subject": organization,
        "entries": entries,
        "page_obj": page,
        "version_url_name": "directory:organization_version",
        "crumbs": organization_crumbs(organization, _("History")),
    }
    return render(request, "directory/history.html", context)


def organization_version(request: HttpRequest, pk: int, slug: str, number: int) -> HttpResponse:
    """One version beside the one before it, word by word."""
    organization = get_organization_for(request.user, pk)
    manages = can_manage_organization(request.user, organization)
    shown = shown_versions(organization, all_of_them=manages)
    pair = list(shown.filter(number__lte=number).order_by("-number")[:2])
    if not pair or pair[0].number != number:
        raise Http404
    before = _read(pair[1]) if len(pair) > 1 else OrganizationContent(name="", address_public=False)
    after = _read(pair[0])
    if not manages:
        now = organization_content(organization)
        before, after = without_private(before, now), without_private(after, now)
    context = {
        "subject": organization,
        "version": pair[0],
        "by": author_of(pair[0]),
        "crumbs": organization_crumbs(organization, _("Version %(number)s") % {"number": number}),
        "changes": organization_changes(before, after),
        "is_current": pair[0].number == organization.version,
        "restore_url_name": "directory:organization_restore",
        "can_edit": manages,
    }
    return render(request, "directory/version.html", context)


@member_required
@require_POST
def organization_restore(request: HttpRequest, pk: int, slug: str, number: int) -> HttpResponseBase:
    """Say again what version `number` said; the present one stays in the history."""
    organization = get_organization_to_manage(request.user, pk)
    try:
        restore_organization(
            actor=person_of(request),
            organization_id=organization.pk,
            number=number,
            now=timezone.now(),
            on_behalf_of=acting_organization(request),
        )
    except OrganizationVersion.DoesNotExist:
        raise Http404 from None
    except SiretTakenError as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(
            request, _("The fiche says again what it said in version %(number)s.") % {"number": number}
        )
    return redirect(organization_url(organization))


def _read(version: OrganizationVersion) -> OrganizationContent:
    return OrganizationContent.from_json(version.data)


def _changed_labels(before: OrganizationVersion | None, after: OrganizationVersion) -> list[str]:
    if before is None:
        return []
    return [
        str(label)
        for name, label in ORGANIZATION_LABELS.items()
        if before.data.get(name) != after.data.get(name)
    ]
