"""“I want to take part”, “I want to do the same”, and the messages that carriers receive."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import is_signed_in, member_required
from maillage.apps.directory.access import get_initiative_for, visible_involvements
from maillage.apps.directory.actions.involvement import mark_answered, send_involvement
from maillage.apps.directory.choices import InvolvementKind, Status
from maillage.apps.directory.exports.lists import INVOLVEMENTS, involvement_rows
from maillage.apps.directory.forms.involvement import InvolvementForm
from maillage.apps.directory.forms.lists import InvolvementFilterForm
from maillage.apps.directory.queries.contents import RECIPE_FIELDS
from maillage.apps.directory.queries.initiatives import alone
from maillage.apps.directory.queries.lists import involvements_asked
from maillage.apps.directory.views.cards import crumbs_of, initiative_url
from maillage.kernel.http.pace import may_send
from maillage.kernel.tables.leaving import table_links, table_response

MESSAGES_PER_HOUR_MAX = 6
PER_PAGE = 30
WORDS = {"participer": InvolvementKind.TAKE_PART, "faire-pareil": InvolvementKind.DO_THE_SAME}


def involve(request: HttpRequest, pk: int, slug: str, kind: str) -> HttpResponseBase:
    """The form, open to visitors; what a machine sends is thanked for and dropped."""
    initiative = get_initiative_for(request.user, pk, read=alone)
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
    initiative = get_initiative_for(request.user, pk, read=alone)
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
    asked = InvolvementFilterForm.read(request)
    page = Paginator(
        involvements_asked(visible_involvements(request.user), **asked.wanted), PER_PAGE
    ).get_page(request.GET.get("page"))
    context = {
        "involvements": page,
        **asked.context,
        "query": request.GET.urlencode(),
        "exports": table_links(request, "directory:involvements_file"),
    }
    return render(request, "directory/involvements.html", context)


@member_required
def involvements_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """The messages of the page, as a table."""
    found = involvements_asked(
        visible_involvements(request.user), **InvolvementFilterForm.read(request).wanted
    )
    return table_response(form, "messages-recus", INVOLVEMENTS, involvement_rows(found))


@member_required
@require_POST
def involvement_answered(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Note that someone was answered, or not; one comes back to the list as it was narrowed."""
    if not visible_involvements(request.user).filter(pk=pk).exists():
        raise Http404
    mark_answered(involvement_id=pk, answered="repondu" in request.POST, now=timezone.now())
    query = QueryDict(request.POST.get("retour", "")[:500]).urlencode()
    return redirect(reverse("directory:involvements") + (f"?{query}" if query else ""))


def _known(request: HttpRequest) -> dict[str, str]:
    return {"name": str(request.user), "email": request.user.email} if is_signed_in(request.user) else {}
