"""The sign-in pages, under the names that allauth reverses and French addresses. What is not here does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from maillage.apps.accounts.forms.sign_in import CodeAgainRequestForm
from maillage.apps.accounts.views.sign_in import add_passkey, set_up_application, sign_in
from maillage.kernel.http.reading import writes_on_get
from maillage.kernel.oidc import views as oidc


def _page(route: str, view: Callable[..., Any], name: str) -> URLPattern:
    """allauth gives its pages a `site` of its own (the host's name), which would hide ours in the frame."""

    @wraps(view)
    def with_our_site(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            response.context_data.pop("site", None)
        return response

    return path(route, with_our_site, name=name)


noting = writes_on_get("allauth notes that the recovery codes were seen")

urlpatterns = [
    _page("connexion/", sign_in, "account_login"),
    _page("connexion/code/", account.request_login_code, "account_request_login_code"),
    _page("connexion/code/verifier/", account.confirm_login_code, "account_confirm_login_code"),
    _page("connexion/cle/", webauthn.login_webauthn, "mfa_login_webauthn"),
    _page("deconnexion/", account.logout, "account_logout"),
    _page("desactive/", account.account_inactive, "account_inactive"),
    _page("inscription/", account.signup, "account_signup"),
    _page("verifier-adresse/", account.email_verification_sent, "account_email_verification_sent"),
    _page("confirmer/", account.reauthenticate, "account_reauthenticate"),
    _page(
        "confirmer/code/",
        account.RequestReauthenticationCodeView.as_view(form_class=CodeAgainRequestForm),
        "account_request_reauthentication_code",
    ),
    _page(
        "confirmer/code/verifier/",
        account.confirm_reauthentication_code,
        "account_confirm_reauthentication_code",
    ),
    _page("adresse/", account.email, "account_email"),
    _page("mot-de-passe/changer/", account.password_change, "account_change_password"),
    _page("mot-de-passe/choisir/", account.password_set, "account_set_password"),
    _page("mot-de-passe/oublie/", account.password_reset, "account_reset_password"),
    _page(
        "mot-de-passe/oublie/verifier/",
        account.confirm_password_reset_code,
        "account_confirm_password_reset_code",
    ),
    _page("mot-de-passe/nouveau/", account.complete_password_reset, "account_complete_password_reset"),
    _page("mot-de-passe/fait/", account.password_reset_from_key_done, "account_password_reset_completed"),
    _page("deux-etapes/", second_factor.index, "mfa_index"),
    _page("deux-etapes/verifier/", second_factor.authenticate, "mfa_authenticate"),
    _page("deux-etapes/confirmer/", second_factor.reauthenticate, "mfa_reauthenticate"),
    _page("deux-etapes/application/", set_up_application, "mfa_activate_totp"),
    _page("deux-etapes/application/retirer/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _page("deux-etapes/secours/", noting(recovery_codes.view_recovery_codes), "mfa_view_recovery_codes"),
    _page(
        "deux-etapes/secours/nouveaux/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"
    ),
    _page(
        "deux-etapes/secours/fichier/",
        noting(recovery_codes.download_recovery_codes),
        "mfa_download_recovery_codes",
    ),
    _page("cles/", webauthn.list_webauthn, "mfa_list_webauthn"),
    _page("cles/ajouter/", add_passkey, "mfa_add_webauthn"),
    _page("cles/confirmer/", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _page("cles/<int:pk>/nommer/", webauthn.edit_webauthn, "mfa_edit_webauthn"),
    _page("cles/<int:pk>/retirer/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    _page("identites/", social.connections, "socialaccount_connections"),
    _page("identites/inscription/", social.signup, "socialaccount_signup"),
    _page("identites/annulee/", social.login_cancelled, "socialaccount_login_cancelled"),
    _page("identites/erreur/", social.login_error, "socialaccount_login_error"),
    _page("oidc/<slug:provider_id>/", oidc.login, "oidc_login"),
    _page("oidc/<slug:provider_id>/retour/", oidc.callback, "oidc_callback"),
    _page("proconnect/<slug:provider_id>/", oidc.login, "proconnect_login"),
    _page("proconnect/<slug:provider_id>/retour/", oidc.callback, "proconnect_callback"),
]
