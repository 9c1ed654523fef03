"""Reads of initiatives for the pages."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from maillage.apps.directory.models import (
    Initiative,
    InitiativeCarrier,
    InitiativeDocument,
    InitiativePicture,
    InitiativePlace,
)


def with_card(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """Read with each initiative what its card shows: three queries whatever the length of the list."""
    return initiatives.select_related("main_theme", "owner").prefetch_related(
        Prefetch("places", InitiativePlace.objects.order_by("rank", "pk")),
        Prefetch(
            "carriers",
            InitiativeCarrier.objects.select_related("organization").order_by("role", "rank", "pk"),
        ),
    )


def alone(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """Nothing more: for pages that are about a part of the fiche."""
    return initiatives


def with_page(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """Read with each initiative what its page says, but its themes, which come with the tree: see `theme_tree_of`."""
    return with_card(
        initiatives.select_related("area", "adapted_from", "created_by").prefetch_related(
            Prefetch("pictures", InitiativePicture.objects.order_by("rank", "pk")),
            Prefetch("documents", InitiativeDocument.objects.order_by("rank", "pk")),
        )
    )


def with_everything(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """Read with each initiative all that an export or a version says."""
    return with_page(initiatives).prefetch_related("themes")


def freshest_fiches() -> QuerySet[Initiative]:
    """What is published, with what cards show, the latest first."""
    return with_card(Initiative.objects.published()).order_by("-updated_at", "-pk")
