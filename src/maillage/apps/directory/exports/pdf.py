"""A fiche as a document to print, to post on a wall, to hand in."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from maillage.apps.directory.choices import FIELD_LABELS, Audience, CarrierRole, Status
from maillage.apps.directory.exports.records import public_url
from maillage.apps.directory.models import Initiative, InitiativePicture
from maillage.apps.directory.queries.contents import RECIPE_FIELDS
from maillage.kernel.documents.blocks import Block, text_blocks
from maillage.kernel.documents.qr import qr_code
from maillage.kernel.documents.typst import render_pdf
from maillage.kernel.site.models import SiteSettings

TEMPLATE = "directory/documents/initiative.typ"


def initiative_pdf(initiative: Initiative, site: SiteSettings) -> bytes:
    """The PDF of a fiche read by `with_everything`; the same fiche gives the same bytes."""
    url = public_url(initiative)
    files = {"qr.svg": qr_code(url)}
    picture = next(iter(initiative.pictures.all()), None)
    photo = _photo(picture) if picture else None
    if photo is not None:
        files["photo.webp"] = photo
    theme = initiative.main_theme
    data = {
        "title": initiative.title,
        "summary": initiative.summary,
        "site": site.name,
        "url": url,
        "address": url.split("://", 1)[-1],
        "theme": {"name": theme.name, "color": theme.color} if theme else None,
        "tags": _tags(initiative),
        "photo": {"alt": picture.alternative_text, "credit": picture.credit} if picture and photo else None,
        "parts": _parts(initiative, ("context", "activities", "audience_text", "participation")),
        "recipe": _parts(initiative, RECIPE_FIELDS),
        "after": _parts(initiative, ("results", "next_steps")),
        "facts": _facts(initiative),
        "words": {
            "recipe": _("The recipe"),
            "recipe_lead": _("What it takes to do the same at home. Take it up, adapt it, improve it."),
            "short": _("In short"),
            "online": _("The fiche online"),
            "credit": _("Credit:"),
        },
        "closing": _("Fiche brought up to date on %(date)s. %(licence)s.")
        % {
            "date": date_format(initiative.updated_at, "DATE_FORMAT"),
            "licence": initiative.get_licence_display(),
        },
    }
    return render_pdf(TEMPLATE, data, at=initiative.updated_at, files=files)


def _parts(initiative: Initiative, names: tuple[str, ...]) -> list[dict[str, Any]]:
    parts = []
    for name in names:
        blocks: list[Block] = text_blocks(getattr(initiative, name))
        if blocks:
            parts.append({"title": str(FIELD_LABELS[name]), "blocks": blocks})
    return parts


def _tags(initiative: Initiative) -> list[str]:
    themes = [theme.name for theme in initiative.themes.all() if theme.pk != initiative.main_theme_id]
    stage = [str(initiative.get_stage_display())] if initiative.stage else []
    hands = [_("Looks for hands")] if initiative.looks_for_hands else []
    return [*sorted(themes), *stage, *hands]


def _facts(initiative: Initiative) -> list[list[str]]:
    carriers = list(initiative.carriers.all())
    named = {
        role: ", ".join(
            said.organization.name if said.organization else said.name
            for said in carriers
            if said.role == role
        )
        for role in CarrierRole.values
    }
    audiences = [str(Audience(said).label) for said in initiative.audiences if said in Audience.values]
    places = [
        ", ".join(
            part for part in (place.name, place.address, f"{place.postal_code} {place.city}".strip()) if part
        )
        for place in initiative.places.all()
    ]
    owner = initiative.owner.name if initiative.owner else ""
    facts = [
        (_("Carried by"), named[CarrierRole.CARRIER] or owner),
        (_("Partners"), named[CarrierRole.PARTNER]),
        (_("Where"), "\n".join(place for place in places if place)),
        (_("Area"), initiative.area.name if initiative.area else ""),
        (_("Audiences"), ", ".join(audiences)),
        (_("Opening hours"), initiative.opening_hours),
        (_("Adapted from"), _origin(initiative)),
        (_("Since"), str(initiative.started_on.year) if initiative.started_on else ""),
        (_("Contact"), initiative.contact_name if initiative.contact_name_public else ""),
        (_("E-mail"), initiative.contact_email if initiative.contact_email_public else ""),
        (_("Telephone"), initiative.contact_phone if initiative.contact_phone_public else ""),
        (_("Web site"), initiative.website),
    ]
    return [[name, value] for name, value in facts if value]


def _origin(initiative: Initiative) -> str:
    """The title of the recipe taken up when it is here and public, else its address."""
    above = initiative.adapted_from
    return above.title if above and above.status == Status.PUBLISHED else initiative.adapted_from_url


def _photo(picture: InitiativePicture) -> bytes | None:
    """The file of the picture; a fiche whose file was lost is printed without it."""
    try:
        with picture.image.open("rb") as file:
            return bytes(file.read())
    except OSError:
        return None
