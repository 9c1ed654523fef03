"""What is known of the communes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from maillage.apps.directory.models import Commune


@dataclass(frozen=True)
class DepartmentCommunes:
    """How many communes of a département are loaded, and how many of them have their contour."""

    code: str
    count: int
    drawn: int


def communes_by_department() -> list[DepartmentCommunes]:
    """By the code of the département."""
    rows = (
        Commune.objects.order_by("department_code")
        .values_list("department_code")
        .annotate(count=Count("pk"), drawn=Count("pk", filter=Q(contour__isnull=False)))
    )
    return [DepartmentCommunes(*row) for row in rows]


def has_ground() -> bool:
    """Whether maps have contours to stand on when the network is away."""
    return Commune.objects.filter(contour__isnull=False).exists()
