"""The tree of themes, kept by facilitators."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import facilitator_required, person_of
from maillage.apps.directory.actions.themes import (
    ThemeCycleError,
    ThemeInUseError,
    create_default_themes,
    delete_theme,
    merge_themes,
    save_theme,
)
from maillage.apps.directory.forms.themes import MergeForm, ThemeForm
from maillage.apps.directory.models import Theme
from maillage.apps.directory.queries.themes import fiches_by_theme, theme_of, theme_tree


@facilitator_required
def themes(request: HttpRequest) -> HttpResponse:
    tree = theme_tree()
    counts = fiches_by_theme()
    rows = [(node, counts.get(node.theme.pk, 0)) for node in tree]
    return render(request, "directory/themes.html", {"rows": rows})


@facilitator_required
@require_POST
def themes_default(request: HttpRequest) -> HttpResponseBase:
    made = create_default_themes(actor=person_of(request), now=timezone.now())
    if made:
        messages.success(request, _("%(count)s themes were planted.") % {"count": made})
    return redirect("directory:themes")


@facilitator_required
def theme_edit(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
    """A new theme, or one to rename, move, repaint."""
    theme = _theme(pk) if pk else None
    if request.method == "POST":
        form = ThemeForm(request.POST)
        if form.is_valid():
            try:
                save_theme(actor=person_of(request), theme_id=pk, now=timezone.now(), **form.cleaned_data)
            except ThemeCycleError as fault:
                form.add_error("parent_id", str(fault.message))
            else:
                messages.success(request, _("Saved."))
                return redirect("directory:themes")
    else:
        names = ("name", "description", "parent_id", "color", "icon", "rank")
        under = request.GET.get("sous", "")
        initial = {name: getattr(theme, name) for name in names} if theme else {"parent_id": under}
        form = ThemeForm(initial=initial)
    context = {
        "form": form,
        "theme": theme,
        "merge_form": MergeForm(),
        "crumbs": [
            (_("Facilitation"), reverse("portal:facilitation")),
            (_("Themes"), reverse("directory:themes")),
            (theme.name if theme else _("Add a theme"), ""),
        ],
    }
    return render(request, "directory/theme_form.html", context)


@facilitator_required
@require_POST
def theme_merge(request: HttpRequest, pk: int) -> HttpResponseBase:
    theme, form = _theme(pk), MergeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the theme that takes over."))
        return redirect("directory:theme_edit", pk)
    try:
        kept = merge_themes(
            actor=person_of(request), theme_id=theme.pk, into_id=form.cleaned_data["into"], now=timezone.now()
        )
    except ThemeCycleError as fault:
        messages.error(request, str(fault.message))
        return redirect("directory:theme_edit", pk)
    said = {"theme": theme.name, "kept": kept.name}
    messages.success(request, _("“%(theme)s” is now part of “%(kept)s”.") % said)
    return redirect("directory:themes")


@facilitator_required
@require_POST
def theme_delete(request: HttpRequest, pk: int) -> HttpResponseBase:
    theme = _theme(pk)
    try:
        delete_theme(actor=person_of(request), theme_id=theme.pk, now=timezone.now())
    except ThemeInUseError as fault:
        messages.error(request, str(fault.message))
        return redirect("directory:theme_edit", pk)
    messages.success(request, _("The theme was removed."))
    return redirect("directory:themes")


def _theme(pk: int) -> Theme:
    theme = theme_of(pk)
    if theme is None:
        raise Http404
    return theme
