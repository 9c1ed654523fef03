"""One e-mail in two parts that say the same: its template names blocks once, and both parts are written from them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.kernel.site.settings import get_site

LAYOUT = "mail/letter.html"

_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
"""Line breaks and spaces, but those that French puts inside « quotes » and before « : »: nothing is cut there."""


def one_line(text: object) -> str:
    """The words on one line, the spaces that must not be cut kept as they are."""
    return _SPACES.sub(" ", str(text)).strip()


@dataclass(frozen=True)
class Block:
    """A piece of a letter: `kind` is say, code, quote, item or button. `text` is words, never markup."""

    kind: str
    text: str
    url: str = ""

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@dataclass
class Letter:
    """What the tags of a template gather (`{% load letter %}`), in their order."""

    subject: str = ""
    blocks: list[Block] = field(default_factory=list)
    reason: str = ""
    has_choices: bool = True
    links: list[Block] = field(default_factory=list)


def read_letter(template: str, context: dict[str, Any]) -> Letter:
    """The letter that a template says with this context, which gains `site` and `public_url`."""
    letter = Letter()
    said = {"site": get_site(), "public_url": settings.PUBLIC_URL, **context, "letter": letter}
    source = get_template(template)
    assert isinstance(source, Template)
    # What is gathered is words: each part escapes them in its own way, once.
    source.template.render(Context(said, autoescape=False))
    assert letter.subject and letter.reason, f"{template} has no subject, or does not say why one receives it"
    if letter.has_choices:
        choices = f"{settings.PUBLIC_URL}{reverse('accounts:notifications')}"
        letter.links.insert(0, Block("link", _("Choose the e-mails that you receive"), choices))
    return letter


def plain_part(letter: Letter) -> str:
    """The letter for those who read no HTML, and for machines that speak it aloud."""
    site = get_site()
    foot = [letter.reason, *(f"{link.text}\n{link.url}" for link in letter.links)]
    parts = [*map(_plain_block, letter.blocks), "-- ", *foot, f"{site.name}\n{settings.PUBLIC_URL}"]
    return "\n\n".join(parts) + "\n"


def html_part(letter: Letter) -> str:
    """The letter in the look of the house; everything that it says is escaped here."""
    context = {"letter": letter, "site": get_site(), "public_url": settings.PUBLIC_URL}
    return get_template(LAYOUT).render(context)


def _plain_block(block: Block) -> str:
    if block.kind == "code":
        return f"    {block.text}"
    if block.kind == "quote":
        return "\n".join(f"> {line}".rstrip() for line in block.lines)
    if block.kind == "item":
        return f"- {block.text}" + (f"\n  {block.url}" if block.url else "")
    return f"{block.text}\n{block.url}" if block.url else block.text
