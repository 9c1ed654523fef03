"""Pictures and documents of a fiche: added, described and removed one by one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.directory.access import get_initiative_to_edit
from maillage.apps.directory.actions.attachments import (
    TooManyAttachmentsError,
    add_document,
    add_picture,
    describe_picture,
    remove_document,
    remove_picture,
)
from maillage.apps.directory.forms.attachments import DocumentForm, PictureForm, PictureWordsForm
from maillage.apps.directory.models import Initiative
from maillage.apps.directory.views.editing import attachments_context, step_url

TEMPLATE = "directory/editing/attachments.html"


@member_required
@require_POST
def picture_add(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    initiative = get_initiative_to_edit(request.user, pk)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            add_picture(
                actor=person_of(request),
                initiative_id=initiative.pk,
                picture=form.cleaned_data["picture"],
                alternative_text=form.cleaned_data["alternative_text"],
                credit=form.cleaned_data["credit"],
                now=timezone.now(),
            )
        except TooManyAttachmentsError as fault:
            form.add_error("picture", fault.sentence)
        else:
            messages.success(request, _("The picture was added."))
            return redirect(step_url(initiative, "images"))
    return render(request, TEMPLATE, attachments_context(initiative, picture_form=form))


@member_required
@require_POST
def picture_change(request: HttpRequest, pk: int, slug: str, picture_pk: int) -> HttpResponseBase:
    """Describe a picture anew or, with the button for it, remove it."""
    initiative = get_initiative_to_edit(request.user, pk)
    if not initiative.pictures.filter(pk=picture_pk).exists():
        raise Http404
    if "retirer" in request.POST:
        remove_picture(actor=person_of(request), picture_id=picture_pk, now=timezone.now())
        messages.success(request, _("The picture was removed."))
        return redirect(step_url(initiative, "images"))
    form = PictureWordsForm(request.POST)
    if form.is_valid():
        describe_picture(
            actor=person_of(request), picture_id=picture_pk, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A picture needs words that say what it shows, 200 characters at most."))
    return redirect(step_url(initiative, "images"))


@member_required
@require_POST
def document_add(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    initiative = get_initiative_to_edit(request.user, pk)
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            add_document(
                actor=person_of(request),
                initiative_id=initiative.pk,
                file=form.cleaned_data["document"],
                accepted=form.accepted,
                title=form.cleaned_data["title"],
                now=timezone.now(),
            )
        except TooManyAttachmentsError as fault:
            form.add_error("document", fault.sentence)
        else:
            messages.success(request, _("The document was added."))
            return redirect(step_url(initiative, "images"))
    return render(request, TEMPLATE, attachments_context(initiative, document_form=form))


@member_required
@require_POST
def document_remove(request: HttpRequest, pk: int, slug: str, document_pk: int) -> HttpResponseBase:
    initiative: Initiative = get_initiative_to_edit(request.user, pk)
    if not initiative.documents.filter(pk=document_pk).exists():
        raise Http404
    remove_document(actor=person_of(request), document_id=document_pk, now=timezone.now())
    messages.success(request, _("The document was removed."))
    return redirect(step_url(initiative, "images"))
