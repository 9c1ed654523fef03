"""What is being typed of an exchange or of a debt is kept until it is done, but for its key."""

from __future__ import annotations

import pytest
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.barter.models import Circle, Debt
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
