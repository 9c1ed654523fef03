"""Whom to ask in an organisation: its contacts, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Prefetch

from maillage.apps.directory.models import Contact, Organization

CONTACTS_MAX = 12


@dataclass(frozen=True, kw_only=True)
class ContactContent:
    """One way to reach an organisation: what for or at which desk, who answers, how, and whether everybody sees it."""

    label: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    public: bool = False

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ContactContent:
        return cls(**{name: data[name] for name in CONTACT_FIELDS if name in data})


CONTACT_FIELDS = tuple(field.name for field in fields(ContactContent))


def with_contacts() -> Prefetch[Any]:
    """What to prefetch where many organisations are read."""
    return Prefetch("contacts", Contact.objects.order_by("rank", "pk"))


def contacts_of(organization: Organization) -> list[ContactContent]:
    """All of them, in their order; no query when they were prefetched."""
    rows = sorted(organization.contacts.all(), key=lambda contact: (contact.rank, contact.pk))
    return [ContactContent(**{name: getattr(row, name) for name in CONTACT_FIELDS}) for row in rows]


def shown_contacts(organization: Organization) -> list[ContactContent]:
    """Those that everybody sees."""
    return [contact for contact in contacts_of(organization) if contact.public]


def first_email(contacts: Sequence[ContactContent]) -> str:
    return next((contact.email for contact in contacts if contact.email), "")


def first_phone(contacts: Sequence[ContactContent]) -> str:
    return next((contact.phone for contact in contacts if contact.phone), "")


def own_email(organization: Organization) -> str:
    """Where the house writes to the organisation itself: the first address of its contacts, shown or not; or ""."""
    return first_email(contacts_of(organization))


def contact_line(contact: ContactContent) -> str:
    """The contact in one line, for tables and for the history."""
    return " · ".join(filter(None, (contact.label, contact.name, contact.email, contact.phone)))
