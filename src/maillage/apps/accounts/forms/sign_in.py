"""allauth's forms in our words: a label always visible, no placeholder instead of it, a hint where one hesitates."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

EMAIL_LABEL = _("Your e-mail address")
PASSWORD_LABEL = _("Your password")
NEW_PASSWORD_HINT = _("At least 12 characters. A few unrelated words make a good password.")


class _OurWords:
    """Gives fields their labels and hints from `words`, and drops the placeholders."""

    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]
        self.label_suffix = ""


class PasswordSignInForm(_OurWords, account.LoginForm):
    words = {"login": (EMAIL_LABEL, ""), "password": (PASSWORD_LABEL, "")}

    def _setup_password_field(self) -> None:
        """Keep the field: registering asks for no password, yet a member may choose one afterwards."""


class CodeRequestForm(_OurWords, account.RequestLoginCodeForm):
    words = {"email": (EMAIL_LABEL, "")}


class _CodeWords(_OurWords):
    words = {
        "code": (_("The code you received"), _("Check the unwanted mail too. It is valid for 15 minutes."))
    }


class SignInCodeForm(_CodeWords, account.ConfirmLoginCodeForm):
    pass


class EmailCodeForm(_CodeWords, account.ConfirmEmailVerificationCodeForm):
    pass


class ResetCodeForm(_CodeWords, account.ConfirmPasswordResetCodeForm):
    pass


class RegistrationForm(_OurWords, account.SignupForm):
    words = {"email": (EMAIL_LABEL, _("We send a code to it. Other members do not see it."))}
    field_order = ["name", "email"]


class EmailChangeForm(_OurWords, account.AddEmailForm):
    words = {"email": (_("Your new e-mail address"), _("We send a code to it; until then nothing changes."))}


class PasswordChangeForm(_OurWords, account.ChangePasswordForm):
    words = {
        "oldpassword": (_("Your present password"), ""),
        "password1": (_("Your new password"), NEW_PASSWORD_HINT),
        "password2": (_("Your new password, once more"), ""),
    }


class PasswordSetForm(_OurWords, account.SetPasswordForm):
    words = {
        "password1": (_("Your new password"), NEW_PASSWORD_HINT),
        "password2": (_("Your new password, once more"), ""),
    }


class PasswordResetForm(_OurWords, account.ResetPasswordForm):
    words = {"email": (EMAIL_LABEL, "")}


class NewPasswordForm(_OurWords, account.ResetPasswordKeyForm):
    words = PasswordSetForm.words


class PasswordAgainForm(_OurWords, account.ReauthenticateForm):
    words = {"password": (PASSWORD_LABEL, "")}


class CodeAgainRequestForm(_OurWords, account.RequestReauthenticationCodeForm):
    """allauth has no setting for this one: its page is given it in `urls`."""

    words = {"recipient": (_("Where to send the code"), "")}

    @property
    def only_address(self) -> str:
        """Who has one address has nothing to choose."""
        choices = self.fields["recipient"].choices  # type: ignore[attr-defined]
        return choices[0][0] if len(choices) == 1 and not self.errors else ""


class CodeAgainForm(_CodeWords, account.ConfirmReauthenticationCodeForm):
    pass


SECOND_FACTOR_WORDS = {
    "code": (_("Your code"), _("Six digits from your application, or one of your recovery codes."))
}


class SecondFactorForm(_OurWords, second_factor.AuthenticateForm):
    words = SECOND_FACTOR_WORDS


class SecondFactorAgainForm(_OurWords, second_factor.ReauthenticateForm):
    words = SECOND_FACTOR_WORDS


class AuthenticatorAppForm(_OurWords, totp.ActivateTOTPForm):
    words = {"code": (_("The code of your application"), _("Six digits, renewed every 30 seconds."))}


PASSKEY_NAME_WORDS = (
    _("A name for this passkey"),
    _("To know it again: « my phone », « key of the office »…"),
)


class PasskeyForm(_OurWords, webauthn.AddWebAuthnForm):
    words = {
        "name": PASSKEY_NAME_WORDS,
        "passwordless": (
            _("It alone opens my account"),
            _("Needs a screen lock, a fingerprint or a PIN on the device. Without it, it only confirms."),
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class PasskeyNameForm(_OurWords, webauthn.EditWebAuthnForm):
    words = {"name": PASSKEY_NAME_WORDS}
