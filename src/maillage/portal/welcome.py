"""/bienvenue/: the four steps from an empty site to one that can be shown; its settings afterwards."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import BaseForm, ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from maillage.apps.accounts.access import administrator_required
from maillage.kernel.mail.trial import MailTrialError, send_trial
from maillage.kernel.rooms.manifest import all_manifests
from maillage.kernel.site.actions import WELCOME_STEPS, change_site, choose_rooms, finish_welcome
from maillage.kernel.site.settings import get_site
from maillage.portal.site_forms import MailTrialForm, NoticesForm, RoomsForm, TerritoryForm

STEPS = (
    ("territoire", gettext_lazy("Territory")),
    ("salles", gettext_lazy("Rooms")),
    ("mentions", gettext_lazy("Legal notices")),
    ("courriel", gettext_lazy("E-mail")),
)
SLUGS = tuple(slug for slug, _label in STEPS)


@administrator_required
def welcome(request: HttpRequest) -> HttpResponse:
    """Lead to the first step not yet taken; to the settings once all are."""
    site = get_site()
    if site.welcomed_at:
        return redirect("portal:administration")
    return redirect("portal:welcome_step", SLUGS[min(site.welcome_step, WELCOME_STEPS - 1)])


@administrator_required
def welcome_step(request: HttpRequest, slug: str) -> HttpResponseBase:
    if slug not in SLUGS:
        raise Http404
    form = _form(request, slug)
    if request.method == "POST" and form.is_valid():
        _save(request, slug, form)
        return redirect(_after(slug))
    return render(request, f"portal/welcome/{slug}.html", _page(slug, form))


@administrator_required
@require_POST
def try_mail(request: HttpRequest) -> HttpResponseBase:
    """Send a message now and say what the server answered."""
    form = MailTrialForm(request.POST)
    page = _page("courriel", form)
    if form.is_valid():
        address = form.cleaned_data["to"]
        try:
            send_trial(to=address)
        except MailTrialError as error:
            page["refused"] = error.reason
        else:
            page["sent_to"] = address
            change_site(actor=request.user, changes={}, step=WELCOME_STEPS, now=timezone.now())
    return render(request, "portal/welcome/courriel.html", page)


def _form(request: HttpRequest, slug: str) -> BaseForm:
    data = request.POST if request.method == "POST" else None
    site = get_site()
    if slug == "territoire":
        return TerritoryForm(data, instance=site)
    if slug == "salles":
        opened = [room.name for room in all_manifests() if room.name not in site.rooms_off]
        return RoomsForm(data, initial={"rooms": opened})
    if slug == "mentions":
        return NoticesForm(data, instance=site)
    return MailTrialForm(initial={"to": getattr(request.user, "email", "")})


def _save(request: HttpRequest, slug: str, form: BaseForm) -> None:
    step, now = SLUGS.index(slug) + 1, timezone.now()
    if isinstance(form, RoomsForm):
        choose_rooms(actor=request.user, open_names=set(form.cleaned_data["rooms"]), step=step, now=now)
    elif isinstance(form, ModelForm):
        change_site(actor=request.user, changes=form.cleaned_data, step=step, now=now)
    if get_site().welcomed_at:
        messages.success(request, _("The settings of the site are saved."))


def _after(slug: str) -> str:
    """The next step of a first welcome; the administration when the site is already open."""
    if get_site().welcomed_at:
        return reverse("portal:administration")
    return reverse("portal:welcome_step", args=[SLUGS[SLUGS.index(slug) + 1]])


@administrator_required
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    first = get_site().welcomed_at is None
    finish_welcome(actor=request.user, now=timezone.now())
    if first:
        messages.success(request, _("Your site is ready. Here is how to bring it to life."))
    return redirect("portal:home")


def _page(slug: str, form: BaseForm) -> dict[str, Any]:
    site = get_site()
    number = SLUGS.index(slug) + 1
    reached = WELCOME_STEPS if site.welcomed_at else site.welcome_step
    steps = [
        (label, reverse("portal:welcome_step", args=[name]) if index <= reached else "")
        for index, (name, label) in enumerate(STEPS)
    ]
    return {
        "form": form,
        "steps": steps,
        "number": number,
        "is_first_time": site.welcomed_at is None,
        "previous_url": reverse("portal:welcome_step", args=[SLUGS[number - 2]]) if number > 1 else "",
        "needed_rooms": [room for room in all_manifests() if not room.optional],
        "optional_rooms": [room for room in all_manifests() if room.optional],
        "mail_goes_out": bool(settings.CONFIG.email_url)
        and not settings.CONFIG.email_url.startswith("file:"),
        "sent_to": "",
        "refused": "",
    }
