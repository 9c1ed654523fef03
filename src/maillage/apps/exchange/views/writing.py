"""Saying a need or an offer, checking what was read in it, and leading it to its outcome."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.directory.access import acting_organization
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.drafts import filled, kept_draft
from maillage.apps.directory.queries.placing import with_coordinates
from maillage.apps.exchange.access import Owners, can_publish_listing, get_listing_to_manage, owners_for
from maillage.apps.exchange.actions.listings import (
    AwaitsWordError,
    EndedError,
    ForbiddenStepError,
    TooManyListingsError,
    change_status,
    confirm_criteria,
    create_listing,
    record_outcome,
    renew_listing,
    update_listing,
)
from maillage.apps.exchange.choices import Direction, Status
from maillage.apps.exchange.forms import (
    CriteriaForm,
    ListingForm,
    SatisfiedForm,
    WithdrawnForm,
    owner_code,
)
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import ListingContent, listing_content
from maillage.apps.exchange.queries.proposals import outcome_of
from maillage.apps.exchange.queries.reading import criteria_read_in
from maillage.apps.exchange.queries.wording import day_in_words
from maillage.apps.exchange.views.cards import listing_crumbs, listing_url

NEW = "annonce-nouvelle"
SENS = {"besoin": Direction.NEED, "offre": Direction.OFFER}


@member_required
def listing_create(request: HttpRequest) -> HttpResponseBase:
    """The form, empty or with what was being typed; `?sens=besoin` or `offre` chooses the direction."""
    owners = owners_for(request.user)
    draft = kept_draft(request, NEW) if request.method == "GET" else None
    if request.method == "POST":
        form = ListingForm(request.POST, owners=owners)
        if form.is_valid():
            try:
                made = create_listing(actor=person_of(request), content=_placed(form), now=timezone.now())
            except TooManyListingsError as fault:
                form.add_error(None, str(fault.message))
            else:
                forget_draft(person=person_of(request), key=NEW)
                return redirect("exchange:listing_criteria", made.pk, made.slug)
    else:
        acting = acting_organization(request)
        initial = {
            "direction": SENS.get(request.GET.get("sens", ""), ""),
            "owner": _owner_asked(request, owners) or owner_code(acting.pk if acting else None, None),
        }
        form = filled(ListingForm, draft, initial, owners=owners)
    context = {
        "form": form,
        "page_title": _("Say a need or an offer"),
        "draft": draft,
        "draft_key": NEW,
        "crumbs": [],
    }
    return render(request, "exchange/listing_form.html", context)


@member_required
def listing_edit(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    listing = get_listing_to_manage(request.user, pk)
    owners = owners_for(request.user, listing)
    key, draft = f"annonce-{listing.pk}", None
    if request.method == "POST":
        form = ListingForm(request.POST, owners=owners)
        if form.is_valid():
            saved = update_listing(
                actor=person_of(request), listing_id=pk, content=_placed(form), now=timezone.now()
            )
            forget_draft(person=person_of(request), key=key)
            return redirect("exchange:listing_criteria", saved.pk, saved.slug)
    else:
        draft = kept_draft(request, key)
        initial = ListingForm.initial_from(listing_content(listing))
        form = filled(ListingForm, draft, initial, owners=owners)
    context = {
        "form": form,
        "page_title": listing.title,
        "draft": draft,
        "draft_key": key,
        "crumbs": listing_crumbs(listing, _("Change")),
    }
    return render(request, "exchange/listing_form.html", context)


@member_required
def listing_criteria(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """What was read in the text, for the person to confirm; then publish, or keep as a draft."""
    listing = get_listing_to_manage(request.user, pk)
    read = criteria_read_in(listing, today=timezone.localdate())
    form = CriteriaForm(request.POST if request.method == "POST" else None, listing=listing, read=read)
    if request.method == "POST" and form.is_valid():
        saved = confirm_criteria(
            actor=person_of(request),
            listing_id=pk,
            criteria=form.criteria(),
            refused=form.refused(),
            now=timezone.now(),
        )
        if "publier" in request.POST and saved.status == Status.DRAFT:
            return _open(request, saved)
        messages.success(request, _("Saved."))
        return redirect(listing_url(saved))
    context = {
        "listing": listing,
        "form": form,
        "crumbs": listing_crumbs(listing, _("What can be measured")),
        "is_draft": listing.status == Status.DRAFT and can_publish_listing(request.user, listing),
    }
    return render(request, "exchange/criteria.html", context)


@member_required
@require_POST
def listing_status(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """Open, put back to draft, or say that it still holds."""
    listing = get_listing_to_manage(request.user, pk)
    asked = request.POST.get("etat", "")
    if asked == "open":
        return _open(request, listing)
    if asked == "renew":
        return _stepped(
            request,
            lambda: renew_listing(actor=person_of(request), listing_id=pk, now=timezone.now()),
            listing,
            _shown_until,
        )
    if asked != Status.DRAFT:
        raise Http404
    return _stepped(
        request,
        lambda: change_status(
            actor=person_of(request), listing_id=pk, status=Status.DRAFT, now=timezone.now()
        ),
        listing,
        _("It is a draft again: only you see it."),
    )


@member_required
def listing_satisfied(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """It is done: with whom, and what it was worth."""
    listing = get_listing_to_manage(request.user, pk)
    replies = list(
        listing.replies.select_related("person", "organization").order_by("-created_at", "-pk")[:50]
    )
    agreed = outcome_of(listing)
    initial = {"reply_id": agreed.reply_id if agreed else None}
    form = SatisfiedForm(request.POST if request.method == "POST" else None, initial=initial, replies=replies)
    if request.method == "POST" and form.is_valid():
        return _stepped(
            request,
            lambda: record_outcome(
                actor=person_of(request),
                listing_id=pk,
                is_satisfied=True,
                reply_id=form.cleaned_data.get("reply_id"),
                with_whom=form.cleaned_data["with_whom"],
                worth_cents=form.worth_cents,
                words=form.cleaned_data["words"],
                now=timezone.now(),
            ),
            listing,
            _("Well done: it is noted, and no longer shown in the list."),
        )
    context = {"listing": listing, "form": form, "crumbs": listing_crumbs(listing, _("It is done"))}
    return render(request, "exchange/satisfied.html", context)


@member_required
def listing_withdrawn(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """Withdraw it, and say why."""
    listing = get_listing_to_manage(request.user, pk)
    form = WithdrawnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _stepped(
            request,
            lambda: record_outcome(
                actor=person_of(request),
                listing_id=pk,
                is_satisfied=False,
                reason=form.cleaned_data["reason"],
                words=form.cleaned_data["words"],
                now=timezone.now(),
            ),
            listing,
            _("It is withdrawn. You can open it again at any time."),
        )
    context = {"listing": listing, "form": form, "crumbs": listing_crumbs(listing, _("Withdraw"))}
    return render(request, "exchange/withdrawn.html", context)


def _open(request: HttpRequest, listing: Listing) -> HttpResponseBase:
    return _stepped(
        request,
        lambda: change_status(
            actor=person_of(request),
            listing_id=listing.pk,
            status=Status.OPEN,
            by_owner=can_publish_listing(request.user, listing),
            now=timezone.now(),
        ),
        listing,
        _("It is published. Those whose needs or offers meet it are told, ten at most at a time."),
    )


def _shown_until(listing: Listing) -> str:
    return _("Thank you: it is shown until %(day)s.") % {"day": day_in_words(listing.expires_on)}


def _stepped(
    request: HttpRequest, step: Callable[[], Listing], listing: Listing, done: str | Callable[[Listing], str]
) -> HttpResponseBase:
    """Take a step and say so, or say why it cannot be taken. `done` may depend on what the listing has become."""
    try:
        taken = step()
    except (ForbiddenStepError, AwaitsWordError) as fault:
        messages.error(request, fault.sentence)
    except EndedError as fault:
        messages.error(request, str(fault.message))
        return redirect(reverse("exchange:listing_edit", args=[listing.pk, listing.slug]))
    else:
        messages.success(request, done(taken) if callable(done) else done)
    return redirect(listing_url(listing))


def _owner_asked(request: HttpRequest, owners: Owners) -> str:
    """The project that the address names (`?projet=12`), when it is one of the person's."""
    asked = request.GET.get("projet", "")
    codes = {str(project.pk): owner_code(None, project.pk) for project in owners.initiatives}
    return codes.get(asked, "")


def _placed(form: ListingForm) -> ListingContent:
    """What the form says, with its commune and the point that stands for it: never a precise address."""
    said = form.content()
    [found] = with_coordinates([PlaceContent(postal_code=said.postal_code, city=said.city)])
    return ListingContent(
        **{
            **vars(said),
            "commune_id": found.commune_id,
            "latitude": found.latitude,
            "longitude": found.longitude,
        }
    )
