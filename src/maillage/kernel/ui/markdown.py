"""Text that people write, shown as HTML that can do no harm."""

from __future__ import annotations

import re
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "h2", "h3", "h4", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}

_parser = MarkdownIt("js-default", {"html": False, "linkify": False, "breaks": True}).enable("table")


_CUTTABLE = re.compile(r" (?=[;:!?»](?:\s|$))|(?<=«) ")
"""The spaces of French before a high sign and inside quotes: no line begins by « ; » nor ends by an opening quote."""


def render_markdown(text: str, *, heading_level: int = 2) -> SafeString:
    """The HTML of `text`: no raw HTML, no picture, no script; its highest headings become `<h{heading_level}>`,
    the next ones follow without a gap, down to h4.

    Written as Markdown, cleaned by nh3 whatever the first made of it. Links to elsewhere carry `nofollow`.
    """
    tokens = _parser.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    depths = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(heading_level + depths.index(token.tag), 4)}"
    for token in tokens:
        for child in token.children or ():
            if child.type == "text":
                child.content = _CUTTABLE.sub("\N{NO-BREAK SPACE}", child.content)
    html = _parser.renderer.render(tokens, _parser.options, {})
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(cleaned)  # noqa: S308  # nh3 has just cleaned it


_SIGNS = re.compile(r"[\\`*_~<>&\[\]|#]")
_BEGINNINGS = re.compile(r"\n(?:\s*(?:[-+=]|\d+[.)])|[ \t]{4})")
"""What may be Markdown or HTML, anywhere or where a line begins; a text without any of it is already plain. Two
searches, because each of them knows by which signs to look: one for both would take seven times as long.
"""


def plain_text(text: str) -> str:
    """`text` without its Markdown or HTML, on one line: for summaries and descriptions."""
    if not _SIGNS.search(text) and not _BEGINNINGS.search(f"\n{text}"):
        return " ".join(text.split())  # thirty times faster, for indexes that read everything
    return " ".join(unescape(nh3.clean(_parser.render(text), tags=set())).split())
