"""A provider that lies about its addresses sends us nowhere, and nothing that it says is endless."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests
from allauth.socialaccount.adapter import get_adapter
from django.test import Client
from pytest_django import Settings

from maillage.kernel.fetch import safe
from maillage.kernel.oidc import session as sessions
from maillage.kernel.oidc.session import ProviderSession, policy_for
from maillage.project.sign_in import identity_providers
from tests.kernel.oidc.fake_provider import FakeProvider
from tests.kernel.oidc.test_provider import come_back, entry, leave

pytestmark = pytest.mark.django_db

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def provider(settings: Settings) -> Iterator[FakeProvider]:
    fake = FakeProvider()
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers([entry(fake)])
    yield fake
    fake.close()


@pytest.fixture
def inside() -> Iterator[FakeProvider]:
    """What stands on our own network, and is nobody's provider."""
    fake = FakeProvider()
    yield fake
    fake.close()


def test_allauth_asks_through_our_session() -> None:
    assert isinstance(get_adapter().get_requests_session(), ProviderSession)


def test_a_private_provider_is_asked_nothing_unless_the_operator_says_so(
    client: Client, settings: Settings, inside: FakeProvider
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers([entry(inside, private_network=False)])
    assert client.post("/compte/oidc/reseau/?process=login").status_code == 401
    assert inside.asked == []
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers([entry(inside)])
    assert client.post("/compte/oidc/reseau/?process=login").status_code == 302
    assert inside.asked == [DISCOVERY]


@pytest.mark.parametrize("name", ["token_endpoint", "userinfo_endpoint", "jwks_uri"])
def test_metadata_do_not_lead_to_our_network(
    client: Client, provider: FakeProvider, inside: FakeProvider, name: str
) -> None:
    """The provider may be private itself: what it points at may not."""
    provider.metadata[name] = f"{inside.issuer}/{name}"
    assert come_back(client, provider).status_code == 401
    assert inside.asked == []


@pytest.mark.parametrize("path", ["/jwks", "/userinfo", "/token", DISCOVERY])
def test_redirections_do_not_lead_there_either(
    client: Client, provider: FakeProvider, inside: FakeProvider, path: str
) -> None:
    asked = leave(client)
    provider.nonce = asked["nonce"]
    provider.sends_to[path] = f"{inside.issuer}/secret"
    answer = client.get("/compte/oidc/reseau/retour/", {"code": "c-1", "state": asked["state"]})
    assert answer.status_code == 401
    assert inside.asked == []


def test_a_redirection_at_home_is_followed_but_not_with_the_secret(
    client: Client, provider: FakeProvider
) -> None:
    with ProviderSession() as session:
        provider.sends_to["/jwks"] = DISCOVERY
        assert session.get(f"{provider.issuer}/jwks").json()["issuer"] == provider.issuer
        provider.sends_to["/token"] = f"{provider.issuer}/elsewhere"
        assert session.post(f"{provider.issuer}/token", data={"client_secret": "s"}).status_code == 307
        provider.sends_to["/round"] = "/round"
        with pytest.raises(requests.TooManyRedirects):
            session.get(f"{provider.issuer}/round")
    assert "/elsewhere" not in provider.asked and provider.token_requests == []


def test_an_answer_is_bounded_in_size(client: Client, provider: FakeProvider) -> None:
    provider.weighs["/jwks"] = sessions.ANSWER_BYTES_MAX
    with ProviderSession() as session:
        assert session.get(f"{provider.issuer}/jwks").json()["keys"]
        provider.weighs["/jwks"] += 1
        with pytest.raises(requests.ConnectionError):
            session.get(f"{provider.issuer}/jwks")
    assert come_back(client, provider).status_code == 401


def test_an_answer_is_bounded_in_time(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "ANSWER_SECONDS_MAX", 0.4)
    honest = provider.jwks
    provider.jwks = lambda: time.sleep(3) or honest()  # type: ignore[method-assign]
    began = time.monotonic()
    with ProviderSession() as session, pytest.raises(requests.ConnectionError):
        session.get(f"{provider.issuer}/jwks")
    assert time.monotonic() - began < 2.5


def test_a_secure_address_leads_to_no_other_kind() -> None:
    answer = requests.Response()
    answer.status_code, answer.url = 302, "https://auth.example.fr/jwks"
    answer.headers["Location"] = "http://auth.example.fr/jwks"
    with ProviderSession() as session:
        with pytest.raises(requests.ConnectionError):
            session.get_redirect_target(answer)
        answer.headers["Location"] = "/keys"
        assert session.get_redirect_target(answer) == "/keys"


def test_only_the_host_and_port_of_the_provider_are_opened(settings: Settings) -> None:
    said = {"id": "a", "name": "A", "client_id": "x", "client_secret": "y"}
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers(
        [
            {**said, "issuer": "https://auth.exemple.fr:8443/realms/a"},
            {**said, "id": "b", "issuer": "http://10.0.0.4:8080", "private_network": True},
        ]
    )
    public = policy_for("https://auth.exemple.fr:8443/token")
    assert tuple(public.ports) == (8443,) and not public.allows("10.0.0.4")
    private = policy_for("http://10.0.0.4:8080/token")
    assert tuple(private.ports) == (8080,) and private.allows("10.0.0.4")
    for other in (
        "http://10.0.0.4/token",
        "https://10.0.0.4:8080/",
        "http://auth.exemple.fr:8443/",
        "http://x:y/",
    ):
        assert policy_for(other) is safe.PUBLIC
