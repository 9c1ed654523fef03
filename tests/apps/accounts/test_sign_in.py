"""The ways in, and what someone who should not come in sees."""

from __future__ import annotations

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client

from maillage.apps.accounts.models import Person
from maillage.kernel.site.models import SiteSettings
from tests.apps.accounts.conftest import TOTP_SECRET, People, code_in_mail, confirm_by_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limit_left_over() -> None:
    cache.clear()


def ask_code(client: Client, email: str, **query: str) -> object:
    return client.post("/compte/connexion/code/", {"email": email, **query})


def test_a_code_by_email_opens_the_account(client: Client, people: People) -> None:
    people(email="ana@exemple.fr")
    answer = ask_code(client, "Ana@Exemple.fr")
    assert answer["Location"] == "/compte/connexion/code/verifier/"
    assert mail.outbox[-1].to == ["ana@exemple.fr"]
    assert code_in_mail() in mail.outbox[-1].subject
    answer = client.post("/compte/connexion/code/verifier/", {"code": code_in_mail()})
    assert answer["Location"] == "/mon-espace/"
    assert client.get("/mon-espace/").status_code == 200


def test_a_known_and_an_unknown_address_get_the_same_answer(client: Client, people: People) -> None:
    people(email="ana@exemple.fr")
    known = ask_code(client, "ana@exemple.fr")
    known_page = client.get(known["Location"]).content
    other = Client()
    unknown = ask_code(other, "zoe@exemple.fr")
    unknown_page = other.get(unknown["Location"]).content
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])

    def without_secrets(page: bytes) -> str:
        lines = page.decode().replace("ana@", "zoe@").splitlines()
        return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)

    assert without_secrets(known_page) == without_secrets(unknown_page)
    assert mail.outbox[-1].to == ["zoe@exemple.fr"]
    assert "code" not in mail.outbox[-1].subject


def test_registering_a_taken_address_says_nothing_of_it(client: Client, people: People) -> None:
    people(email="ana@exemple.fr")
    taken = client.post("/compte/inscription/", {"name": "Zoé", "email": "ana@exemple.fr"})
    free = Client().post("/compte/inscription/", {"name": "Zoé", "email": "zoe@exemple.fr"})
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert Person.objects.get(email="ana@exemple.fr").name == "Ana"


def test_a_wrong_code_is_refused_and_three_are_too_many(client: Client, people: People) -> None:
    people(email="ana@exemple.fr")
    ask_code(client, "ana@exemple.fr")
    right = code_in_mail()
    wrong = "AAAA-BBBB" if right != "AAAA-BBBB" else "CCCC-DDDD"
    for _try in range(3):
        client.post("/compte/connexion/code/verifier/", {"code": wrong})
    client.post("/compte/connexion/code/verifier/", {"code": right})
    assert client.get("/mon-espace/").status_code == 302


def test_a_code_serves_once(client: Client, people: People) -> None:
    people(email="ana@exemple.fr")
    ask_code(client, "ana@exemple.fr")
    code = code_in_mail()
    client.post("/compte/connexion/code/verifier/", {"code": code})
    other = Client()
    ask_code(other, "ana@exemple.fr")
    other.post("/compte/connexion/code/verifier/", {"code": code})
    assert other.get("/mon-espace/").status_code == 302


def test_registration_ends_signed_in_as_a_member(client: Client) -> None:
    client.post("/compte/inscription/", {"name": "Zoé", "email": "Zoe@Exemple.fr", "role": "administrator"})
    assert client.get("/mon-espace/").status_code == 302
    client.post("/compte/verifier-adresse/", {"code": code_in_mail()})
    person = Person.objects.get()
    assert (person.name, person.email, person.role) == ("Zoé", "zoe@exemple.fr", "member")
    assert EmailAddress.objects.get().verified
    assert client.get("/mon-espace/").status_code == 200


def test_closed_registration_creates_nobody(client: Client) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"registration_open": False})
    answer = client.post("/compte/inscription/", {"name": "Zoé", "email": "zoe@exemple.fr"})
    assert answer.status_code == 200
    assert not Person.objects.exists()


def test_a_password_opens_the_account_and_wrong_ones_are_counted(client: Client, people: People) -> None:
    people(email="ana@exemple.fr", password="quatre mots sans suite")
    for _try in range(5):
        client.post("/compte/connexion/", {"login": "ana@exemple.fr", "password": "autre chose"})
    refused = client.post(
        "/compte/connexion/", {"login": "ana@exemple.fr", "password": "quatre mots sans suite"}
    )
    assert refused.status_code == 200
    cache.clear()
    answer = client.post(
        "/compte/connexion/", {"login": "ana@exemple.fr", "password": "quatre mots sans suite"}
    )
    assert answer["Location"] == "/mon-espace/"


def test_wrong_password_and_unknown_address_read_the_same(client: Client, people: People) -> None:
    people(email="ana@exemple.fr", password="quatre mots sans suite")
    pages = []
    for email in ("ana@exemple.fr", "zoe@exemple.fr"):
        answer = client.post("/compte/connexion/", {"login": email, "password": "autre chose"})
        pages.append(answer.context["form"].errors.as_json())
    assert pages[0] == pages[1]


def test_codes_are_not_sent_without_end(client: Client, people: People) -> None:
    people(email="ana@exemple.fr")
    for _try in range(30):
        ask_code(Client(), "ana@exemple.fr")
    assert len(mail.outbox) < 30


@pytest.mark.parametrize(
    "elsewhere", ["https://mechant.example/", "//mechant.example", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere_after_signing_in(client: Client, people: People, elsewhere: str) -> None:
    people(email="ana@exemple.fr", password="quatre mots sans suite")
    answer = client.post(
        "/compte/connexion/",
        {"login": "ana@exemple.fr", "password": "quatre mots sans suite", "next": elsewhere},
    )
    assert answer["Location"] == "/mon-espace/"


def test_one_comes_back_to_the_page_asked_for(client: Client, people: People) -> None:
    people("facilitator", email="ana@exemple.fr")
    asked = client.get("/animation/invitations/")
    assert asked["Location"] == "/compte/connexion/?next=/animation/invitations/"
    ask_code(client, "ana@exemple.fr", next="/animation/invitations/")
    answer = client.post(
        "/compte/connexion/code/verifier/", {"code": code_in_mail(), "next": "/animation/invitations/"}
    )
    assert answer["Location"] == "/animation/invitations/"


def test_the_session_key_changes_at_sign_in(client: Client, people: People) -> None:
    people(email="ana@exemple.fr")
    ask_code(client, "ana@exemple.fr")
    before = client.session.session_key
    client.post("/compte/connexion/code/verifier/", {"code": code_in_mail()})
    assert client.session.session_key != before


def test_forms_from_elsewhere_are_refused(people: People) -> None:
    people(email="ana@exemple.fr")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/compte/connexion/code/", {"email": "ana@exemple.fr"}).status_code == 403


def test_the_second_step_is_asked_after_the_code(client: Client, people: People) -> None:
    people(email="ana@exemple.fr", protected=True)
    ask_code(client, "ana@exemple.fr")
    answer = client.post("/compte/connexion/code/verifier/", {"code": code_in_mail()})
    assert answer["Location"] == "/compte/deux-etapes/verifier/"
    assert client.get("/mon-espace/").status_code == 302
    assert client.get("/compte/deux-etapes/verifier/").status_code == 200
    client.post("/compte/deux-etapes/verifier/", {"code": totp_now()})
    assert client.get("/mon-espace/").status_code == 200


def totp_now() -> str:
    return format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30))


def test_an_administrator_without_second_factor_is_led_to_it(client: Client, people: People) -> None:
    client.force_login(people("administrator", protected=False))
    for address in ("/", "/mon-espace/", "/administration/personnes/"):
        assert client.get(address)["Location"] == "/mon-espace/proteger/"
    for address in ("/mon-espace/proteger/", "/compte/deux-etapes/", "/informations/mentions-legales/"):
        assert client.get(address).status_code == 200
    assert client.post("/administration/personnes/inscriptions/")["Location"] == "/mon-espace/proteger/"


def test_an_administrator_protected_goes_on(client: Client, people: People) -> None:
    client.force_login(people("administrator", protected=True))
    assert client.get("/administration/personnes/").status_code == 200


def test_demonstration_administrators_are_not_asked(client: Client, people: People) -> None:
    person = people("administrator", protected=False)
    person.is_demonstration = True
    person.save(update_fields=["is_demonstration"])
    client.force_login(person)
    assert client.get("/administration/personnes/").status_code == 200


def test_an_application_is_set_up_with_its_recovery_codes(client: Client, people: People) -> None:
    client.force_login(people("administrator", protected=False))
    confirm_by_code(client)
    page = client.get("/compte/deux-etapes/application/")
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    answer = client.post("/compte/deux-etapes/application/", {"code": code})
    assert answer["Location"] == "/compte/deux-etapes/secours/"
    assert client.get("/compte/deux-etapes/secours/").status_code == 200
    assert client.get("/administration/personnes/").status_code == 200


def test_a_closed_account_stays_closed(client: Client, people: People) -> None:
    person = people(email="ana@exemple.fr", password="quatre mots sans suite")
    Person.objects.filter(pk=person.pk).update(is_active=False)
    client.post("/compte/connexion/", {"login": "ana@exemple.fr", "password": "quatre mots sans suite"})
    assert client.get("/mon-espace/").status_code == 302


ENTRANCE = [
    "/compte/connexion/",
    "/compte/connexion/code/",
    "/compte/inscription/",
    "/compte/mot-de-passe/oublie/",
    "/compte/mot-de-passe/fait/",
    "/compte/desactive/",
    "/compte/identites/annulee/",
    "/compte/identites/erreur/",
]
MINE = [
    "/compte/adresse/",
    "/compte/mot-de-passe/choisir/",
    "/compte/deux-etapes/",
    "/compte/deux-etapes/application/",
    "/compte/cles/",
    "/compte/cles/ajouter/",
    "/compte/identites/",
    "/compte/deconnexion/",
]


@pytest.mark.parametrize("address", ENTRANCE)
def test_every_entrance_page_is_ours(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == (401 if "erreur" in address else 200)
    assert 'id="contenu"' in answer.content.decode()


@pytest.mark.parametrize("address", MINE)
def test_every_page_of_the_account_is_ours(client: Client, people: People, address: str) -> None:
    client.force_login(people())
    confirm_by_code(client)
    answer = client.get(address)
    assert answer.status_code == 200
    assert 'id="contenu"' in answer.content.decode()


def test_a_forgotten_password_is_replaced_by_a_code(client: Client, people: People) -> None:
    people(email="ana@exemple.fr", password="quatre mots sans suite")
    client.post("/compte/mot-de-passe/oublie/", {"email": "ana@exemple.fr"})
    assert client.get("/compte/mot-de-passe/oublie/verifier/").status_code == 200
    client.post("/compte/mot-de-passe/oublie/verifier/", {"code": code_in_mail()})
    assert client.get("/compte/mot-de-passe/nouveau/").status_code == 200
    new = {"password1": "cinq mots tout à fait autres", "password2": "cinq mots tout à fait autres"}
    client.post("/compte/mot-de-passe/nouveau/", new)
    assert Person.objects.get().check_password("cinq mots tout à fait autres")


def test_changing_address_asks_for_a_code_at_the_new_one(client: Client, people: People) -> None:
    client.force_login(people(email="ana@exemple.fr"))
    confirm_by_code(client)
    client.post("/compte/adresse/", {"email": "neuve@exemple.fr", "action_add": "1"})
    assert Person.objects.get().email == "ana@exemple.fr"
    assert client.get("/compte/verifier-adresse/").status_code == 200
    client.post(
        "/compte/verifier-adresse/",
        {"code": next(code_in_mail(i) for i, m in enumerate(mail.outbox) if m.to == ["neuve@exemple.fr"])},
    )
    assert Person.objects.get().email == "neuve@exemple.fr"


def test_who_has_no_password_confirms_by_a_code(client: Client, people: People) -> None:
    """Long after the sign-in, what touches the safety of the account waits for a code sent to its address."""
    client.force_login(people(email="ana@exemple.fr"))
    asked = client.post("/compte/deux-etapes/application/", {"code": "000000"}, follow=True)
    assert asked.redirect_chain[0][0].startswith("/compte/confirmer/code/")
    page = asked.content.decode()
    assert "ana@exemple.fr" in page and 'id="contenu"' in page
    address = asked.redirect_chain[-1][0]
    sent = client.post(address, {"recipient": "ana@exemple.fr"}, follow=True)
    assert mail.outbox[-1].to == ["ana@exemple.fr"] and "ana@exemple.fr" in sent.content.decode()
    wrong = client.post(sent.redirect_chain[-1][0], {"code": "AAAAAA"})
    assert wrong.status_code == 200
    client.post(sent.redirect_chain[-1][0], {"code": code_in_mail()})
    assert client.get("/compte/deux-etapes/application/").status_code == 200


def test_the_code_of_confirmation_goes_to_ones_own_address_only(client: Client, people: People) -> None:
    client.force_login(people(email="ana@exemple.fr"))
    client.post("/compte/confirmer/code/", {"recipient": "zoe@exemple.fr"})
    assert not mail.outbox


def test_who_has_one_address_is_told_where_the_code_goes_and_chooses_nothing(
    client: Client, people: People
) -> None:
    client.force_login(people(email="ana@exemple.fr"))
    page = client.get("/compte/confirmer/code/").content.decode()
    assert "Nous envoyons un code à <strong>ana@exemple.fr</strong>" in page
    assert "<select" not in page.split("<main")[1] and "Recipient" not in page
    sent = client.post(
        "/compte/confirmer/code/", {"recipient": "ana@exemple.fr"}, follow=True
    ).content.decode()
    assert "Un code vient de partir pour <strong>ana@exemple.fr</strong>" in sent
    refused = client.post("/compte/confirmer/code/", {"recipient": ""}).content.decode()
    assert "Où envoyer le code" in refused
