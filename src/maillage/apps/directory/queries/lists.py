"""The lists of one's own work, narrowed to what their addresses ask; the arguments are those of the address."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative, Involvement, Organization
from maillage.kernel.db.holding import between_days, holding

WAITING, ANSWERED = "attente", "repondu"


def involvements_asked(
    found: QuerySet[Involvement],
    *,
    mots: str = "",
    etat: str = "",
    sorte: str = "",
    du: date | None = None,
    au: date | None = None,
) -> QuerySet[Involvement]:
    """The messages about fiches or from people that hold the words, answered or not, received between two days."""
    found = holding(found, mots, keys=("initiative__sort_key",), texts=("name", "email"))
    if etat:
        found = found.filter(answered_at__isnull=etat == WAITING)
    if sorte:
        found = found.filter(kind=sorte)
    return between_days(found, "created_at__date", du, au)


def fiches_asked(found: QuerySet[Initiative], *, mots: str = "", etat: str = "") -> QuerySet[Initiative]:
    found = holding(found, mots, keys=("sort_key",))
    return found.filter(status=etat) if etat else found


def proposed_fiches(*, mots: str = "") -> QuerySet[Initiative]:
    """What members propose, the oldest first."""
    found = Initiative.objects.filter(status=Status.PROPOSED).select_related("created_by")
    return holding(found, mots, keys=("sort_key",)).order_by("updated_at", "pk")


def proposed_organizations(*, mots: str = "") -> QuerySet[Organization]:
    """The oldest first."""
    found = Organization.objects.filter(status=Status.PROPOSED).select_related("created_by")
    return holding(found, mots, keys=("sort_key",), texts=("city",)).order_by("created_at", "pk")
