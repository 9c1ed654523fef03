"""Coming in by a link: an invitation, or the very first administrator. And protecting one's account."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from maillage.apps.accounts.access import member_required
from maillage.apps.accounts.actions.first_administrator import (
    LinkOverError,
    is_link_open,
    name_first_administrator,
)
from maillage.apps.accounts.actions.invitations import (
    InvitationOverError,
    accept_invitation,
    open_invitation,
)
from maillage.apps.accounts.actions.people import AddressTakenError
from maillage.apps.accounts.forms.people import AcceptInvitationForm, FirstAdministratorForm

LINK_OVER = "accounts/link_over.html"


@require_http_methods(["GET", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    try:
        offered = open_invitation(token=token, now=timezone.now())
    except InvitationOverError as over:
        return render(request, LINK_OVER, {"reason": over.message}, status=410)
    form = AcceptInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = accept_invitation(token=token, name=form.cleaned_data["name"], now=timezone.now())
        except (InvitationOverError, AddressTakenError) as refusal:
            return render(request, LINK_OVER, {"reason": refusal.message}, status=410)
        request.session.flush()  # whoever used this browser before stays apart from the new account
        record_authentication(request, person, method="link")
        return perform_login(request, person, email_verification="none", redirect_url=None)
    return render(request, "accounts/invitation.html", {"form": form, "invitation": offered})


@require_http_methods(["GET", "POST"])
@never_cache
def first_administrator(request: HttpRequest, token: str) -> HttpResponseBase:
    if not is_link_open(token=token, now=timezone.now()):
        return render(request, LINK_OVER, {"reason": LinkOverError.message}, status=410)
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = name_first_administrator(token=token, now=timezone.now(), **form.cleaned_data)
        except AddressTakenError as refusal:
            form.add_error("email", str(refusal.message))
        except LinkOverError as refusal:
            return render(request, LINK_OVER, {"reason": refusal.message}, status=410)
        else:
            request.session.flush()
            messages.success(request, _("Your administrator's account is open."))
            record_authentication(request, person, method="link")
            return perform_login(request, person, email_verification="none", redirect_url="/")
    return render(request, "accounts/first_administrator.html", {"form": form})


@require_GET
@member_required
def protect(request: HttpRequest) -> HttpResponse:
    """Why a second step is asked of this account, and the two ways to have one."""
    if is_mfa_enabled(request.user):
        return redirect("portal:space")
    return render(request, "accounts/protect.html", {})
