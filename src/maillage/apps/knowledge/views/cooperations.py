"""Cooperations that the map proposes to the organisations of the reader."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import member_required, person_of
from maillage.apps.directory.access import acting_organization, organizations_of
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.actions.cooperations import NotAPartyError, answer_cooperation
from maillage.apps.knowledge.choices import Interest, Motive
from maillage.apps.knowledge.exports import COOPERATION_HEADERS, cooperation_rows
from maillage.apps.knowledge.forms import CooperationForm
from maillage.apps.knowledge.queries.reading import Proposed, cooperations_of
from maillage.apps.knowledge.views.statements import knowledge_url
from maillage.kernel.tables.leaving import table_links, table_response


@member_required
def cooperation_list(request: HttpRequest) -> HttpResponseBase:
    """The best pairs and triples for one of one's organisations, and the answer to one of them."""
    bodies = organizations_of(request.user)
    if request.method == "POST":
        return _answered(request, bodies)
    body = _chosen(request, bodies)
    found = cooperations_of(body) if body else []
    context = {
        "organization": body,
        "choices": [(each.name, f"?structure={each.pk}", each == body) for each in bodies]
        if len(bodies) > 1
        else [],
        "cards": [_card(each, body) for each in found] if body else [],
        "motives": Motive.choices,
        "knowledge_url": knowledge_url(body) if body else "",
        "exports": table_links(request, "knowledge:cooperations_export"),
    }
    return render(request, "knowledge/cooperations.html", context)


@member_required
def cooperations_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The cooperations of the page, as a table."""
    body = _chosen(request, organizations_of(request.user))
    rows = cooperation_rows(body, cooperations_of(body)) if body else ()
    return table_response(form, "cooperations", COOPERATION_HEADERS, rows)


def _chosen(request: HttpRequest, bodies: list[Organization]) -> Organization | None:
    asked = request.GET.get("structure", "")
    acting = acting_organization(request)
    for body in bodies:
        if asked == str(body.pk) or (not asked and acting == body):
            return body
    return bodies[0] if bodies else None


def _card(each: Proposed, body: Organization) -> dict[str, object]:
    others = [other for other in each.structures if other.pk != body.pk]
    mine = each.answer_of(body.pk)
    return {
        "parties": each.parties,
        "title": _(" and ").join(other.name for other in others),
        "others": [(other.name, knowledge_url(other)) for other in others],
        "reasons": each.reasons,
        "mine": mine.get_answer_display() if mine else "",
        "is_accepted": mine is not None and mine.answer == Interest.ACCEPTED,
        "interested": each.interested(body.pk),
        "is_agreed": each.is_agreed,
    }


def _answered(request: HttpRequest, bodies: list[Organization]) -> HttpResponseBase:
    form = CooperationForm(request.POST)
    back = reverse("knowledge:cooperations")
    if not form.is_valid():
        if "motive" not in form.errors:
            raise Http404
        messages.error(request, str(form.errors["motive"][0]))
        return redirect(back)
    said = form.cleaned_data
    body = next((each for each in bodies if each.pk == said["organization_id"]), None)
    if body is None:
        raise Http404
    try:
        answer_cooperation(
            actor=person_of(request),
            organization=body,
            parties=said["parties"],
            answer=said["answer"],
            motive=said["motive"],
            words=said["words"],
            now=timezone.now(),
        )
    except NotAPartyError as fault:
        raise Http404(str(fault.message)) from fault
    words = {
        Interest.ACCEPTED: _("It is noted. When the others are interested too, you will all be told."),
        Interest.LATER: _("It is noted: it stays here for later."),
        Interest.REFUSED: _("It is noted: it will not be proposed to you again."),
    }
    messages.success(request, words[Interest(said["answer"])])
    return redirect(f"{back}?structure={body.pk}")
