"""What a room declares of itself, and the register that the portal reads.

A room's `manifest.py` holds one `MANIFEST: RoomManifest`. Nothing else of a room is found by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, Q
from django.utils.functional import Promise

if TYPE_CHECKING:
    from maillage.kernel.search.documents import SearchDocument

Text = str | Promise
"""A sentence, translated now or at the time of display."""

VISITOR = "visitor"
MEMBER = "member"
FACILITATOR = "facilitator"
ADMINISTRATOR = "administrator"
ROLES = (VISITOR, MEMBER, FACILITATOR, ADMINISTRATOR)
"""Network roles, each including the ones before it."""


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """One entry of the site's navigation. `place`: "main", "space" (my space) or "facilitation".

    `description` says what one does there, where there is room for a sentence.
    """

    label: Text
    url_name: str
    icon: str
    role: str = VISITOR
    place: str = "main"
    rank: int = 50
    description: Text = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A fragment that a room offers to a page it does not own (`page`: "home", "space", "territory", …).

    `context(request, **page)` returns the template's context, or None when there is nothing to show.
    """

    page: str
    template_name: str
    context: Callable[..., dict[str, Any] | None]
    rank: int = 50


@dataclass(frozen=True, kw_only=True)
class SearchProvider:
    """Gives the documents of one kind to the search index: public things, and those marked for members alone."""

    kind: str
    label: Text
    documents: Callable[[Sequence[int]], Iterable[SearchDocument]]
    all_ids: Callable[[], Iterable[int]]


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """One of the things a new site proposes to its facilitators. `is_taken()` is the condition, an `Exists` or several, that
    says whether it was: all steps are asked for in one query.
    """

    label: Text
    description: Text
    url_name: str
    is_taken: Callable[[], Exists | Q]
    rank: int = 50


@dataclass(frozen=True, kw_only=True)
class NotificationKind:
    """Something that a room tells people about, through `kernel.mail.notifications.notify`.

    `key` is "<room>.<what>"; `rhythm` ("at_once", "daily", "weekly", "never") holds until the person chooses;
    `role` is the least role that is ever told, so that nobody is asked about what cannot reach them.
    """

    key: str
    label: Text
    description: Text = ""
    rhythm: str = "daily"
    role: str = MEMBER


@dataclass(frozen=True, kw_only=True)
class RoomManifest:
    """A room's declaration. `optional` rooms can be switched off by an administrator.

    `audit_verbs` gives the words of the journal for the verbs that the room's actions record.
    """

    name: str
    label: Text
    description: Text
    icon: str
    optional: bool = True
    navigation: tuple[NavigationItem, ...] = ()
    panels: tuple[Panel, ...] = ()
    search_providers: tuple[SearchProvider, ...] = ()
    first_steps: tuple[FirstStep, ...] = ()
    notification_kinds: tuple[NotificationKind, ...] = ()
    audit_verbs: Mapping[str, Text] = field(default_factory=dict)
    url_namespaces: tuple[str, ...] = field(default=())


@cache
def all_manifests() -> tuple[RoomManifest, ...]:
    """The manifests of the installed rooms, in the order of INSTALLED_APPS."""
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith("maillage.apps."):
            found.append(import_module(f"{config.name}.manifest").MANIFEST)
    return tuple(found)
