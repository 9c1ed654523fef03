from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django import forms
from django.http import HttpRequest, HttpResponse

from maillage.apps.accounts.forms.sign_in import CodeRequestForm


class SignInView(LoginView):
    """One page with every way in: a code by e-mail first, then a passkey, a password, an identity provider."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["code_form"] = CodeRequestForm(auto_id="code_%s")
        context["password_asked"] = context["form"].is_bound
        return context


class SetUpApplicationView(ActivateTOTPView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        _note_proof(self.request, "totp")
        return response


class AddPasskeyView(AddWebAuthnView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        response = super().form_valid(form)
        _note_proof(self.request, "webauthn")
        return response


def _note_proof(request: HttpRequest, kind: str) -> None:
    """Whoever has just shown the new second factor is not asked for it again on the page of recovery codes:
    an application's code serves once, so they would have to wait for the next one."""
    record_authentication(request, request.user, method="mfa", type=kind, reauthenticated=True)


sign_in = SignInView.as_view()
set_up_application = SetUpApplicationView.as_view()
add_passkey = AddPasskeyView.as_view()
