"""The communes that a filter names."""

from __future__ import annotations

import re

from maillage.apps.directory.models import Commune
from maillage.apps.directory.queries.territories import communes_named

TYPED_MAX = 120
_CODE = re.compile(r"(?:^|\()(\d[\dAB]\d{3})\)?$")
"""An INSEE code, alone or as the panel writes it: "Limoges (87085)"."""


def communes_asked(text: str) -> list[Commune]:
    """The commune of this code, or those of this name; none for what is not known."""
    text = text.strip()
    if not text:
        return []
    code = _CODE.search(text)
    if code:
        return list(Commune.objects.filter(pk=code.group(1)).defer("contour"))
    return communes_named(text)


def commune_words(code: str) -> str:
    """ "Limoges (87085)", or the code alone when it is not known."""
    name = commune_name(code)
    return f"{name} ({code})" if name else code


def commune_name(code: str) -> str:
    name = Commune.objects.filter(pk=code).values_list("name", flat=True).first() if code else ""
    return name or ""
