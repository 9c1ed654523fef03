"""Django's and allauth's settings for signing in; star-imported by `settings`."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from maillage.project.config import BadConfigError

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["maillage.apps.accounts.adapters.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_REDIRECT_URL = "/mon-espace/"
LOGIN_URL = "account_login"

ACCOUNT_ADAPTER = "maillage.apps.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_SIGNUP_FORM_CLASS = "maillage.apps.accounts.forms.registration.NameForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_FORMS = {
    "login": "maillage.apps.accounts.forms.sign_in.PasswordSignInForm",
    "request_login_code": "maillage.apps.accounts.forms.sign_in.CodeRequestForm",
    "confirm_login_code": "maillage.apps.accounts.forms.sign_in.SignInCodeForm",
    "confirm_email_verification_code": "maillage.apps.accounts.forms.sign_in.EmailCodeForm",
    "confirm_password_reset_code": "maillage.apps.accounts.forms.sign_in.ResetCodeForm",
    "signup": "maillage.apps.accounts.forms.sign_in.RegistrationForm",
    "add_email": "maillage.apps.accounts.forms.sign_in.EmailChangeForm",
    "change_password": "maillage.apps.accounts.forms.sign_in.PasswordChangeForm",
    "set_password": "maillage.apps.accounts.forms.sign_in.PasswordSetForm",
    "reset_password": "maillage.apps.accounts.forms.sign_in.PasswordResetForm",
    "reset_password_from_key": "maillage.apps.accounts.forms.sign_in.NewPasswordForm",
    "reauthenticate": "maillage.apps.accounts.forms.sign_in.PasswordAgainForm",
    "confirm_reauthentication_code": "maillage.apps.accounts.forms.sign_in.CodeAgainForm",
}

MFA_ADAPTER = "maillage.apps.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "maillage.apps.accounts.forms.sign_in.SecondFactorForm",
    "reauthenticate": "maillage.apps.accounts.forms.sign_in.SecondFactorAgainForm",
    "activate_totp": "maillage.apps.accounts.forms.sign_in.AuthenticatorAppForm",
    "add_webauthn": "maillage.apps.accounts.forms.sign_in.PasskeyForm",
    "edit_webauthn": "maillage.apps.accounts.forms.sign_in.PasskeyNameForm",
}

SOCIALACCOUNT_ADAPTER = "maillage.apps.accounts.adapters.ProviderAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "oidc"


def identity_providers(providers: list[dict[str, Any]]) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS from the operator's list (docs/how-to/oidc.md).

    Each has `id`, `name`, `client_id`, `client_secret`, `issuer`; `kind` is "oidc" (default) or "proconnect";
    `trust_email` lets an address that the provider calls verified open the account that already has it;
    `private_network` lets us speak to the provider itself on a private network. Raises BadConfigError.
    """
    _check_providers(providers)
    kinds: dict[str, Any] = {"oidc": {"APPS": []}, "proconnect": {"APPS": []}}
    for provider in providers:
        kinds[provider.get("kind", "oidc")]["APPS"].append(
            {
                "provider_id": provider["id"],
                "name": provider["name"],
                "client_id": provider["client_id"],
                "secret": provider["client_secret"],
                "settings": {
                    "server_url": provider["issuer"].rstrip("/"),
                    "email_authentication": bool(provider.get("trust_email", False)),
                    "private_network": bool(provider.get("private_network", False)),
                    "acr_values": provider.get("acr_values", ""),
                },
            }
        )
    return kinds


def _check_providers(providers: Any) -> None:
    if not isinstance(providers, list) or not all(isinstance(provider, dict) for provider in providers):
        raise BadConfigError(
            "Réglage illisible, identity_providers : une liste de fournisseurs est attendue."
        )
    for number, provider in enumerate(providers, start=1):
        wrong = _wrong_in(provider)
        if wrong:
            raise BadConfigError(f"Réglage illisible, identity_providers, fournisseur {number} : {wrong}.")
    (name, times), *_others = Counter(provider["id"] for provider in providers).most_common(1) or [("", 0)]
    if times > 1:
        raise BadConfigError(
            f"Réglage illisible, identity_providers : deux fournisseurs ont l'id « {name} »."
        )


def _wrong_in(provider: dict[str, Any]) -> str:
    """What an entry lacks or says wrongly; "" when it can be used."""
    for key in ("id", "name", "client_id", "client_secret", "issuer"):
        if not isinstance(provider.get(key), str) or not provider[key].strip():
            return f"« {key} » manque"
    if not re.fullmatch(r"[-a-zA-Z0-9_]+", provider["id"]):
        return "« id » est fait de lettres sans accent, de chiffres et de tirets"
    if provider.get("kind", "oidc") not in ("oidc", "proconnect"):
        return "« kind » est oidc ou proconnect"
    origins = provider.get("origins", [])
    if not isinstance(origins, list) or not all(map(_is_address, [provider["issuer"], *origins])):
        return "« issuer » et chacune des « origins » sont des adresses en https://"
    return ""


def _is_address(text: Any) -> bool:
    try:
        parts = urlsplit(text) if isinstance(text, str) else None
        return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def provider_origins(providers: list[dict[str, Any]]) -> list[str]:
    """Where a sign-in form may lead: browsers apply `form-action` to the redirects of a form too."""
    addresses = [
        address for provider in providers for address in (provider["issuer"], *provider.get("origins", []))
    ]
    return sorted({f"{urlsplit(address).scheme}://{urlsplit(address).netloc}" for address in addresses})
