"""What is being typed of an exchange or of a debt is kept until it is done, but for its key."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.barter.models import Circle, Debt, PlainExchange
from maillage.apps.directory.models import Draft, Organization
from maillage.apps.ledger.models import Account, Transfer
from tests.apps.barter.test_credit import browser, go, mine, page, theirs  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def test_an_exchange_is_kept_until_it_is_done(
    maya: Person,
    circle: Circle,
    mine: Account,  # noqa: F811
    theirs: Account,  # noqa: F811
) -> None:
    client, url, key = browser(maya), page(circle, "deal", mine, "recu"), f"troc-{mine.pk}-received"
    keep = reverse("directory:draft_keep", args=[key])
    assert keep in client.get(url).content.decode()
    said = {"avec": str(theirs.pk), "montant": "12,5", "objet": "Deux chaises"}
    assert client.post(keep, {**said, "cle": "0" * 32}).status_code == 204
    assert "cle" not in Draft.objects.get().data
    shown = client.get(url).content.decode()
    assert 'value="12,5"' in shown and 'value="Deux chaises"' in shown and "0" * 32 not in shown
    assert "Deux chaises" not in client.get(f"{url}?avec={theirs.pk}").content.decode()
    assert "Deux chaises" not in client.get(page(circle, "deal", mine, "fourni")).content.decode()
    refused = client.post(url, {**said, "montant": "trop"})
    assert refused.status_code == 422 and "Deux chaises" in refused.content.decode()
    assert Draft.objects.exists() and not Transfer.objects.exists()
    go(client, url, said)
    assert Transfer.objects.count() == 1 and not Draft.objects.exists()


def test_a_debt_is_kept_until_it_is_said(maya: Person, circle: Circle, radio: Organization) -> None:
    client, url = browser(maya), reverse("barter:debt_enter", args=[circle.pk])
    keep = reverse("directory:draft_keep", args=[f"dette-{circle.pk}"])
    assert keep in client.get(url).content.decode()
    own, other = (circle.members.get(organization__name=name).pk for name in ("La Recyclerie", radio.name))
    said = {
        "member": own,
        "side": "recoit",
        "other": other,
        "amount": "48,5",
        "invoice": "P-12",
        "due_date": "",
    }
    assert client.post(keep, said).status_code == 204
    shown = client.get(url).content.decode()
    assert 'value="48,5"' in shown and 'value="P-12"' in shown
    refused = client.post(url, {**said, "amount": "48,505"})
    assert (
        refused.status_code == 422 and 'value="48,505"' in refused.content.decode() and Draft.objects.exists()
    )
    client.post(url, said)
    assert Debt.objects.get().amount_cents == 4850 and not Draft.objects.exists()


def test_the_lines_of_several_exchanges_are_kept_until_they_are_done(
    maya: Person,
    circle: Circle,
    mine: Account,  # noqa: F811
    theirs: Account,  # noqa: F811
) -> None:
    client, url = browser(maya), page(circle, "several", mine)
    keep = reverse("directory:draft_keep", args=[f"troc-{mine.pk}-plusieurs"])
    assert keep in client.get(url).content.decode()
    said = {
        "avec_1": str(theirs.pk),
        "montant_1": "4",
        "objet_1": "Affiches",
        "montant_8": "trop",
        "objet_8": "Salle",
    }
    assert client.post(keep, {**said, "cle": "0" * 32}).status_code == 204
    shown = client.get(url).content.decode()
    for words in ("4", "Affiches", "trop", "Salle"):
        assert f'value="{words}"' in shown
    assert "Nous avons gardé" in shown and "0" * 32 not in shown and "m-error" not in shown
    assert re.search(rf'value="{theirs.pk}"[^>]*selected', shown)
    assert client.post(url, said).status_code == 422 and Draft.objects.exists()
    go(client, url, {name: value for name, value in said.items() if name.endswith("1")})
    assert Transfer.objects.count() == 1 and not Draft.objects.exists()


def test_pasted_lines_are_kept_put_right_in_place_and_entered(
    maya: Person,
    circle: Circle,
    mine: Account,  # noqa: F811
    theirs: Account,  # noqa: F811
) -> None:
    client, url = browser(maya), page(circle, "bulk", mine)
    keep = reverse("directory:draft_keep", args=[f"troc-{mine.pk}-fichier"])
    shown = client.get(url).content.decode()
    assert keep in shown and "recu_par;fourni_par;montant" in shown
    lines = "recu_par;fourni_par;montant;objet\nLa Recyclerie;Radio Brume;douze;Été\n"
    assert client.post(keep, {"texte": lines}).status_code == 204
    assert "Radio Brume;douze" in client.get(url).content.decode()
    refused = client.post(url, {"texte": lines})
    words = refused.content.decode()
    assert refused.status_code == 422 and "Ligne 2, montant" in words and "Radio Brume;douze;Été" in words
    assert Draft.objects.exists() and not Transfer.objects.exists()
    good = client.post(url, {"texte": lines.replace("douze", "12")}).content.decode()
    key = re.search(r'name="cle" value="([0-9a-f]{32})"', good)
    content = re.search(r'name="contenu" value="([^"]*)"', good)
    assert key is not None and content is not None and Draft.objects.exists()
    assert client.post(url, {"cle": key[1], "contenu": content[1]}).status_code == 302
    assert Transfer.objects.get().label == "Été" and not Draft.objects.exists()


def test_a_file_in_an_older_encoding_is_shown_and_entered_with_its_accents(
    maya: Person,
    circle: Circle,
    mine: Account,  # noqa: F811
    theirs: Account,  # noqa: F811
) -> None:
    client, url = browser(maya), page(circle, "bulk", mine)
    lines = "recu_par;fourni_par;montant;objet\nLa Recyclerie;Radio Brume;12;Été à la fête\n"
    shown = client.post(
        url, {"fichier": SimpleUploadedFile("e.csv", lines.encode("cp1252"))}
    ).content.decode()
    assert shown.count("Été à la fête") == 3, "in the table, in what is confirmed, and where it is put right"


def test_neither_a_file_nor_lines_is_said(maya: Person, circle: Circle, mine: Account) -> None:  # noqa: F811
    refused = browser(maya).post(page(circle, "bulk", mine), {"texte": " "})
    assert refused.status_code == 422
    assert "Choisissez un fichier, ou écrivez les lignes." in refused.content.decode()


def test_an_exchange_without_value_is_kept_until_it_is_noted(
    maya: Person,
    circle: Circle,
    mine: Account,  # noqa: F811
    theirs: Account,  # noqa: F811
) -> None:
    client, url = browser(maya), page(circle, "plain", mine)
    said = {"sens": "given", "avec": str(theirs.pk), "objet": "Un coup de main", "jour": "2026-01-15"}
    keep = reverse("directory:draft_keep", args=[f"troc-{mine.pk}-sans-valeur"])
    assert client.post(keep, said).status_code == 204
    shown = client.get(url).content.decode()
    assert 'value="Un coup de main"' in shown and 'value="2026-01-15"' in shown
    go(client, url, said)
    assert PlainExchange.objects.get().what == "Un coup de main" and not Draft.objects.exists()
