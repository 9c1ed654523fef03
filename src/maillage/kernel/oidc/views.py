"""Leaving for an identity provider, and coming back from it."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponseBase
from requests import RequestException

from maillage.kernel.http.reading import writes_on_get
from maillage.kernel.oidc.provider import OidcAdapter, ProConnectAdapter

ADAPTERS = {"oidc": OidcAdapter, "proconnect": ProConnectAdapter}


class CallbackView(OAuth2CallbackView):
    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")  # type: ignore[attr-defined]
        return state, response


def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return _with(OAuth2LoginView, request, provider_id)


@writes_on_get("the provider sends people back by GET, and the first time opens their account")
@writes_on_get(
    "the protocol sends people back by GET; the state that we minted for this session is the proof"
)
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return _with(CallbackView, request, provider_id)


def _with(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    kind = str(request.resolver_match.url_name).partition("_")[0] if request.resolver_match else "oidc"
    adapter = ADAPTERS[kind](request, provider_id)
    try:
        provider = adapter.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    if provider.id != kind:
        raise Http404
    try:
        return view.adapter_view(adapter)(request)
    except RequestException:
        return render_authentication_error(request, provider)
