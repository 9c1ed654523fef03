"""Where allauth asks us: who may register, how a message is sent, what a provider's word is worth."""

from __future__ import annotations

import time
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.models import Person
from maillage.kernel.mail.send import send_message
from maillage.kernel.oidc.logout import logout_address
from maillage.kernel.oidc.session import ProviderSession
from maillage.kernel.site.settings import get_site

log = structlog.get_logger("maillage.accounts")

SECURITY_NOTICES = {
    "account/email/password_changed": _("Your password has been changed."),
    "account/email/password_set": _("A password has been set on your account."),
    "account/email/password_reset": _("Your password has been replaced after a code by e-mail."),
    "account/email/email_changed": _("The e-mail address of your account has been changed."),
    "account/email/email_confirm": _("Your e-mail address has been confirmed."),
    "account/email/email_deleted": _("An e-mail address has been removed from your account."),
    "mfa/email/totp_activated": _("Sign-in in two steps with an application has been activated."),
    "mfa/email/totp_deactivated": _("Sign-in in two steps with an application has been removed."),
    "mfa/email/webauthn_added": _("A passkey has been added to your account."),
    "mfa/email/webauthn_removed": _("A passkey has been removed from your account."),
    "mfa/email/recovery_codes_generated": _("New recovery codes have been made for your account."),
    "socialaccount/email/account_connected": _("An identity provider can now open your account."),
    "socialaccount/email/account_disconnected": _("An identity provider can no longer open your account."),
}
"""What happened to the account, told at once to its owner in case it was somebody else."""


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Write to the administration to open it again."),
        "email_password_mismatch": _("The address and the password do not go together."),
        "incorrect_code": _("This is not the code that we sent. Check it, or ask for a new one."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
        "too_many_login_attempts": _("Too many tries in a short time. Wait five minutes, then try again."),
        "rate_limited": _("Too many tries in a short time. Wait a few minutes, then try again."),
        "duplicate_email": _("This is already your address."),
        "email_taken": _("Another account already has this address."),
        "invalid_password_reset": _("This request is too old or already used. Ask for a new code."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return get_site().registration_open

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Whoever has just signed in by a code or a password need not do it again to set up a second factor."""
        records = get_authentication_records(context.request, context.request.user)
        is_fresh = (
            bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        )
        if app == "allauth.mfa" and is_fresh:
            return False
        return bool(super().is_reauthentication_required(app=app, **details))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, so that a mail server asleep neither slows nor breaks a page."""
        notice = SECURITY_NOTICES.get(template_prefix)
        name = "security_notice" if notice else template_prefix.rpartition("/")[2]
        own_context = {
            "code": context.get("code", ""),
            "signup_url": context.get("signup_url", ""),
            "registration_open": get_site().registration_open,
            "notice": notice,
            "at": timezone.now(),
        }
        send_message(to=email, template=f"accounts/mail/{name}", context=own_context, now=timezone.now())

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **details: Any) -> HttpResponse:
        log.info("signed in", person=user.pk)
        return super().post_login(request, user, **details)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Told to the server's log without the address: it may be the password, typed in the wrong field."""
        log.warning("sign-in refused")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return logout_address(request) or super().get_logout_redirect_url(request)


class PersonBackend(AuthenticationBackend):
    """Reads the person of a session together with whether a second factor protects them: administrators are asked for one
    at each page.
    """

    def get_user(self, user_id: int) -> Person | None:
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        found = Person.objects.annotate(has_second_factor=Exists(factors)).filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not the right one. Check the time of your device, or wait for the next code."
        ),
        "unverified_email": _("Confirm your e-mail address first."),
        "cannot_delete_authenticator": _(
            "A second step is asked of your account: add another one before removing this one."
        ),
    }

    def _get_site_name(self) -> str:
        return get_site().name

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever must have a second factor keeps at least one."""
        person = authenticator.user
        if not person.must_have_second_factor:
            return True
        factors = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES)
        return factors.exclude(pk=authenticator.pk).exists()


class ProviderAccountAdapter(DefaultSocialAccountAdapter):
    """An identity provider says who someone is; it opens an account of ours only by an address that it verified."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": _(
            "An account already has this address. Sign in to it first, then link your %s identity."
        ),
        "no_password": _("It is the only way into your account: choose a password or a passkey first."),
        "disconnect_last": _("It is the only way into your account: choose a password or a passkey first."),
    }

    def get_requests_session(self) -> ProviderSession:
        """How providers are asked, by allauth and by us: through the guarded fetch."""
        return ProviderSession()

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> AbstractBaseUser:
        person = super().populate_user(request, sociallogin, data)
        assert isinstance(person, Person)
        parts = (data.get("first_name") or "", data.get("last_name") or "")
        person.name = (data.get("name") or " ".join(part for part in parts if part))[:120]
        return person
