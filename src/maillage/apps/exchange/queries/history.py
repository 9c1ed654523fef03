"""The history of a listing: what each version changed, in words that people read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative, Organization, Theme
from maillage.apps.directory.queries.differences import differences, excerpt
from maillage.apps.directory.queries.history import FieldChange
from maillage.apps.exchange.choices import Audience, Direction, Kind
from maillage.apps.exchange.models import Listing, ListingVersion
from maillage.apps.exchange.queries.contents import said_in
from maillage.apps.exchange.queries.wording import euros, measured_words

LISTING_LABELS = {
    "direction": gettext_lazy("Need or offer"),
    "kind": pgettext_lazy("of a listing", "Kind"),
    "title": gettext_lazy("In a few words"),
    "text": gettext_lazy("Text"),
    "conditions": gettext_lazy("Access and conditions"),
    "criteria": gettext_lazy("What can be measured"),
    "owner": gettext_lazy("In the name of"),
    "place": gettext_lazy("Commune"),
    "radius_km": gettext_lazy("How far"),
    "starts_on": gettext_lazy("From"),
    "ends_on": gettext_lazy("Until"),
    "value_cents": gettext_lazy("Estimated value"),
    "theme_ids": gettext_lazy("Themes"),
    "audience": gettext_lazy("Who sees it"),
}
"""What a version says, in the order of the form."""


@dataclass(frozen=True)
class Names:
    """The names behind the ids of a few versions, read at once."""

    themes: Mapping[int, str]
    organizations: Mapping[int, str]
    initiatives: Mapping[int, str]


def shown_versions(listing: Listing, audiences: Collection[str]) -> QuerySet[ListingVersion]:
    """The versions that were shown to one of `audiences`, the latest first; "" stands for drafts."""
    found = listing.versions.filter(seen_by__in=audiences).select_related("author")
    return found.order_by("-number")


def changed_labels(before: ListingVersion | None, after: ListingVersion) -> list[str]:
    """The names of what differs; none for the first version, which said it all."""
    return [change.label for change in version_changes(before, after)] if before else []


def version_changes(before: ListingVersion | None, after: ListingVersion) -> list[FieldChange]:
    """What differs between two versions, each with its readable differences: three queries at most."""
    names = _names_in(before, after)
    old, new = _readable(before, names), _readable(after, names)
    return [
        FieldChange(str(label), list(excerpt(differences(old[name], new[name]))))
        for name, label in LISTING_LABELS.items()
        if old[name] != new[name]
    ]


def _readable(version: ListingVersion | None, names: Names) -> dict[str, str]:
    """Everything that a version says, as a person would say it."""
    if version is None:
        return dict.fromkeys(LISTING_LABELS, "")
    content, measured = said_in(version.data)
    return {
        "direction": _label(Direction, content.direction),
        "kind": _label(Kind, content.kind),
        "title": content.title,
        "text": content.text,
        "conditions": content.conditions,
        "criteria": "\n".join(measured_words(criterion, words) for criterion, words in measured),
        "owner": _owner(content.organization_id, content.initiative_id, names),
        "place": f"{content.postal_code} {content.city}".strip(),
        "radius_km": f"{content.radius_km} km" if content.radius_km else "",
        "starts_on": date_format(content.starts_on, "DATE_FORMAT") if content.starts_on else "",
        "ends_on": date_format(content.ends_on, "DATE_FORMAT") if content.ends_on else "",
        "value_cents": euros(content.value_cents),
        "theme_ids": ", ".join(sorted(names.themes.get(pk, "?") for pk in content.theme_ids)),
        "audience": _label(Audience, content.audience),
    }


def _owner(organization_id: int | None, initiative_id: int | None, names: Names) -> str:
    if initiative_id:
        return names.initiatives.get(initiative_id, _("A project"))
    return names.organizations.get(organization_id, "?") if organization_id else _("Oneself")


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


def _names_in(*versions: ListingVersion | None) -> Names:
    said = [said_in(version.data)[0] for version in versions if version is not None]
    themes = {pk for content in said for pk in content.theme_ids}
    bodies = {content.organization_id for content in said if content.organization_id}
    projects = {content.initiative_id for content in said if content.initiative_id}
    published = Initiative.objects.filter(pk__in=projects, status=Status.PUBLISHED)
    return Names(
        dict(Theme.objects.filter(pk__in=themes).order_by("pk").values_list("pk", "name")) if themes else {},
        dict(Organization.objects.filter(pk__in=bodies).order_by("pk").values_list("pk", "name"))
        if bodies
        else {},
        dict(published.order_by("pk").values_list("pk", "title")) if projects else {},
    )
