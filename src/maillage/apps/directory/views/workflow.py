"""From draft to proposed, published and archived; and the queue of those who publish."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import facilitator_required, member_required, person_of
from maillage.apps.directory.access import (
    acting_organization,
    can_publish_initiative,
    get_initiative_to_edit,
    get_organization_to_manage,
)
from maillage.apps.directory.actions.initiatives import ForbiddenTransitionError, change_status
from maillage.apps.directory.actions.organizations import change_organization_status
from maillage.apps.directory.choices import Status
from maillage.apps.directory.forms.lists import ProposalFilterForm
from maillage.apps.directory.queries.initiatives import with_card
from maillage.apps.directory.queries.lists import proposed_fiches, proposed_organizations
from maillage.apps.directory.views.cards import (
    crumbs_of,
    initiative_cards,
    initiative_url,
    organization_url,
)

PER_PAGE = 30
DONE = {
    Status.DRAFT: gettext_lazy("The fiche is a draft again: only those who look after it see it."),
    Status.PUBLISHED: gettext_lazy("The fiche is published: everybody sees it."),
    Status.ARCHIVED: gettext_lazy(
        "The fiche is archived: it is no longer shown. You can bring it back at any time."
    ),
}


@member_required
@require_POST
def initiative_status(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """Move a fiche along; publishing is for facilitators."""
    initiative = get_initiative_to_edit(request.user, pk)
    status = request.POST.get("etat", "")
    if status not in Status.values:
        raise Http404
    if status == Status.PUBLISHED and not can_publish_initiative(request.user, initiative):
        raise Http404
    try:
        changed = change_status(
            actor=person_of(request),
            initiative_id=initiative.pk,
            status=status,
            now=timezone.now(),
            on_behalf_of=acting_organization(request),
            comment=request.POST.get("mot", "")[:500],
        )
    except ForbiddenTransitionError as fault:
        messages.error(request, fault.sentence)
        return redirect(initiative_url(initiative))
    if changed.status != Status.PROPOSED:  # which has a page of its own
        messages.success(request, str(DONE[Status(changed.status)]))
    if request.POST.get("retour") == "propositions":
        return redirect("directory:proposals")
    if changed.status == Status.PROPOSED:
        return redirect("directory:initiative_proposed", changed.pk, changed.slug)
    return redirect(initiative_url(changed))


@member_required
def initiative_proposed(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """What happens next, once a fiche is proposed."""
    initiative = get_initiative_to_edit(request.user, pk)
    if initiative.status != Status.PROPOSED:
        return redirect(initiative_url(initiative))
    context = {"initiative": initiative, "crumbs": crumbs_of(initiative, _("Proposed"))}
    return render(request, "directory/proposed.html", context | {"fiche_url": initiative_url(initiative)})


@facilitator_required
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a facilitator, the oldest first."""
    asked = ProposalFilterForm.read(request)
    fiches = Paginator(with_card(proposed_fiches(**asked.wanted)), PER_PAGE).get_page(request.GET.get("page"))
    bodies = Paginator(proposed_organizations(**asked.wanted), PER_PAGE).get_page(
        request.GET.get("structures")
    )
    context = {
        "cards": [
            (card, str(fiche.created_by or ""))
            for card, fiche in zip(initiative_cards(fiches), fiches, strict=True)
        ],
        "fiches": fiches,
        "organizations": bodies,
        **asked.context,
        "is_long": fiches.has_other_pages() or bodies.has_other_pages(),
    }
    return render(request, "directory/proposals.html", context)


@facilitator_required
@require_POST
def organization_status(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    status = request.POST.get("etat", "")
    get_organization_to_manage(request.user, pk)
    if status not in Status.values:
        raise Http404
    changed = change_organization_status(
        actor=person_of(request),
        organization_id=pk,
        status=status,
        now=timezone.now(),
        on_behalf_of=acting_organization(request),
    )
    messages.success(request, _("Saved."))
    if request.POST.get("retour") == "propositions":
        return redirect("directory:proposals")
    return redirect(organization_url(changed))
