"""Puts what is made, not written, into the wheel: the compiled catalogue and the built front-end.

An editable install gets the catalogue only; `make` builds the front-end beside it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class MaillageBuildHook(BuildHookInterface):
    """Runs before the wheel is put together; its results are declared as artifacts in pyproject.toml."""

    def dependencies(self) -> list[str]:
        """Node from the package index, where the system has none and the front-end is still to be built."""
        house = self._house()
        return [] if house.assets_are_built() or house.find_node() else [house.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for source in (Path(self.root) / "src" / "maillage" / "locale").rglob("*.po"):
            polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))
        if self.target_name == "wheel" and version != "editable":
            self._house().ensure_assets(Path(sys.executable))

    def _house(self) -> Any:
        sys.path.insert(0, str(Path(self.root) / "tools"))
        import house

        return house
