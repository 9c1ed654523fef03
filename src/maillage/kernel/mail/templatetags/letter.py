"""The blocks that the template of an e-mail is made of. They draw nothing: they gather words in `letter`."""

from __future__ import annotations

from typing import Any

from django import template

from maillage.kernel.mail.letters import Block, one_line

register = template.Library()


@register.simple_block_tag(takes_context=True)
def subject(context: Any, content: str) -> str:
    context["letter"].subject = _words(content)
    return ""


@register.simple_block_tag(takes_context=True)
def say(context: Any, content: str) -> str:
    """A paragraph."""
    return _add(context, "say", _words(content))


@register.simple_tag(takes_context=True)
def code(context: Any, digits: str) -> str:
    """A code to type, alone and large."""
    return _add(context, "code", _words(digits))


@register.simple_tag(takes_context=True)
def quote(context: Any, words: str) -> str:
    """What a person wrote, told apart from what the site says; its lines are kept."""
    lines = [line.strip() for line in str(words).strip().splitlines()]
    return _add(context, "quote", "\n".join(lines)) if words.strip() else ""


@register.simple_tag(takes_context=True)
def item(context: Any, words: str, path: str = "") -> str:
    """One piece of news; `path` is of this site."""
    return _add(context, "item", _words(words), f"{context['public_url']}{path}" if path else "")


@register.simple_block_tag(takes_context=True)
def button(context: Any, content: str, url: str) -> str:
    """The one thing to do: a letter has one button at most."""
    assert not any(block.kind == "button" for block in context["letter"].blocks), "one button is enough"
    return _add(context, "button", _words(content), _words(url))


@register.simple_block_tag(takes_context=True)
def reason(context: Any, content: str, choices: bool = True) -> str:
    """Why one receives this; without `choices` for those who have no account to choose in."""
    context["letter"].reason = _words(content)
    context["letter"].has_choices = choices
    return ""


@register.simple_block_tag(takes_context=True)
def foot_link(context: Any, content: str, url: str) -> str:
    context["letter"].links.append(Block("link", _words(content), _words(url)))
    return ""


def _add(context: Any, kind: str, text: str, url: str = "") -> str:
    context["letter"].blocks.append(Block(kind, text, url))
    return ""


def _words(text: object) -> str:
    """One line of plain words: what a template made is no longer taken for safe markup."""
    return one_line(text)
