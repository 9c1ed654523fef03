"""What the open rooms show on a page that crosses rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from maillage.kernel.site.settings import open_rooms


def panels_for(request: HttpRequest, page: str, **page_context: Any) -> list[tuple[str, dict[str, Any]]]:
    """The (template, context) pairs that the open rooms offer to `page`, in their order."""
    wanted = [panel for room in open_rooms() for panel in room.panels if panel.page == page]
    shown = []
    for panel in sorted(wanted, key=lambda panel: panel.rank):
        context = panel.context(request, **page_context)
        if context is not None:
            shown.append((panel.template_name, context))
    return shown
