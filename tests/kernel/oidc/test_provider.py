"""Signing in through an identity provider, honest or not, played by a server on the loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from maillage.apps.accounts.actions.people import create_person
from maillage.apps.accounts.models import Person
from maillage.kernel.site.models import SiteSettings
from maillage.project.sign_in import identity_providers, provider_origins
from tests.apps.accounts.conftest import NOW, code_in_mail
from tests.kernel.oidc.fake_provider import CLIENT_ID, FakeProvider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Settings) -> Iterator[FakeProvider]:
    fake = FakeProvider()
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers(
        [entry(fake), entry(fake, id="pro", kind="proconnect")]
    )
    yield fake
    fake.close()


def entry(fake: FakeProvider, **changes: object) -> dict[str, object]:
    return {
        "id": "reseau",
        "name": "Le Réseau",
        "client_id": CLIENT_ID,
        "client_secret": "secret",
        "issuer": fake.issuer,
        "private_network": True,
        **changes,
    }


def leave(client: Client, path: str = "/compte/oidc/reseau/") -> dict[str, str]:
    """Go to the provider; what we asked of it."""
    answer = client.post(f"{path}?process=login")
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def come_back(client: Client, fake: FakeProvider, path: str = "/compte/oidc/reseau/") -> HttpResponse:
    asked = leave(client, path)
    fake.nonce = fake.nonce or asked["nonce"]
    return client.get(f"{path}retour/", {"code": "c-1", "state": asked["state"]})


def test_a_visitor_arrives_with_a_verified_identity(client: Client, provider: FakeProvider) -> None:
    come_back(client, provider)
    client.post("/compte/verifier-adresse/", {"code": code_in_mail()})
    person = Person.objects.get()
    assert (person.email, person.name, person.role) == ("zoe@exemple.fr", "Zoé Martin", "member")
    assert client.get("/mon-espace/").status_code == 200


def test_we_ask_with_state_nonce_and_pkce(client: Client, provider: FakeProvider) -> None:
    asked = leave(client)
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].endswith("/compte/oidc/reseau/retour/")
    provider.nonce = asked["nonce"]
    client.get("/compte/oidc/reseau/retour/", {"code": "c-1", "state": asked["state"]})
    assert provider.token_requests[0]["code_verifier"]


def test_a_visitor_adds_nothing_to_what_we_ask(client: Client, provider: FakeProvider) -> None:
    answer = client.post("/compte/oidc/reseau/?process=login&scope=admin&auth_params=prompt%3Dnone")
    assert "admin" not in answer["Location"] and "prompt" not in answer["Location"]


LIES = {
    "signed by a stranger": {"signs_with_stranger_key": True},
    "signed with a shared secret": {"algorithm": "HS256"},
    "not signed": {"algorithm": "none"},
    "nonce of another sign-in": {"nonce": "autre"},
    "without nonce": {"claims": {"nonce": None}},
    "expired": {"claims": {"exp": int(time.time()) - 3600}},
    "for another site": {"claims": {"aud": "autre-site"}},
    "from another issuer": {"claims": {"iss": "https://mechant.example"}},
    "of nobody": {"claims": {"sub": None}},
    "about two people": {"claims": {"sub": "s-2"}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_an_identity_that_does_not_hold_opens_nothing(
    client: Client, provider: FakeProvider, lie: dict[str, object]
) -> None:
    for name, value in lie.items():
        setattr(provider, name, value)
    answer = come_back(client, provider)
    assert answer.status_code == 401
    assert not Person.objects.exists()
    assert client.get("/mon-espace/").status_code == 302


def test_an_answer_without_our_state_is_refused(client: Client, provider: FakeProvider) -> None:
    answer = client.get("/compte/oidc/reseau/retour/", {"code": "c-1", "state": "inventé"})
    assert answer.status_code == 401


def test_a_state_serves_in_one_browser_only(client: Client, provider: FakeProvider) -> None:
    asked = leave(client)
    provider.nonce = asked["nonce"]
    other = Client()
    assert (
        other.get("/compte/oidc/reseau/retour/", {"code": "c-1", "state": asked["state"]}).status_code == 401
    )


def test_an_address_taken_is_not_taken_over(client: Client, provider: FakeProvider) -> None:
    create_person(email="zoe@exemple.fr", name="La vraie Zoé", role="administrator", now=NOW)
    come_back(client, provider)
    assert not SocialAccount.objects.exists()
    assert client.get("/mon-espace/").status_code == 302
    assert Person.objects.get().name == "La vraie Zoé"


def test_a_trusted_provider_opens_the_account_of_a_verified_address(
    client: Client, provider: FakeProvider, settings: Settings
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers([entry(provider, trust_email=True)])
    person = create_person(email="zoe@exemple.fr", name="Zoé", role="member", now=NOW)
    come_back(client, provider)
    assert SocialAccount.objects.get().user_id == person.pk
    assert client.get("/mon-espace/").status_code == 200


def test_even_a_trusted_provider_must_have_verified_the_address(
    client: Client, provider: FakeProvider, settings: Settings
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers([entry(provider, trust_email=True)])
    provider.about["email_verified"] = False
    create_person(email="zoe@exemple.fr", name="Zoé", role="member", now=NOW)
    come_back(client, provider)
    assert not SocialAccount.objects.exists()
    assert client.get("/mon-espace/").status_code == 302


def test_closed_registration_is_closed_here_too(client: Client, provider: FakeProvider) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"registration_open": False})
    come_back(client, provider)
    assert not Person.objects.exists()


def test_proconnect_signs_what_it_says_and_ends_its_session(client: Client, provider: FakeProvider) -> None:
    provider.user_info_signed = True
    asked = leave(client, "/compte/proconnect/pro/")
    assert asked["acr_values"] == "eidas1"
    assert set(asked["scope"].split()) == {"openid", "given_name", "usual_name", "email", "siret"}
    provider.nonce = asked["nonce"]
    client.get("/compte/proconnect/pro/retour/", {"code": "c-1", "state": asked["state"]})
    client.post("/compte/verifier-adresse/", {"code": code_in_mail()})
    assert Person.objects.get().name == "Zoé Martin"
    left = urlsplit(client.post("/compte/deconnexion/")["Location"])
    query = parse_qs(left.query)
    assert left.path == "/logout" and query["id_token_hint"] and query["state"]
    assert query["post_logout_redirect_uri"] == ["http://localhost:8000/"]
    assert client.get("/mon-espace/").status_code == 302


def test_proconnect_claims_signed_by_a_stranger_are_refused(client: Client, provider: FakeProvider) -> None:
    provider.user_info_signed = True
    asked = leave(client, "/compte/proconnect/pro/")
    provider.nonce = asked["nonce"]
    honest = provider.sign
    provider.sign = lambda claims: honest(claims) if "nonce" in claims else honest(claims)[:-8] + "AAAAAAAA"  # type: ignore[method-assign]
    answer = client.get("/compte/proconnect/pro/retour/", {"code": "c-1", "state": asked["state"]})
    assert answer.status_code == 401
    assert not Person.objects.exists()


def test_a_provider_answers_only_at_its_own_address(client: Client, provider: FakeProvider) -> None:
    assert client.get("/compte/proconnect/reseau/").status_code == 404
    assert client.get("/compte/oidc/inconnu/").status_code == 404


def test_a_provider_asleep_breaks_nothing(client: Client, settings: Settings) -> None:
    gone = {
        "id": "reseau",
        "name": "R",
        "client_id": "x",
        "client_secret": "y",
        "issuer": "http://127.0.0.1:9",
    }
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers([gone])
    assert client.post("/compte/oidc/reseau/?process=login").status_code == 401


def test_the_sign_in_page_offers_the_providers(client: Client, provider: FakeProvider) -> None:
    page = client.get("/compte/connexion/").content.decode()
    assert "Le Réseau" in page and "/compte/oidc/reseau/?process=login" in page


def test_an_identity_is_linked_and_unlinked_from_the_account(client: Client, provider: FakeProvider) -> None:
    person = create_person(
        email="ana@exemple.fr", name="Ana", role="member", password="quatre mots sans suite", now=NOW
    )
    client.post("/compte/connexion/", {"login": "ana@exemple.fr", "password": "quatre mots sans suite"})
    asked_at = client.post("/compte/oidc/reseau/?process=connect")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(asked_at["Location"]).query).items()}
    provider.nonce = asked["nonce"]
    back = client.get("/compte/oidc/reseau/retour/", {"code": "c-1", "state": asked["state"]})
    assert back["Location"] == "/compte/confirmer/"  # linking touches the safety of the account
    client.post("/compte/confirmer/", {"password": "quatre mots sans suite"})
    account = SocialAccount.objects.get()
    assert account.user_id == person.pk
    assert client.get("/compte/identites/").status_code == 200
    client.post("/compte/identites/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
    assert mail.outbox


def test_forms_may_lead_to_the_providers_and_nowhere_else() -> None:
    listed = [{"issuer": "https://auth.example.fr/realms/x", "origins": ["https://login.example.fr/a"]}]
    assert provider_origins(listed) == ["https://auth.example.fr", "https://login.example.fr"]
