"""What an organisation puts on its invoices, and what the law sets for all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.apps.accounts.access import administrator_required, member_required, person_of
from maillage.apps.books.actions.fiscal import SettingExistsError, add_setting
from maillage.apps.books.actions.invoices import save_profile
from maillage.apps.books.forms.invoices import FiscalSettingForm, ProfileForm
from maillage.apps.books.queries.fiscal import all_settings, law_on
from maillage.apps.books.queries.invoices import profile_of
from maillage.apps.books.views.cards import crumbs
from maillage.apps.directory.access import acts_in_office, get_organization_for_money


@member_required
def invoicing_settings(request: HttpRequest, pk: int) -> HttpResponseBase:
    organization = get_organization_for_money(request.user, pk)
    profile = profile_of(organization)
    if request.method == "POST":
        form = ProfileForm(request.POST)
        if form.is_valid():
            save_profile(
                actor=person_of(request),
                organization=organization,
                said=form.cleaned_data,
                now=timezone.now(),
            )
            messages.success(request, _("Saved. Documents issued before stay as they are."))
            return redirect("books:invoice_list")
    else:
        form = ProfileForm(initial=ProfileForm.initial_from(organization, profile))
    context = {
        "form": form,
        "organization": organization,
        "in_office": acts_in_office(request.user, organization.pk),
        "crumbs": crumbs((_("Invoicing settings"), "")),
    }
    return render(request, "books/settings.html", context)


@administrator_required
def fiscal_settings(request: HttpRequest) -> HttpResponseBase:
    """Every dated setting with its source; an administrator adds what the law says next."""
    known = all_settings()
    keys = sorted({one.key for one in known})
    form = FiscalSettingForm(request.POST if request.method == "POST" else None, keys=keys)
    if request.method == "POST" and form.is_valid():
        try:
            add_setting(actor=person_of(request), said=form.cleaned_data, now=timezone.now())
        except SettingExistsError as fault:
            form.add_error("valid_from", str(fault.message))
        else:
            messages.success(request, _("Noted: it holds from that day on."))
            return redirect("books:fiscal_settings")
    today = law_on(timezone.localdate())
    context = {
        "form": form,
        "rows": [(one, today.settings.get(one.key) == one) for one in known],
        "crumbs": crumbs((_("Fiscal settings"), "")),
    }
    return render(request, "books/fiscal.html", context)
