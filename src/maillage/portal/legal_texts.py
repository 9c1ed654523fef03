"""What the legal pages say until somebody writes better, and keeping what they write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template import Context
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

from maillage.kernel.audit.actions import record
from maillage.kernel.site.models import SiteSettings

TITLES = {
    "legal_notices": _("Legal notices"),
    "privacy": _("Personal data"),
    "accessibility": _("Accessibility"),
    "eco_design": _("Eco-design"),
}
"""Page by key; the key is also the name of its address in the portal."""


def default_text(key: str, site: SiteSettings) -> str:
    """The Markdown of a page, from the site's settings. Its words have legal meaning and stay French."""
    template = get_template(f"portal/legal/{key}.md").template  # type: ignore[attr-defined]
    return str(
        template.render(Context({"site": site, "public_url": settings.PUBLIC_URL}, autoescape=False))
    ).strip()


def save_text(*, actor: Any, key: str, text: str, now: datetime) -> None:
    """Publish an administrator's own text; an empty one goes back to the generated text."""
    with transaction.atomic():
        site, _created = SiteSettings.objects.select_for_update().get_or_create(pk=1)
        texts = {name: said for name, said in site.legal_texts.items() if name != key}
        if text.strip():
            texts[key] = text.strip()
        site.legal_texts = texts
        site.save(update_fields=["legal_texts"])
        record(
            actor=actor,
            verb="site.edit_legal_text",
            target_kind="site",
            target_id=key,
            target_label=str(TITLES[key]),
            now=now,
        )
