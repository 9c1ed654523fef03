"""The words that the network shares, as rooms above hand them down: the exchange knows none of those rooms.

A room that keeps a vocabulary registers a source in its `AppConfig.ready`. Its notions are then looked up in the texts of
needs and offers, and what organisations say of themselves with them counts when their needs and offers are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from maillage.cores.ranking import Notion, NotionBook
from maillage.kernel.site.settings import open_rooms

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class SharedVocabulary:
    """Notions, the word shown for each, and what organisations said of themselves with them, by primary key.

    `given`: what an organisation has, which its offers may rest on. `sought`: what it looks for, which its needs may be about.
    Both hold the worlds that it belongs to. Only what everybody may read is handed down.
    """

    notions: tuple[Notion, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[int, frozenset[str]] = field(default_factory=dict)
    sought: Mapping[int, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class VocabularySource:
    """Where a room's vocabulary is read. `stamp` is cheap, and differs whenever what `read` gives may differ."""

    room: str
    stamp: Callable[[], str]
    read: Callable[[], SharedVocabulary]


@dataclass(frozen=True)
class Vocabulary:
    """The vocabularies of all the open rooms, ready to be looked up."""

    stamp: str
    book: NotionBook
    names: Mapping[str, str]
    given: Mapping[int, frozenset[str]]
    sought: Mapping[int, frozenset[str]]

    def of_organization(self, organization_id: int | None, *, is_need: bool) -> frozenset[str]:
        """What an organisation looks for, or has; with the notions above."""
        said = self.sought if is_need else self.given
        return self.book.with_broader(said.get(organization_id or 0, NOTHING))


_sources: dict[str, VocabularySource] = {}
_kept: Vocabulary | None = None
_lock = Lock()


def register_vocabulary(source: VocabularySource) -> None:
    """Hand down a room's vocabulary; doing it twice counts once."""
    _sources[source.room] = source


def vocabulary_in_force() -> Vocabulary:
    """Read again when one of its sources says that it has changed since."""
    global _kept
    sources = [_sources[room.name] for room in open_rooms() if room.name in _sources]
    stamp = "|".join(f"{source.room}={source.stamp()}" for source in sources)
    with _lock:
        if _kept is None or _kept.stamp != stamp:
            _kept = _joined(stamp, [source.read() for source in sources])
        return _kept


def forget_vocabulary() -> None:
    """Read everything again at the next question."""
    global _kept
    _kept = None


def _joined(stamp: str, said: list[SharedVocabulary]) -> Vocabulary:
    names: dict[str, str] = {}
    given: dict[int, frozenset[str]] = {}
    sought: dict[int, frozenset[str]] = {}
    for each in said:
        names |= each.names
        for into, more in ((given, each.given), (sought, each.sought)):
            for organization_id, keys in more.items():
                into[organization_id] = into.get(organization_id, NOTHING) | keys
    return Vocabulary(
        stamp, NotionBook(notion for each in said for notion in each.notions), names, given, sought
    )
