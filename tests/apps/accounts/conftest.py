"""People to sign in as, and a template engine that refuses variables that nobody gave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from maillage.apps.accounts.actions.people import create_person
from maillage.apps.accounts.models import Person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOTP_SECRET = "JBSWY3DPEHPK3PXP"

People = Callable[..., Person]


@pytest.fixture
def people(db: None) -> People:
    """Makes a person of a role: `people("administrator", email="ana@exemple.fr")`; protected unless told otherwise."""

    def make(
        role: str = "member", *, email: str = "", protected: bool | None = None, password: str = ""
    ) -> Person:
        email = email or f"{role}@exemple.fr"
        person = create_person(
            email=email, name=email.split("@")[0].title(), role=role, password=password or None, now=NOW
        )
        if protected or (protected is None and role == "administrator"):
            Authenticator.objects.create(user=person, type="totp", data={"secret": TOTP_SECRET})
        return person

    return make


@pytest.fixture
def signed_in(client: Client, people: People) -> Callable[..., Client]:
    """A client signed in as a new person of that role."""

    def sign_in(role: str = "member", **details: object) -> Client:
        client.force_login(people(role, **details))
        return client

    return sign_in


def code_in_mail(position: int = -1) -> str:
    """The code that stands alone on its line in a message sent."""
    lines = mail.outbox[position].body.splitlines()
    return next(line.strip() for line in lines if line.startswith("    "))


def confirm_by_code(client: Client) -> None:
    """What a person without password does before changing what protects the account."""
    asked = client.get("/compte/confirmer/code/")
    [(address, _)] = asked.context["form"].fields["recipient"].choices
    client.post("/compte/confirmer/code/", {"recipient": address})
    client.post("/compte/confirmer/code/verifier/", {"code": code_in_mail()})
