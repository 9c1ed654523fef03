"""Lists of one's own work going out as tables: messages received, fiches, members of an organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from maillage.apps.directory.models import Initiative, Involvement, Membership

INVOLVEMENTS = (
    "reçu le",
    "demande",
    "fiche",
    "nom",
    "courriel",
    "message",
    "répondu le",
    "adresse de la fiche",
)
FICHES = ("titre", "état", "publiée par", "thème", "mise à jour", "adresse")
MEMBERS = ("structure", "personne", "rôle", "état", "depuis")


def involvement_rows(found: Iterable[Involvement]) -> Iterator[tuple[Any, ...]]:
    for each in found:
        yield (
            each.created_at,
            str(each.get_kind_display()),
            each.initiative.title,
            each.name,
            each.email,
            each.message,
            each.answered_at,
            _address(each.initiative),
        )


def fiche_rows(found: Iterable[Initiative]) -> Iterator[tuple[Any, ...]]:
    for each in found:
        yield (
            each.title,
            str(each.get_status_display()),
            each.owner.name if each.owner else "",
            each.main_theme.name if each.main_theme else "",
            each.updated_at,
            _address(each),
        )


def member_rows(found: Iterable[Membership]) -> Iterator[tuple[Any, ...]]:
    for each in found:
        yield (
            each.organization.name,
            str(each.person) if each.person else each.invited_email,
            str(each.get_role_display()),
            str(each.get_status_display()),
            each.created_at,
        )


def _address(initiative: Initiative) -> str:
    return settings.PUBLIC_URL + reverse("directory:initiative_detail", args=[initiative.pk, initiative.slug])
