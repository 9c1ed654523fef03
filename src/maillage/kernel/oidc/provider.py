"""OpenID Connect as strictly as its text allows, and ProConnect, the French State's provider for professionals.

allauth's own provider leaves out what this one asks for: PKCE and a nonce at each sign-in, an identity token
whose signature, issuer, audience, nonce and dates hold, and claims of the same subject in both answers.
"""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from maillage.kernel.oidc.logout import remember_identity

ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures with a public key only: neither "none" nor a shared secret can be slipped in."""

LEEWAY_SECONDS = 30


class OidcAdapter(OpenIDConnectOAuth2Adapter):
    """One sign-in with one provider. `nonce` is the one of the state that the answer refers to."""

    nonce = ""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return build_absolute_uri(request, self.get_provider().get_callback_url(), self.redirect_uri_protocol)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("no identity token")
        claims = self.verified_claims(id_token)
        if not self.nonce or not secrets.compare_digest(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("nonce of another sign-in")
        about = self.user_info(token.token)
        if about.get("sub") != claims["sub"]:
            raise OAuth2Error("two subjects in one sign-in")
        login = self.get_provider().sociallogin_from_response(
            request, {"userinfo": about, "id_token": claims}
        )
        remember_identity(
            request, id_token=id_token, end_address=self.openid_config.get("end_session_endpoint", "")
        )
        return login

    def verified_claims(self, token: str) -> dict[str, Any]:
        """The claims of a token signed by this provider for us. Raises OAuth2Error."""
        try:
            key = self._signing_key(token)
            return jwt.decode(
                token,
                key=key,
                algorithms=list(ALGORITHMS),
                issuer=self.openid_config["issuer"],
                audience=self.get_provider().app.client_id,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error(f"identity token refused: {error}") from error

    def user_info(self, access_token: str) -> dict[str, Any]:
        """What the provider says of the person, as plain JSON."""
        response = self._ask_user_info(access_token)
        about = response.json()
        if not isinstance(about, dict):
            raise OAuth2Error("no claims about the person")
        return about

    def _ask_user_info(self, access_token: str) -> Any:
        with get_adapter().get_requests_session() as session:
            response = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
            response.raise_for_status()
            return response

    def _signing_key(self, token: str) -> jwt.PyJWK:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise OAuth2Error("signature of an unknown kind")
        with get_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(response.json()).keys
        for key in keys:
            if key.key_id == header.get("kid") or (len(keys) == 1 and "kid" not in header):
                return key
        raise OAuth2Error("signed with an unknown key")


class ProConnectAdapter(OidcAdapter):
    def user_info(self, access_token: str) -> dict[str, Any]:
        """ProConnect answers with a signed token instead of JSON."""
        return self.verified_user_info(self._ask_user_info(access_token).text.strip())

    def verified_user_info(self, token: str) -> dict[str, Any]:
        """Like the identity token, but for `iat` and `exp`, which ProConnect does not always put there."""
        try:
            return jwt.decode(
                token,
                key=self._signing_key(token),
                algorithms=list(ALGORITHMS),
                issuer=self.openid_config["issuer"],
                audience=self.get_provider().app.client_id,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud"]},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error(f"claims refused: {error}") from error


class OidcProvider(OpenIDConnectProvider):
    id = "oidc"
    name = "OpenID Connect"
    pkce_enabled_default = True
    oauth2_adapter_class: type[OidcAdapter] = OidcAdapter
    supports_token_authentication = False

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        kwargs.pop("scope", None)
        kwargs.pop("auth_params", None)
        address = reverse(f"{self.id}_login", kwargs={"provider_id": self.app.provider_id})
        following = kwargs.get("next") or ""
        process = kwargs.get("process") or "login"
        query = {"process": process, **({"next": following} if following else {})}
        return f"{address}?{urlencode(query)}"

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """An address is verified when the provider says so and the operator takes its word; else we send a code."""
        about = data["userinfo"]
        email = about.get("email")
        if not isinstance(email, str) or not email:
            return []
        trusted = bool(self.app.settings.get("email_authentication"))
        verified = trusted and about.get("email_verified") is True
        return [EmailAddress(email=email.lower(), verified=verified, primary=True)]

    def get_callback_url(self) -> str:
        return reverse(f"{self.id}_callback", kwargs={"provider_id": self.app.provider_id})

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Only ours: a visitor adds nothing to what is asked of the provider."""
        return self.get_auth_params()

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_scope()

    def get_auth_params(self) -> dict[str, Any]:
        acr_values = self.app.settings.get("acr_values")
        return {"acr_values": acr_values} if acr_values else {}

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponseBase:
        """The nonce goes to the provider, and is kept with the state that the answer will name."""
        nonce = secrets.token_urlsafe(24)
        parameters = {**(kwargs.pop("auth_params", None) or self.get_auth_params()), "nonce": nonce}
        return super().redirect(
            request, process, next_url=next_url, data=data, auth_params=parameters, nonce=nonce, **kwargs
        )


class ProConnectProvider(OidcProvider):
    """Agents of the State, local authorities and companies. `sub` is stable for one person and one site."""

    id = "proconnect"
    name = "ProConnect"
    oauth2_adapter_class = ProConnectAdapter

    def get_default_scope(self) -> list[str]:
        return ["openid", "given_name", "usual_name", "email", "siret"]

    def get_auth_params(self) -> dict[str, Any]:
        return {"acr_values": self.app.settings.get("acr_values") or "eidas1"}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        about = data["userinfo"]
        return {
            "email": about.get("email"),
            "first_name": about.get("given_name"),
            "last_name": about.get("usual_name"),
        }


provider_classes = [OidcProvider, ProConnectProvider]
