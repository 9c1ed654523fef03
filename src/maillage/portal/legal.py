"""The pages that the law and good manners ask for: generated, and the administrators' to rewrite."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from maillage.apps.accounts.access import administrator_required, is_administrator
from maillage.kernel.privacy.declarations import personal_declarations
from maillage.kernel.site.settings import get_site
from maillage.kernel.ui.forms import Plain
from maillage.kernel.ui.markdown import render_markdown
from maillage.portal.legal_texts import TITLES, default_text, save_text

TEXT_LENGTH_MAX = 50_000


class LegalTextForm(Plain):
    text = forms.CharField(
        label=gettext_lazy("Text of the page"),
        help_text=gettext_lazy("Written in Markdown: ## for a heading, - for a list, **bold**."),
        max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 24}),
    )


@require_GET
def legal_page(request: HttpRequest, key: str) -> HttpResponse:
    site = get_site()
    context: dict[str, Any] = {
        "key": key,
        "page_title": TITLES[key],
        "text": render_markdown(site.legal_texts.get(key) or default_text(key, site)),
        "may_edit": is_administrator(request.user),
        "declarations": personal_declarations() if key == "privacy" else (),
    }
    return render(request, "portal/legal_page.html", context)


@require_GET
@administrator_required
def legal_pages(request: HttpRequest) -> HttpResponse:
    texts = get_site().legal_texts
    pages = [
        {
            "title": title,
            "url": reverse(f"portal:{key}"),
            "edit_url": reverse("portal:legal_edit", args=[key]),
            "own": bool(texts.get(key)),
        }
        for key, title in TITLES.items()
    ]
    return render(request, "portal/legal_pages.html", {"pages": pages})


@require_http_methods(["GET", "POST"])
@administrator_required
def legal_edit(request: HttpRequest, key: str) -> HttpResponse:
    """Rewrite one page, or go back to the text that follows the site's settings."""
    if key not in TITLES:
        raise Http404
    site = get_site()
    if request.method == "POST" and "reset" in request.POST:
        save_text(actor=request.user, key=key, text="", now=timezone.now())
        messages.success(request, _("The page follows the site's settings again."))
        return redirect(f"portal:{key}")
    initial = site.legal_texts.get(key) or default_text(key, site)
    form = LegalTextForm(request.POST or None, initial={"text": initial})
    if request.method == "POST" and form.is_valid():
        save_text(actor=request.user, key=key, text=form.cleaned_data["text"], now=timezone.now())
        messages.success(request, _("The page is published."))
        return redirect(f"portal:{key}")
    context = {"form": form, "page_title": TITLES[key], "own": bool(site.legal_texts.get(key)), "key": key}
    return render(request, "portal/legal_edit.html", context)
