"""Organisations: their list, their pages, their form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import is_facilitator, member_required, person_of
from maillage.apps.directory.access import (
    ACTING_KEY,
    acting_organization,
    active_memberships,
    can_manage_organization,
    get_organization_for,
    get_organization_to_manage,
    ties_of,
)
from maillage.apps.directory.actions.drafts import forget_draft
from maillage.apps.directory.actions.organizations import (
    SiretTakenError,
    StaleOrganizationError,
    create_organization,
    set_logo,
    update_organization,
)
from maillage.apps.directory.choices import MembershipStatus, Status
from maillage.apps.directory.forms.contacts import (
    PREFIX,
    ContactRows,
    contact_rows,
    rows_again,
    saved_rows,
    typed_rows,
    with_rows,
)
from maillage.apps.directory.forms.organizations import LogoForm, OrganizationFilterForm, OrganizationForm
from maillage.apps.directory.forms.positions import swap_asked, with_swapped
from maillage.apps.directory.models import Draft, Organization
from maillage.apps.directory.queries.contacts import ContactContent
from maillage.apps.directory.queries.contents import PlaceContent
from maillage.apps.directory.queries.drafts import filled, kept_draft
from maillage.apps.directory.queries.organizations import (
    OrganizationContent,
    first_fiches_of,
    organization_content,
    published_organizations,
    themes_and_contacts_of,
)
from maillage.apps.directory.queries.placing import with_coordinates
from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.apps.directory.views.cards import initiative_cards, organization_crumbs, organization_url
from maillage.apps.directory.views.fiche import bare_address, link, mail_link, phone_link
from maillage.apps.directory.views.initiatives import EXPORTS
from maillage.kernel.rooms.panels import panels_for
from maillage.kernel.ui.addresses import web_address
from maillage.kernel.ui.markdown import plain_text, render_markdown

PAGE_SIZE = 24
CARDS_SHOWN = 12
SUGGESTIONS_MAX = 8


def organization_list(request: HttpRequest) -> HttpResponse:
    tree = theme_tree()
    found, form, is_filtered = organizations_asked(request.GET, tree)
    query = request.GET.copy()
    query.pop("page", None)
    page = Paginator(found.prefetch_related("themes").order_by("sort_key", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context: dict[str, Any] = {
        "page_obj": page,
        "total": page.paginator.count,
        "rows": [(body, organization_url(body)) for body in page],
        "form": form,
        "is_filtered": is_filtered,
        "exports": [(label, _export_url(key, query.urlencode())) for key, label in EXPORTS],
    }
    return render(request, "directory/organizations.html", context)


def organization_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    organization = get_organization_for(request.user, pk)
    if slug != organization.slug:
        return redirect(organization_url(organization))
    fiches, fiches_count = first_fiches_of(organization, CARDS_SHOWN)
    themes, contacts = themes_and_contacts_of(organization)
    tie = ties_of(request.user).get(organization.pk)
    can_manage = can_manage_organization(request.user, organization)
    context = {
        "organization": organization,
        "description": organization.summary or plain_text(organization.description)[:200],
        "description_html": render_markdown(organization.description, heading_level=3),
        "themes": themes,
        "links": [(label or url, url) for label, url in organization.links if web_address(url)],
        "cards": initiative_cards(fiches),
        "initiatives_count": fiches_count,
        "can_manage": can_manage,
        "is_facilitator": is_facilitator(request.user),
        "is_member": tie is not None and tie.status == MembershipStatus.ACTIVE,
        "can_join": tie is None,
        "crumbs": organization_crumbs(organization),
        "facts": facts_of(organization),
        "contact": contact_of(
            organization, contacts if can_manage else [each for each in contacts if each.public]
        ),
        "opening_hours_html": render_markdown(organization.opening_hours)
        if organization.opening_hours
        else "",
        "panels": panels_for(request, "organization", organization=organization),
    }
    return render(request, "directory/organization.html", context)


@member_required
def organization_create(request: HttpRequest) -> HttpResponseBase:
    key = "structure-nouvelle"
    draft = kept_draft(request, key) if request.method == "GET" else None
    form, rows, sent = _asked(request, draft, {}, ())
    if sent and form.is_valid() & rows.is_valid():
        status = Status.PUBLISHED if is_facilitator(request.user) else Status.PROPOSED
        try:
            made = create_organization(
                actor=person_of(request),
                content=(placed := _placed(form, rows)),
                status=status,
                now=timezone.now(),
                on_behalf_of=acting_organization(request),
            )
        except SiretTakenError as fault:
            form.add_error("siret", str(fault.message))
        else:
            forget_draft(person=person_of(request), key=key)
            if status == Status.PROPOSED:
                messages.success(
                    request, _("The organisation is proposed: a facilitator will look at it and publish it.")
                )
            _say_town(request, form, placed)
            return redirect(organization_url(made))
    return _form_page(request, form, rows, _("Add an organisation"), draft=draft, draft_key=key)


@member_required
def organization_edit(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    organization = get_organization_to_manage(request.user, pk)
    stale, key = False, f"structure-{organization.pk}"
    content = organization_content(organization)
    draft = kept_draft(request, key) if request.method == "GET" else None
    initial = OrganizationForm.initial_from(content, organization.version)
    form, rows, sent = _asked(request, draft, initial, content.contacts)
    if sent and form.is_valid() & rows.is_valid():
        try:
            saved = update_organization(
                actor=person_of(request),
                organization_id=organization.pk,
                content=(placed := _placed(form, rows)),
                version_seen=form.cleaned_data["seen"] or 0,
                now=timezone.now(),
                on_behalf_of=acting_organization(request),
            )
        except SiretTakenError as fault:
            form.add_error("siret", str(fault.message))
        except StaleOrganizationError as fault:
            again = request.POST.copy()
            again["seen"] = str(fault.version)
            form, stale = OrganizationForm(again), True
        else:
            forget_draft(person=person_of(request), key=key)
            messages.success(request, _("Saved."))
            _say_town(request, form, placed)
            return redirect(organization_url(saved))
    return _form_page(request, form, rows, organization.name, stale=stale, draft=draft, draft_key=key)


@member_required
def organization_logo(request: HttpRequest, pk: int, slug: str) -> HttpResponseBase:
    organization = get_organization_to_manage(request.user, pk)
    form = LogoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        picture = form.cleaned_data["logo"]
        if picture or form.cleaned_data["remove"]:
            set_logo(
                actor=person_of(request),
                organization_id=pk,
                picture=picture,
                now=timezone.now(),
                on_behalf_of=acting_organization(request),
            )
            messages.success(request, _("Saved."))
        return redirect(organization_url(organization))
    return render(request, "directory/organization_logo.html", {"form": form, "organization": organization})


def organization_suggestions(request: HttpRequest) -> HttpResponse:
    """Options for a list of suggestions while someone types the name of an organisation."""
    named = (request.GET[key] for key in request.GET if key.endswith("-name"))
    words = str(request.GET.get("q") or next(named, ""))[:100].strip()
    found = published_organizations(words).order_by("sort_key", "pk")[
        : SUGGESTIONS_MAX if len(words) > 1 else 0
    ]
    return render(request, "directory/suggestions.html", {"organizations": list(found)})


@member_required
@require_POST
def act_for(request: HttpRequest) -> HttpResponseBase:
    """Choose on whose behalf one acts from now on in this session; nobody means oneself."""
    asked = request.POST.get("structure", "")
    request.session.pop(ACTING_KEY, None)
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        tie = active_memberships(request.user).filter(organization_id=int(asked)).first()
        if tie is not None:
            request.session[ACTING_KEY] = tie.organization_id
    return redirect("/mon-espace/")


def organizations_asked(
    data: QueryDict, tree: ThemeTree
) -> tuple[QuerySet[Organization], OrganizationFilterForm, bool]:
    """The published organisations that a URL asks for, the panel as it stands, and whether it narrows."""
    form = OrganizationFilterForm(data, tree=tree)
    form.is_valid()
    said = form.cleaned_data
    slug = said.get("theme", "")
    theme_ids = tree.branch_ids([slug]) if slug else None
    found = published_organizations(said.get("q", ""), theme_ids, said.get("famille", ""))
    return found, OrganizationFilterForm(initial=said, tree=tree), any(said.values())


def facts_of(organization: Organization) -> list[tuple[str, str]]:
    return [
        (_("Legal form"), str(organization.get_legal_form_display())),
        (_("Family"), str(organization.get_family_display())),
        ("SIREN", organization.siren),
        ("SIRET", organization.siret),
        ("RNA", organization.rna),
        (_("Networks"), organization.networks),
        (_("Labels and approvals"), organization.labels),
    ]


def contact_of(organization: Organization, contacts: list[ContactContent]) -> list[tuple[str, Any]]:
    """What its managers chose to show, and how to reach the `contacts` given."""
    contact: list[tuple[str, Any]] = []
    if organization.address_public and organization.city:
        town = f"{organization.postal_code} {organization.city}".strip()
        contact.append((_("Address"), ", ".join(part for part in (organization.address, town) if part)))
    elif organization.city:
        contact.append((_("Town"), organization.city))
    for each in contacts:
        contact += contact_lines(each)
    if organization.website:
        contact.append((_("Web site"), link(organization.website, bare_address(organization.website))))
    return contact


def contact_lines(contact: ContactContent) -> list[tuple[str, Any]]:
    """(what for, how to reach them) of a contact; one without a word of its own is told by its ways."""
    hidden = "" if contact.public else _("Only the managers and the facilitators see this contact.")
    ways = []
    if contact.email:
        ways.append((_("E-mail"), mail_link(contact.email)))
    if contact.phone:
        ways.append((_("Telephone"), phone_link(contact.phone)))
    term = contact.label or contact.name
    if not term and not hidden:
        return ways
    parts = [contact.name if contact.label else "", *(way for _term, way in ways), hidden]
    lines = format_html_join(mark_safe("<br>"), "{}", ((part,) for part in parts if part))
    return [(term or _("Contact"), lines)]


def _export_url(key: str, query: str) -> str:
    return reverse("directory:organization_export", args=[key]) + (f"?{query}" if query else "")


def _form_page(
    request: HttpRequest, form: OrganizationForm, rows: ContactRows, title: str, **more: Any
) -> HttpResponse:
    wrong = form.is_bound and not (form.is_valid() & rows.is_valid())
    context = {"form": form, "rows": rows, "wrong": wrong, "page_title": title, "stale": False, **more}
    return render(request, "directory/organization_form.html", context)


def _asked(
    request: HttpRequest, draft: Draft | None, initial: dict[str, Any], contacts: tuple[ContactContent, ...]
) -> tuple[OrganizationForm, ContactRows, bool]:
    """The form, the rows of its contacts, and whether they were sent to be saved, rather than shown again."""
    if request.method != "POST":
        rows = typed_rows(draft.data) if draft else saved_rows(contacts)
        return filled(OrganizationForm, draft, initial), contact_rows(rows), False
    again = rows_again(request.POST)
    if again is not None:
        typed = Draft(data=dict(request.POST.lists()))
        return filled(OrganizationForm, typed, {"seen": request.POST.get("seen", "")}), again, False
    swapped = _swapped(request)
    data = with_rows(swapped or request.POST, contacts)
    return OrganizationForm(data), ContactRows(data, prefix=PREFIX), swapped is None


def _placed(form: OrganizationForm, rows: ContactRows) -> OrganizationContent:
    """What the form says, with the commune and, when none were given, coordinates."""
    said = form.content(rows.contents())
    place = PlaceContent(
        address=said.address,
        postal_code=said.postal_code,
        city=said.city,
        latitude=said.latitude,
        longitude=said.longitude,
    )
    found = with_coordinates([place])[0]
    names = ("postal_code", "city", "commune_id", "latitude", "longitude")
    return replace(said, **{name: getattr(found, name) for name in names})


def _swapped(request: HttpRequest) -> QueryDict | None:
    """What was typed with latitude and longitude swapped, when that is what the person asks for."""
    prefix = swap_asked(request.POST) if request.method == "POST" else None
    return None if prefix is None else with_swapped(request.POST, "")


def _say_town(request: HttpRequest, form: OrganizationForm, placed: OrganizationContent) -> None:
    if placed.city and not form.cleaned_data["city"]:
        town = f"{placed.postal_code} {placed.city}".strip()
        sentence = _("The town was found from the position, %(town)s. Correct it if need be.")
        messages.info(request, sentence % {"town": town})
