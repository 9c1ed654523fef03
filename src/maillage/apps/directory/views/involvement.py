"""“I want to take part”, “I want to do the same”, and the messages that carriers receive."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import is_facilitator, is_signed_in, member_required
from maillage.apps.directory.access import get_initiative_for, initiatives_editable_by
from maillage.apps.directory.actions.involvement import mark_answered, send_involvement
from maillage.apps.directory.choices import InvolvementKind, Status
from maillage.apps.directory.forms.involvement import InvolvementForm
from maillage.apps.directory.models import Involvement
from maillage.apps.directory.queries.contents import RECIPE_FIELDS
from maillage.apps.directory.views.cards import crumbs_of, initiative_url
from maillage.kernel.http.pace import may_send

MESSAGES_PER_HOUR_MAX = 6
WORDS = {"participer": InvolvementKind.TAKE_PART, "faire-pareil": InvolvementKind.DO_THE_SAME}


def involve(request: HttpRequest, pk: int, slug: str, kind: str) -> HttpResponseBase:
    """The form, open to visitors; what a machine sends is thanked for and dropped."""
    initiative = get_initiative_for(request.user, pk)
    if kind not in WORDS or initiative.status != Status.PUBLISHED:
        raise Http404
    form = InvolvementForm(initial=_known(request))
    if request.method == "POST":
        form = InvolvementForm(request.POST)
        if form.is_valid():
            if form.is_trapped:
                return redirect("directory:involve_sent", initiative.pk, initiative.slug, kind)
            if may_send(request, "involvement", per_hour=MESSAGES_PER_HOUR_MAX):
                send_involvement(
                    viewer=request.user,
                    initiative_id=initiative.pk,
                    kind=WORDS[kind],
                    name=form.cleaned_data["name"],
                    email=form.cleaned_data["email"],
                    message=form.cleaned_data["message"],
                    now=timezone.now(),
                )
                return redirect("directory:involve_sent", initiative.pk, initiative.slug, kind)
            form.add_error(
                None, _("You have sent several messages this past hour. Wait a little before the next one.")
            )
    context = {
        "initiative": initiative,
        "form": form,
        "kind": kind,
        "crumbs": crumbs_of(initiative, str(WORDS[kind].label)),
        "takes_part": WORDS[kind] == InvolvementKind.TAKE_PART,
        "fiche_url": initiative_url(initiative),
    }
    return render(request, "directory/involve.html", context)


def involve_sent(request: HttpRequest, pk: int, slug: str, kind: str) -> HttpResponse:
    """What happens next, once a message has gone."""
    initiative = get_initiative_for(request.user, pk)
    if kind not in WORDS or initiative.status != Status.PUBLISHED:
        raise Http404
    context = {
        "initiative": initiative,
        "crumbs": crumbs_of(initiative, _("Message sent")),
        "takes_part": WORDS[kind] == InvolvementKind.TAKE_PART,
        "has_recipe": any(getattr(initiative, name) for name in RECIPE_FIELDS),
        "fiche_url": initiative_url(initiative),
    }
    return render(request, "directory/involve_sent.html", context)


@member_required
def involvements(request: HttpRequest) -> HttpResponse:
    """The messages about the fiches that one looks after; all of them for facilitators."""
    received = Involvement.objects.select_related("initiative").order_by("-created_at", "-pk")
    if not is_facilitator(request.user):
        received = received.filter(initiative__in=initiatives_editable_by(request.user))
    return render(request, "directory/involvements.html", {"involvements": list(received[:200])})


@member_required
@require_POST
def involvement_answered(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Note that someone was answered, or not."""
    found = Involvement.objects.filter(pk=pk)
    if not is_facilitator(request.user):
        found = found.filter(initiative__in=initiatives_editable_by(request.user))
    if not found.exists():
        raise Http404
    mark_answered(involvement_id=pk, answered="repondu" in request.POST, now=timezone.now())
    return redirect("directory:involvements")


def _known(request: HttpRequest) -> dict[str, str]:
    return {"name": str(request.user), "email": request.user.email} if is_signed_in(request.user) else {}
