"""What an organisation has and looks for: read by all, said by its members, co-signed by its neighbours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.directory.access import (
    acting_organization,
    belongs_to,
    organizations_of,
)
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.access import (
    can_speak_for,
    get_knowledge_of,
    get_organization_to_speak_for,
    get_statement_to_endorse,
    get_statement_to_withdraw,
)
from maillage.apps.knowledge.actions.statements import (
    OwnStatementError,
    TooManyStatementsError,
    endorse,
    state,
    withdraw_endorsement,
    withdraw_statement,
)
from maillage.apps.knowledge.choices import Kind, Origin, Relation
from maillage.apps.knowledge.forms import EndorsementForm, StatementForm
from maillage.apps.knowledge.queries.elsewhere import chosen_elsewhere, near_elsewhere
from maillage.apps.knowledge.queries.statements import sheets_of
from maillage.apps.knowledge.queries.terms import chosen_term, same_or_near


def knowledge_url(organization: Organization) -> str:
    return reverse("knowledge:organization", args=[organization.pk, organization.slug])


def knowledge_crumbs(organization: Organization, *here: str) -> list[tuple[str, str]]:
    own = (organization.name, knowledge_url(organization) if here else "")
    return [(_("Knowledge"), reverse("knowledge:list")), own, *((label, "") for label in here)]


@member_required
def mine(request: HttpRequest) -> HttpResponseBase:
    """The knowledge of one's organisation; a choice when there are several, a first step when there is none."""
    bodies = organizations_of(request.user)
    acting = acting_organization(request)
    if acting is not None or len(bodies) == 1:
        return redirect(knowledge_url(acting or bodies[0]))
    rows = [(body.name, knowledge_url(body)) for body in bodies]
    return render(request, "knowledge/mine.html", {"rows": rows})


def organization_knowledge(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    organization = get_knowledge_of(request.user, pk)
    if slug != organization.slug:
        return redirect(knowledge_url(organization))
    return _page(request, organization)


def _page(
    request: HttpRequest, organization: Organization, bound: StatementForm | None = None, **more: Any
) -> HttpResponseBase:
    """The page of an organisation's knowledge; `bound`: the form that was refused, with its errors."""
    readers = [body for body in organizations_of(request.user) if body.pk != organization.pk]
    speaks = can_speak_for(request.user, organization)
    forms = {kind: StatementForm(kind=kind) for kind in Kind.values} if speaks else {}
    if bound is not None:
        forms[bound.kind] = bound
    sheets = sheets_of(organization, readers=[body.pk for body in readers])
    context = {
        "organization": organization,
        "crumbs": knowledge_crumbs(organization),
        "sheets": [(sheet, forms.get(sheet.kind)) for sheet in sheets],
        "is_empty": not any(sheet.holds or sheet.seeks for sheet in sheets),
        "can_speak": speaks,
        "map_url": f"{reverse('knowledge:map')}?structure={organization.pk}",
        "can_sign": bool(readers),
        "signers": readers,
        "refused": bound,
        "organization_url": reverse(
            "directory:organization_detail", args=[organization.pk, organization.slug]
        ),
        **more,
    }
    return render(request, "knowledge/organization.html", context)


@member_required
@require_POST
def statement_add(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    """Add words, or the near ones that were taken; asks when near ones exist and nothing was chosen."""
    organization = get_organization_to_speak_for(request.user, pk)
    kind = request.POST.get("sorte", "")
    if kind not in Kind.values:
        raise Http404
    data = request.POST.copy()
    term = chosen_elsewhere(data.get("ailleurs", "")) or chosen_term(data.get("terme", ""), kind)
    if term is not None:
        kind = term.kind
        data["mots"] = term.name
    form = StatementForm(data, kind=kind)
    if not form.is_valid():
        return _page(request, organization, form)
    said = form.cleaned_data
    same, near = same_or_near(kind, said["mots"])
    elsewhere = [] if same else near_elsewhere(kind, said["mots"])
    if term is None and same is None and (near or elsewhere) and "garder" not in request.POST:
        context = {
            "organization": organization,
            "form": form,
            "kind": kind,
            "near": near,
            "elsewhere": elsewhere,
            "said": said,
            "relation": Relation(said["relation"]).label,
            "crumbs": knowledge_crumbs(organization, _("Is it the same thing?")),
        }
        return render(request, "knowledge/same.html", context)
    belongs = belongs_to(request.user, organization.pk)
    try:
        made = state(
            actor=person_of(request),
            organization_id=organization.pk,
            kind=kind,
            words=said["mots"],
            term=term,
            relation=said["relation"],
            sentence=said["phrase"],
            origin=Origin.SAID if belongs or not is_facilitator(request.user) else Origin.FACILITATOR,
            now=timezone.now(),
        )
    except TooManyStatementsError as fault:
        form.add_error(None, str(fault.message))
        return _page(request, organization, form)
    messages.success(request, _("“%(term)s” is on the map.") % {"term": made.term.name})
    return redirect(f"{knowledge_url(organization)}#{kind}")


@member_required
@require_POST
def statement_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    said = get_statement_to_withdraw(request.user, pk)
    withdraw_statement(actor=person_of(request), statement_id=said.pk, now=timezone.now())
    messages.success(request, _("“%(term)s” is no longer on the map.") % {"term": said.term.name})
    return redirect(f"{knowledge_url(said.organization)}#{said.term.kind}")


@member_required
@require_POST
def statement_endorse(request: HttpRequest, pk: int) -> HttpResponseBase:
    """In the name of one of one's organisations: we saw them do it."""
    said = get_statement_to_endorse(request.user, pk)
    bodies = organizations_of(request.user)
    form = EndorsementForm(request.POST, organizations=bodies)
    if not form.is_valid():
        messages.error(request, _("Choose the organisation in whose name you say it."))
        return redirect(knowledge_url(said.organization))
    body = next(body for body in bodies if body.pk == form.cleaned_data["organization_id"])
    try:
        endorse(
            actor=person_of(request),
            statement_id=said.pk,
            organization=body,
            words=form.cleaned_data["words"],
            now=timezone.now(),
        )
    except OwnStatementError as fault:
        messages.error(request, str(fault.message))
    else:
        messages.success(
            request, _("Thank you: your organisation stands beside “%(term)s”.") % {"term": said.term.name}
        )
    return redirect(f"{knowledge_url(said.organization)}#{said.term.kind}")


@member_required
@require_POST
def statement_unendorse(request: HttpRequest, pk: int) -> HttpResponseBase:
    said = get_statement_to_endorse(request.user, pk)
    own = {body.pk: body for body in organizations_of(request.user)}
    form = EndorsementForm(request.POST, organizations=list(own.values()))
    if not form.is_valid():
        raise Http404
    body = own[int(form.cleaned_data["organization_id"])]
    withdraw_endorsement(
        actor=person_of(request), statement_id=said.pk, organization=body, now=timezone.now()
    )
    return redirect(f"{knowledge_url(said.organization)}#{said.term.kind}")
