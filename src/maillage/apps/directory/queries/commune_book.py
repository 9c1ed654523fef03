"""The communes by code and by postal code and name, in memory, for work on many rows."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.apps.directory.models import Commune
from maillage.cores.text import sort_key


@dataclass(frozen=True)
class CommunePoint:
    """A commune's code and centre, in degrees."""

    insee_code: str
    latitude: float | None
    longitude: float | None


class CommuneBook:
    """All communes that the site knows, read in one query (35,000 for France, about 15 MB)."""

    def __init__(self) -> None:
        self._by_code: dict[str, CommunePoint] = {}
        self._by_postal: dict[tuple[str, str], CommunePoint] = {}
        self._alone: dict[str, CommunePoint | None] = {}
        rows = Commune.objects.order_by("insee_code")
        for code, key, postal_codes, latitude, longitude in rows.values_list(
            "insee_code", "sort_key", "postal_codes", "latitude", "longitude"
        ).iterator(chunk_size=5000):
            point = CommunePoint(code, latitude, longitude)
            self._by_code[code] = point
            self._alone[key] = None if key in self._alone else point
            for postal_code in postal_codes:
                self._by_postal[(postal_code, key)] = point

    def __bool__(self) -> bool:
        return bool(self._by_code)

    def find(self, *, insee_code: str = "", postal_code: str = "", city: str = "") -> CommunePoint | None:
        """By INSEE code, else by postal code and name, else by a name that only one commune bears."""
        if found := self._by_code.get(insee_code):
            return found
        key = sort_key(city)
        if not key:
            return None
        if postal_code:
            key_of_saint = f" {key} ".replace(" st ", " saint ").replace(" ste ", " sainte ").strip()
            return self._by_postal.get((postal_code, key)) or self._by_postal.get((postal_code, key_of_saint))
        return self._alone.get(key)
