"""People's Markdown as plain values that `house.typ` draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Block = dict[str, Any]
"""{"kind": "paragraph" | "heading" | "list" | "quote" | "code" | "rule", …}; runs are {"text", "strong", "emph", "href"}."""

DEPTH_MAX = 8
SCHEMES = ("http://", "https://", "mailto:", "tel:")
_parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})


def text_blocks(text: str) -> list[Block]:
    """The blocks of a text written as Markdown; raw HTML stays visible as text, pictures are left out."""
    return list(_blocks(iter(_parser.parse(text)), depth=0))


def _blocks(tokens: Iterator[Token], depth: int, until: str = "") -> Iterator[Block]:
    for token in tokens:
        if token.type == until:
            return
        if token.type == "paragraph_open":
            yield {"kind": "paragraph", "runs": _inline_of(tokens)}
        elif token.type == "heading_open":
            yield {"kind": "heading", "runs": _inline_of(tokens)}
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            closing = token.type.replace("open", "close")
            items = list(_items(tokens, depth, closing))
            yield {"kind": "list", "ordered": token.type.startswith("ordered"), "items": items}
        elif token.type == "blockquote_open":
            yield {"kind": "quote", "blocks": _inner(tokens, depth, "blockquote_close")}
        elif token.type in ("fence", "code_block"):
            yield {"kind": "code", "text": token.content.rstrip("\n")}
        elif token.type == "hr":
            yield {"kind": "rule"}


def _items(tokens: Iterator[Token], depth: int, until: str) -> Iterator[list[Block]]:
    for token in tokens:
        if token.type == until:
            return
        if token.type == "list_item_open":
            yield _inner(tokens, depth, "list_item_close")


def _inner(tokens: Iterator[Token], depth: int, until: str) -> list[Block]:
    """The blocks up to `until`; beyond `DEPTH_MAX` they are read and dropped, as no page could show them."""
    blocks = list(_blocks(tokens, depth + 1, until))
    return blocks if depth < DEPTH_MAX else []


def _inline_of(tokens: Iterator[Token]) -> list[dict[str, Any]]:
    """The runs of the inline token that follows an opening, whose closing is swallowed."""
    inline = next(tokens)
    next(tokens)
    return _runs(inline.children or ())


def _runs(tokens: Sequence[Token]) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    strong = emph = 0
    href = ""
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            strong += token.nesting
        elif token.type in ("em_open", "em_close"):
            emph += token.nesting
        elif token.type == "link_open":
            target = str(token.attrs.get("href", ""))
            href = target if target.lower().startswith(SCHEMES) else ""
        elif token.type == "link_close":
            href = ""
        elif token.type in ("softbreak", "hardbreak"):
            runs.append(
                {
                    "text": "\n" if token.type == "hardbreak" else " ",
                    "strong": False,
                    "emph": False,
                    "href": "",
                }
            )
        elif token.type in ("text", "code_inline", "html_inline"):
            runs.append({"text": token.content, "strong": strong > 0, "emph": emph > 0, "href": href})
    return runs
