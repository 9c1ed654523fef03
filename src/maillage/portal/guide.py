"""The users' guide, read from the files that the wheel carries: the same text as in the documentation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

_HERE = Path(__file__).resolve()
FOLDERS = (_HERE.with_name("guide_fr"), _HERE.parents[3] / "docs" / "guide-fr")
"""Inside an installed wheel, then in the sources."""

ORDER = (
    "decouvrir",
    "chercher",
    "la-carte",
    "se-connecter",
    "publier-une-fiche",
    "besoins-et-offres",
    "importer-un-fichier",
    "animer",
    "administrer",
    "demarrer",
    "mes-donnees",
)
"""From what everybody does to what few do; pages that are not named here come last."""

_LINK = re.compile(r"\]\((?P<path>[^)\s:]*/)?(?P<page>[\w-]+)\.md(?:#[\w-]*)?\)")
_BROKEN_LINE = re.compile(r"(?<=[^\s|])\n(?!\d+[.)] |\* )(?=[^\W_]|[*«`(“])")


@dataclass(frozen=True)
class GuidePage:
    """A page of the guide: its name in addresses, its title, and its text without the title."""

    slug: str
    title: str
    text: str

    @property
    def url(self) -> str:
        return reverse("portal:guide", args=[self.slug])


@lru_cache(maxsize=1)
def guide_pages() -> dict[str, GuidePage]:
    """All pages by their slug, in reading order. Read once: the files come with the version installed."""
    folder = next((each for each in FOLDERS if each.is_dir()), None)
    pages = {}
    for file in folder.glob("*.md") if folder else ():
        title, _newline, text = file.read_text(encoding="utf-8").partition("\n")
        pages[file.stem] = GuidePage(file.stem, title.lstrip("# ").strip(), text.strip())
    ranked = sorted(pages, key=lambda slug: (ORDER.index(slug) if slug in ORDER else len(ORDER), slug))
    return {slug: pages[slug] for slug in ranked}


def _for_the_site(text: str) -> str:
    """Links between pages of the guide stay in the site, others lose theirs; lines cut for editors are joined."""

    def link(match: re.Match[str]) -> str:
        page = guide_pages().get(match["page"])
        return f"]({page.url})" if page else f"]({reverse('portal:help')})"

    return _BROKEN_LINE.sub(" ", re.sub(r"\n {2,}(?![-*] |\d+[.)] )(?=\S)", " ", _LINK.sub(link, text)))


@require_safe
def guide_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of the guide, with the way to the others."""
    pages = guide_pages()
    if slug not in pages:
        raise Http404
    here = pages[slug]
    context = {
        "page": here,
        "text": _for_the_site(here.text),
        "others": [page for page in pages.values() if page is not here],
        "trail": [(_("Help"), reverse("portal:help")), (here.title, "")],
    }
    return render(request, "portal/guide.html", context)
