"""The history of an organisation's fiche: what each version changed, in words that people read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.directory.choices import Family, LegalForm
from maillage.apps.directory.models import Commune, Theme
from maillage.apps.directory.queries.contacts import ContactContent, contact_line
from maillage.apps.directory.queries.differences import differences, excerpt
from maillage.apps.directory.queries.history import FieldChange
from maillage.apps.directory.queries.organizations import OrganizationContent

ORGANIZATION_LABELS = {
    "name": gettext_lazy("Name"),
    "short_name": gettext_lazy("Short name"),
    "summary": gettext_lazy("In one sentence"),
    "description": gettext_lazy("Description"),
    "family": gettext_lazy("Family of the social economy"),
    "legal_form": gettext_lazy("Legal form"),
    "siren": gettext_lazy("SIREN"),
    "siret": gettext_lazy("SIRET"),
    "rna": gettext_lazy("RNA"),
    "theme_ids": gettext_lazy("Themes"),
    "address": gettext_lazy("Address"),
    "postal_code": gettext_lazy("Postal code"),
    "city": gettext_lazy("Town"),
    "latitude": gettext_lazy("Latitude"),
    "longitude": gettext_lazy("Longitude"),
    "address_public": gettext_lazy("Show the address"),
    "website": gettext_lazy("Web site"),
    "contacts": gettext_lazy("Contacts"),
    "links": gettext_lazy("Other links"),
    "opening_hours": gettext_lazy("Opening hours"),
    "networks": gettext_lazy("Networks"),
    "labels": gettext_lazy("Labels and approvals"),
}
"""By field of OrganizationContent, in the order of the form; the commune follows from the address."""


def organization_changes(before: OrganizationContent, after: OrganizationContent) -> list[FieldChange]:
    """The fields that differ, in the order of the form, each with its readable differences: one query."""
    themes = dict(
        Theme.objects.filter(pk__in={*before.theme_ids, *after.theme_ids})
        .order_by("pk")
        .values_list("pk", "name")
    )
    return [
        FieldChange(
            str(label),
            list(excerpt(differences(_readable(before, field, themes), _readable(after, field, themes)))),
        )
        for field, label in ORGANIZATION_LABELS.items()
        if getattr(before, field) != getattr(after, field)
    ]


def without_private(content: OrganizationContent, now: OrganizationContent) -> OrganizationContent:
    """What visitors may read of a version: what is hidden, then or `now`, is not told by the history."""
    shown = {way for contact in now.contacts if contact.public for way in _ways(contact)}
    kept = (contact for contact in content.contacts if contact.public and _ways(contact) <= shown)
    changes: dict[str, Any] = {"contacts": tuple(kept)}
    if not (content.address_public and now.address_public):
        changes |= {"address": "", "latitude": None, "longitude": None}
    return replace(content, **changes)


def still_existing(content: OrganizationContent) -> OrganizationContent:
    """`content` without the themes and the commune that went since."""
    themes = set(Theme.objects.filter(pk__in=content.theme_ids).values_list("pk", flat=True))
    commune = content.commune_id
    if commune is not None and not Commune.objects.filter(pk=commune).exists():
        commune = None
    return replace(
        content, theme_ids=tuple(pk for pk in content.theme_ids if pk in themes), commune_id=commune
    )


def _ways(contact: ContactContent) -> set[str]:
    return {way for way in (contact.email, contact.phone) if way}


def _told(contact: ContactContent) -> str:
    seen = _("shown to everybody") if contact.public else _("not shown")
    return f"{contact_line(contact)} ({seen})"


def _readable(content: OrganizationContent, field: str, themes: dict[int, str]) -> str:
    value = getattr(content, field)
    if value in ("", None, ()):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == "theme_ids":
        return ", ".join(themes.get(pk, "?") for pk in value)
    if field == "contacts":
        return "\n".join(_told(contact) for contact in value)
    if field == "links":
        return "\n".join(f"{label} {url}".strip() for label, url in value)
    if field == "family" and value in Family.values:
        return str(Family(value).label)
    if field == "legal_form" and value in LegalForm.values:
        return str(LegalForm(value).label)
    return str(value)
