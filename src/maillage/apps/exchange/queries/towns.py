"""The communes that a filter names."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
    return commune_names([code]).get(code, "")


def commune_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of the communes of these codes: one query, none without a code."""
    wanted = {code for code in codes if code}
    rows = Commune.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "name")
    return dict(rows) if wanted else {}
