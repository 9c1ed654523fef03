"""The facilitator's page of what imports remember."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from maillage.apps.accounts.access import facilitator_required, person_of
from maillage.apps.directory.actions import import_memory as actions
from maillage.apps.directory.queries.import_memory import all_recipes, categories_by_source, read_columns

RECIPES_PER_PAGE = 20


@facilitator_required
@require_safe
def import_memory(request: HttpRequest) -> HttpResponse:
    """How the columns of each form of file are read, what the categories of each source become."""
    page = Paginator(all_recipes(), RECIPES_PER_PAGE).get_page(request.GET.get("page"))
    trail = [
        (_("Facilitation"), reverse("portal:facilitation")),
        (_("Imports"), reverse("directory:import_list")),
        (_("What is remembered"), ""),
    ]
    context = {
        "trail": trail,
        "page": page,
        "recipes": [read_columns(recipe) for recipe in page.object_list],
        "sources": categories_by_source(),
    }
    return render(request, "directory/imports/memory.html", context)


@facilitator_required
@require_POST
def import_forget_recipe(request: HttpRequest, pk: int) -> HttpResponse:
    actions.forget_recipe(actor=person_of(request), recipe_id=pk, now=timezone.now())
    messages.success(request, _("Forgotten: the next file with these columns is guessed anew."))
    return redirect("directory:import_memory")


@facilitator_required
@require_POST
def import_forget_categories(request: HttpRequest) -> HttpResponse:
    source = request.POST.get("source", "")[:80]
    count = actions.forget_categories(actor=person_of(request), source=source, now=timezone.now())
    if count:
        messages.success(
            request,
            ngettext(
                "%(count)d category forgotten: the next import asks about it again.",
                "%(count)d categories forgotten: the next import asks about them again.",
                count,
            )
            % {"count": count},
        )
    return redirect("directory:import_memory")
