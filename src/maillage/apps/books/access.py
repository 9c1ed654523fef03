"""Who may read and write the accounts of an organisation. What is absent and what is forbidden look alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from maillage.apps.accounts.access import is_facilitator
from maillage.apps.books.models import Books
from maillage.apps.directory.access import managed_organization_ids
from maillage.apps.directory.models import Organization


@dataclass(frozen=True)
class Desk:
    """The accounts of an organisation before somebody. `books` None: it keeps none here yet."""

    organization: Organization
    books: Books | None
    can_write: bool


def get_desk_for(viewer: object, organization_id: int) -> Desk:
    """For the managers of the organisation, who write, and facilitators, who read. Raises Http404 for others."""
    organization = Organization.objects.filter(pk=organization_id).first()
    can_write = organization_id in managed_organization_ids(viewer)
    if organization is None or not (can_write or is_facilitator(viewer)):
        raise Http404
    books = Books.objects.filter(organization=organization).select_related("organization").first()
    return Desk(organization, books, can_write)


def get_books_for(viewer: object, organization_id: int, *, to_write: bool = False) -> tuple[Desk, Books]:
    """As `get_desk_for`, for accounts that are open, and for those who write when `to_write`."""
    desk = get_desk_for(viewer, organization_id)
    if desk.books is None or (to_write and not desk.can_write):
        raise Http404
    return desk, desk.books


def organizations_with_accounts(viewer: object) -> list[tuple[Organization, bool]]:
    """The organisations that the viewer manages, and whether each keeps its accounts here."""
    mine = Organization.objects.filter(pk__in=managed_organization_ids(viewer)).order_by("sort_key", "pk")
    keeping = set(Books.objects.filter(organization__in=mine).values_list("organization_id", flat=True))
    return [(each, each.pk in keeping) for each in mine]
