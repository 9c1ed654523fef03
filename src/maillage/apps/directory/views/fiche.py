"""What the page of a fiche says, made ready for its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import phonenumbers
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage.apps.directory.choices import FIELD_LABELS, Audience, CarrierRole, Licence
from maillage.apps.directory.models import Initiative, InitiativeCarrier
from maillage.apps.directory.queries.contents import RECIPE_FIELDS
from maillage.apps.directory.queries.themes import theme_tree_of
from maillage.apps.directory.views.cards import crumbs_of, initiative_url, organization_url
from maillage.kernel.ui.addresses import web_address
from maillage.kernel.ui.markdown import plain_text, render_markdown

LICENCE_URLS = {
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/deed.fr",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/deed.fr",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/deed.fr",
    Licence.ODBL: "https://opendatacommons.org/licenses/odbl/1-0/",
    Licence.ETALAB: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}


@dataclass(frozen=True)
class Section:
    """A part of the fiche: its anchor, its title, its text made safe."""

    id: str
    title: str
    html: SafeString


def sections_of(initiative: Initiative, names: tuple[str, ...], heading_level: int) -> list[Section]:
    """The parts that say something."""
    return [
        Section(name, str(FIELD_LABELS[name]), render_markdown(text, heading_level=heading_level))
        for name in names
        if (text := getattr(initiative, name).strip())
    ]


def fiche_context(initiative: Initiative) -> dict[str, Any]:
    """Everything that the fiche's page shows, for an initiative read by `with_page`: two queries more."""
    tree, themes = theme_tree_of(initiative)
    node = tree.by_id.get(initiative.main_theme_id) if initiative.main_theme_id else None
    path = initiative_url(initiative)
    adaptations = list(initiative.adaptations.filter(status="published").order_by("published_at", "pk")[:20])
    return {
        "initiative": initiative,
        "description": initiative.summary or plain_text(initiative.context)[:200],
        "theme": initiative.main_theme,
        "theme_path": node.path if node else (),
        "themes": themes,
        "before": sections_of(initiative, ("context", "activities", "audience_text"), 3),
        "participation": sections_of(initiative, ("participation",), 3),
        "recipe": sections_of(initiative, RECIPE_FIELDS, 4),
        "after": sections_of(initiative, ("results", "next_steps"), 3),
        "audiences": [str(Audience(said).label) for said in initiative.audiences if said in Audience.values],
        "carriers": _carriers(initiative, CarrierRole.CARRIER),
        "partners": _carriers(initiative, CarrierRole.PARTNER),
        "places": list(initiative.places.all()),
        "pictures": list(initiative.pictures.all()),
        "documents": list(initiative.documents.all()),
        "facts": facts_of(initiative),
        "licence": licence_of(initiative),
        "adaptations": adaptations,
        "origin": _origin(initiative),
        "crumbs": crumbs_of(initiative),
        "contact": contact_of(initiative),
        "has_contact": bool(contact_of(initiative)),
        "has_map": any(place.latitude is not None for place in initiative.places.all()),
        "geojson_url": reverse("directory:initiative_geojson", args=[initiative.pk, initiative.slug]),
        "embed_code": embed_code(initiative),
        "public_url": f"{settings.PUBLIC_URL}{path}",
        "jsonld_url": reverse("directory:initiative_jsonld", args=[initiative.pk, initiative.slug]),
        "pdf_url": reverse("directory:initiative_pdf", args=[initiative.pk, initiative.slug]),
        "oembed_url": f"{settings.PUBLIC_URL}{reverse('directory:oembed')}?url={settings.PUBLIC_URL}{path}",
    }


def facts_of(initiative: Initiative) -> list[tuple[str, str]]:
    """The short facts: stage, family, dates."""
    facts = []
    if initiative.stage:
        facts.append((_("Stage"), initiative.get_stage_display()))
    if initiative.family:
        facts.append((_("Family"), initiative.get_family_display()))
    if initiative.started_on:
        facts.append((_("Since"), str(initiative.started_on.year)))
    if initiative.ended_on:
        facts.append((_("Until"), str(initiative.ended_on.year)))
    if initiative.area:
        facts.append((_("Area"), initiative.area.name))
    return [(str(name), str(value)) for name, value in facts]


def contact_of(initiative: Initiative) -> list[tuple[str, Any]]:
    """What the fiche says of how to reach its people: only what they chose to show."""
    contact: list[tuple[str, Any]] = []
    if initiative.contact_name and initiative.contact_name_public:
        contact.append((_("Person"), initiative.contact_name))
    if initiative.contact_email and initiative.contact_email_public:
        contact.append((_("E-mail"), mail_link(initiative.contact_email)))
    if initiative.contact_phone and initiative.contact_phone_public:
        contact.append((_("Telephone"), phone_link(initiative.contact_phone)))
    if initiative.website:
        contact.append((_("Web site"), link(initiative.website, bare_address(initiative.website))))
    if initiative.opening_hours:
        contact.append((_("Opening hours"), render_markdown(initiative.opening_hours)))
    return contact


def link(href: str, label: str) -> SafeString:
    if not web_address(href):
        return format_html("{}", label)
    return format_html('<a href="{}" rel="noopener nofollow">{}</a>', href, label)


def mail_link(address: str) -> SafeString:
    return format_html('<a href="mailto:{}">{}</a>', address, address)


def phone_link(number: str) -> SafeString:
    """A number kept as +33…, shown as people of the country read it."""
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return format_html("{}", number)
    home = parsed.country_code == 33
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return format_html('<a href="tel:{}">{}</a>', number, phonenumbers.format_number(parsed, form))


def bare_address(url: str) -> str:
    """The address without what everybody knows: "exemple.fr/page"."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")


def embed_code(initiative: Initiative) -> str:
    """The line of HTML that shows the fiche on another site."""
    path = reverse("directory:initiative_embed", args=[initiative.pk, initiative.slug])
    return f'<iframe src="{settings.PUBLIC_URL}{path}" width="100%" height="420" title="{escape(initiative.title)}"></iframe>'


def licence_of(initiative: Initiative) -> tuple[str, str]:
    """(name, address); the address is empty when all rights are reserved."""
    return initiative.get_licence_display(), LICENCE_URLS.get(Licence(initiative.licence), "")


def _carriers(initiative: Initiative, role: str) -> list[tuple[str, str]]:
    """(name, address of its page or "") of those in this role."""
    return [_named(said) for said in initiative.carriers.all() if said.role == role]


def _named(said: InitiativeCarrier) -> tuple[str, str]:
    body = said.organization
    if body is None:
        return said.name, ""
    return body.name, organization_url(body) if body.status == "published" else ""


def _origin(initiative: Initiative) -> tuple[str, str] | None:
    """(title, address) of what this fiche was adapted from."""
    above = initiative.adapted_from
    if above is not None and above.status == "published":
        return above.title, initiative_url(above)
    if web_address(initiative.adapted_from_url):
        return initiative.adapted_from_url, initiative.adapted_from_url
    return None
