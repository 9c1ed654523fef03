"""What a room gives to the search index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """A thing to find, as plain text: public, unless it `is_for_members`. `kind` and `object_id` name it; `url` is its page.

    `facets` are what results can be narrowed by: name to values, each a slug or a code (a theme with all its ancestors;
    a commune's code). `boost` multiplies the score: 1 for most, at most 2. `updated_at` is when its content changed.
    """

    kind: str
    object_id: int
    title: str
    url: str
    updated_at: datetime
    summary: str = ""
    body: str = ""
    keywords: str = ""
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    latitude: float | None = None
    longitude: float | None = None
    boost: float = 1.0
    is_for_members: bool = False
