"""The components of the house, as template tags: `{% load ui %}`. The gallery at /composants/ shows each.

Block tags take what stands between them and their `end…`; the others draw themselves. Arguments are keyword
arguments but for the first, where it is obvious.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseFormSet, BoundField, Form
from django.http import QueryDict
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from maillage.kernel.ui.addresses import web_address
from maillage.kernel.ui.components import forms as form_parts
from maillage.kernel.ui.components.marker import readable_on
from maillage.kernel.ui.components.rendering import box, draw
from maillage.kernel.ui.components.tables import labelled_cells
from maillage.kernel.ui.components.tree import TreeNode, drawn_tree
from maillage.kernel.ui.markdown import render_markdown

register = template.Library()


@register.filter
def ago(moment: datetime) -> str:
    """How long since, in its greatest unit; what is not a minute old is "just now"."""
    if timezone.now() - moment < timedelta(minutes=1):
        return _("just now")
    return _("%(since)s ago") % {"since": timesince(moment, depth=1)}


# Frame of a page


_WAY_SHOWN = "ui_way_shown"


@register.simple_block_tag(takes_context=True)
def page_header(
    context: Context, content: str, title: str, lead: str = "", kicker: str = "", level: int = 1
) -> SafeString:
    """The title of the page (its only h1), a sentence, and the page's actions between the tags.

    The way back stands above it, read from the page's address (`way`), unless the page drew its own.
    """
    return _way_back(context, title) + draw(
        "page_header", content=content, title=title, lead=lead, kicker=kicker, level=level
    )


def _way_back(context: Context, title: str) -> SafeString:
    """The way back of the page, once, above whatever of the page's frame comes first."""
    way = context.get("way")
    if not way or context.render_context.get(_WAY_SHOWN):
        return SafeString()
    return breadcrumb(context, [*way.above, (way.current or title, "")])


@register.simple_block_tag
def result_count(content: str) -> SafeString:
    """How many things a list holds, said again when filters change it; the heading of the list."""
    return draw("result_count", content=content)


register.filter(web_address)


@register.simple_tag(takes_context=True)
def breadcrumb(context: Context, items: Sequence[tuple[Any, str]], label: str = "") -> SafeString:
    """The way back, from the home page: (label, address) pairs; the last is the page itself, its address unused.

    `label` names it where a page shows another.
    """
    context.render_context[_WAY_SHOWN] = True
    return draw("breadcrumb", items=list(items)[:-1], current=items[-1][0] if items else "", label=label)


@register.simple_block_tag
def section(content: str, title: str = "", id: str = "", level: int = 2) -> SafeString:
    return draw("section", content=content, title=title, id=id, level=level)


@register.simple_tag(takes_context=True)
def toasts(context: Context) -> SafeString:
    """The messages that wait for the person. One whose `extra_tags` are "undo:<address>" has a button that undoes."""
    waiting = [
        (message, (message.extra_tags or "").removeprefix("undo:"))
        for message in context.get("messages") or []
    ]
    return draw("toasts", messages=waiting, token=context.get("csrf_token", ""))


@register.simple_tag
def tabs(items: Sequence[tuple[str, str, bool]], label: str = "") -> SafeString:
    """(label, address, is current) triples."""
    return draw("tabs", items=items, label=label or _("Parts of this page"))


@register.simple_tag(takes_context=True)
def room_panel(context: Context, template_name: str, values: dict[str, Any]) -> SafeString:
    """A fragment that a room offers to this page, with the values it gave and the page's own."""
    chosen = context.template.engine.get_template(template_name)  # type: ignore[union-attr]
    with context.push(**values):
        return chosen.render(context)


# Layout


@register.simple_block_tag
def stack(content: str, gap: str = "m") -> SafeString:
    return box(content, f"m-stack m-stack-{gap}")


@register.simple_block_tag
def cluster(content: str) -> SafeString:
    return box(content, "m-cluster")


@register.simple_block_tag
def grid(content: str, min: str = "m") -> SafeString:
    return box(content, f"m-grid m-grid-{min}")


@register.simple_block_tag
def split(content: str, start: bool = False, first: bool = False) -> SafeString:
    """Two columns on wide screens; `{% aside %}` is the narrow one: first in the source with `start=True`, which puts
    it on the left, and with `first=True`, which keeps it on the right: a phone shows it before the rest."""
    return box(content, "m-split m-split-start" if start else "m-split m-split-first" if first else "m-split")


@register.simple_block_tag
def aside(content: str, label: str = "") -> SafeString:
    return draw("aside", content=content, label=label)


@register.simple_block_tag
def prose(content: str) -> SafeString:
    return box(content, "m-prose")


@register.simple_tag
def markdown(text: str, heading_level: int = 3) -> SafeString:
    """People's text, as HTML that can do no harm."""
    return box(render_markdown(text, heading_level=heading_level), "m-prose")


@register.simple_block_tag
def actions(content: str) -> SafeString:
    return box(content, "m-actions")


@register.simple_block_tag
def print_sheet(content: str) -> SafeString:
    return box(content, "m-print-sheet")


# Content


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    href: str = "",
    meta: str = "",
    tone: str = "",
    icon: str = "",
    level: int = 3,
) -> SafeString:
    """A thing among others; with `href`, the whole card leads there. `tone`: accent, success, warning, danger."""
    return draw("card", content=content, title=title, href=href, meta=meta, tone=tone, icon=icon, level=level)


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> SafeString:
    icons = {"success": "circle-check", "warning": "triangle-alert", "danger": "circle-x"}
    return draw("notice", content=content, tone=tone, title=title, icon=icons.get(tone, "info"))


@register.simple_tag
def empty_state(
    title: str, text: str = "", action_label: str = "", action_href: str = "", icon: str = "sprout"
) -> SafeString:
    """What an empty list says: what it is for, and the first step."""
    return draw(
        "empty_state", title=title, text=text, action_label=action_label, action_href=action_href, icon=icon
    )


@register.simple_tag
def badge(label: str, tone: str = "", icon: str = "", color: str = "", href: str = "") -> SafeString:
    """A word or two about a state. `color` adds a dot of that colour (#rrggbb); the word carries the meaning."""
    return draw("badge", label=label, tone=tone, icon=icon, color=color, href=href)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside words: reading aids skip it."""
    return draw("icon", name=name)


@register.simple_tag
def theme_marker(color: str, icon: str, label: str = "") -> SafeString:
    """A theme's disc with its drawing, and its name."""
    return draw("theme_marker", color=color, icon=icon, label=label, ink=readable_on(color))


@register.simple_tag
def avatar(name: str) -> SafeString:
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    return draw("avatar", initials=initials or "?")


@register.simple_tag
def stat(value: Any, label: str, href: str = "") -> SafeString:
    return draw("stat", value=value, label=label, href=href)


@register.simple_tag
def definition_list(items: Sequence[tuple[str, Any]]) -> SafeString:
    """(term, description) pairs; empty descriptions are left out."""
    return draw("definition_list", items=[item for item in items if item[1] not in ("", None)])


@register.simple_tag
def picture(src: str, alt: str = "", credit: str = "", width: int = 0, height: int = 0) -> SafeString:
    return draw("picture", src=src, alt=alt, credit=credit, width=width, height=height)


@register.simple_block_tag
def list_items(content: str, label: str = "") -> SafeString:
    return draw("list_items", content=content, label=label)


@register.simple_block_tag
def list_item(content: str, title: str, href: str = "", meta: str = "") -> SafeString:
    return draw("list_item", content=content, title=title, href=href, meta=meta)


@register.simple_block_tag
def timeline(content: str) -> SafeString:
    """A list of `<li>`, the newest first."""
    return draw("timeline", content=content)


@register.simple_block_tag
def table(content: str, caption: str, tall: bool = False) -> SafeString:
    """`thead` and `tbody`. On a phone a table of four columns or more, or one that is said `tall`, stands row under row, each
    cell with its heading; a smaller one scrolls by itself."""
    labelled, is_tall = labelled_cells(content, tall=tall)
    return draw("table", content=labelled, caption=caption, is_tall=is_tall)


@register.simple_block_tag
def disclosure(content: str, summary: str, open: bool = False) -> SafeString:
    return draw("disclosure", content=content, summary=summary, open=open)


@register.simple_tag
def exports(links: Sequence[tuple[str, str]]) -> SafeString:
    """The tables in which a list leaves, below it: (label, address) pairs, as `kernel.tables.leaving` gives them."""
    return draw("exports", links=links)


@register.simple_tag
def others(count: int, href: str = "") -> SafeString:
    """How many of a list a panel does not show, and the way to all of them; nothing when it shows them all."""
    return draw("others", count=count, href=href) if count > 0 else SafeString()


@register.simple_block_tag
def dialog(
    content: str, id: str, title: str, trigger: str, variant: str = "secondary", icon: str = ""
) -> SafeString:
    """A button that opens a dialog; without script, a disclosure with the same content."""
    return draw("dialog", content=content, id=id, title=title, trigger=trigger, variant=variant, icon=icon)


@register.simple_tag
def progress(value: int, max: int, label: str) -> SafeString:
    return draw("progress", value=value, max=max, label=label)


@register.simple_tag(takes_context=True)
def map_panel(
    context: Context, id: str, source: str = "", label: str = "", height: str = "m", picker: str = ""
) -> SafeString:
    """A map of the GeoJSON at `source`.

    `picker` is the prefix of the fields that choosing a point fills in, or "contour" for the text field of that name.
    The page's `map_frame` says what lies under the pins, and where addresses are looked for.
    """
    return draw(
        "map_panel",
        id=id,
        source=source,
        label=label or _("Map"),
        height=height,
        picker=picker,
        frame=context.get("map_frame") or {},
    )


@register.simple_tag
def copy_button(label: str = "", value: str = "") -> SafeString:
    """Copies `value`, or the address of the page; hidden where nothing can be copied."""
    return draw("copy_button", label=label or _("Copy the link"), value=value)


# Actions


@register.simple_tag
def button(
    label: str,
    href: str = "",
    variant: str = "primary",
    icon: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    formaction: str = "",
    download: bool = False,
) -> SafeString:
    """A link when it has `href`, otherwise a button. `variant`: primary, secondary, quiet, danger."""
    return draw(
        "button",
        label=label,
        href=href,
        variant=variant,
        icon=icon,
        type=type,
        name=name,
        value=value,
        formaction=formaction,
        download=download,
    )


@register.simple_tag(takes_context=True)
def pagination(context: Context, page_obj: Page, parameter: str = "page") -> SafeString:
    """The pages of a list; the rest of the address is kept."""
    request = context.get("request")
    query: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    query.pop(parameter, None)
    kept = query.urlencode()
    numbers = []
    if page_obj.has_other_pages():
        numbers = list(page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1))
    return draw(
        "pagination", page=page_obj, numbers=numbers, start=f"?{kept}&" if kept else "?", parameter=parameter
    )


@register.simple_tag(takes_context=True)
def stepper(context: Context, steps: Sequence[Any], current: int = 1) -> SafeString:
    """The steps of a long act: labels, or (label, address) pairs; `current` counts from 1."""
    shown = []
    for number, step in enumerate(steps, start=1):
        label, href = step if isinstance(step, tuple) else (step, "")
        state = "done" if number < current else "current" if number == current else "ahead"
        shown.append({"label": label, "href": href, "state": state})
    trail = _way_back(context, shown[current - 1]["label"])
    return trail + draw("stepper", steps=shown, current=current, total=len(shown))


# Forms


@register.simple_block_tag(takes_context=True)
def form(
    context: Context,
    content: str,
    action: str = "",
    method: str = "post",
    multipart: bool = False,
    draft: str = "",
    form: Form | None = None,
    rows: BaseFormSet[Any] | None = None,
    wide: bool = False,
    bare: bool = False,
) -> SafeString:
    """A form with its token and, given `form` and its `rows`, its error summary. `draft` is the address that keeps what is typed."""
    return draw(
        "form",
        content=content,
        action=action,
        method=method,
        multipart=multipart,
        draft=draft,
        form=form,
        rows=rows,
        errors=form_parts.error_links(form, rows) if form is not None else [],
        css="m-form-bare" if bare else "m-form m-form-wide" if wide else "m-form",
        token=context.get("csrf_token", ""),
    )


@register.simple_tag
def field(bound: BoundField, label: str = "", hint: str = "") -> SafeString:
    """Label, hint, error and the right control. Optional fields say so; nothing is said by colour alone."""
    return form_parts.draw_field(bound, label=label, hint=hint)


@register.simple_tag
def fields(form: Form, *names: str) -> SafeString:
    """Several fields, or all the visible ones; hidden ones are added once."""
    chosen = [form[name] for name in names] if names else list(form.visible_fields())
    parts: list[str] = [form_parts.draw_field(bound) for bound in chosen]
    if not names:
        parts += [str(bound) for bound in form.hidden_fields()]
    return mark_safe("".join(parts))  # noqa: S308


@register.simple_tag
def error_summary(form: Form, rows: BaseFormSet[Any] | None = None) -> SafeString:
    return draw("error_summary", errors=form_parts.error_links(form, rows))


@register.simple_block_tag
def filters(
    content: str,
    action: str = "",
    label: str = "",
    target: str = "",
    active: int = 0,
    clear: str = "",
    closed: bool = False,
) -> SafeString:
    """A panel of choices that narrows a list: a GET form, closed on phones, and everywhere when `closed`; it says
    how many are in use. `target` is the id that htmx replaces."""
    return draw(
        "filters",
        content=content,
        action=action,
        label=label or _("Filter"),
        target=target,
        active=active,
        clear=clear,
        closed=closed,
    )


@register.simple_tag
def choice_tree(name: str, nodes: Sequence[Any], selected: Sequence[str] = ()) -> SafeString:
    """Check boxes of a tree: nodes have `slug`, `name`, `id` and `parent_id`; `selected` holds slugs."""
    return drawn_tree(
        name,
        tuple(TreeNode(node.id, node.parent_id, node.slug, node.name) for node in nodes),
        tuple(selected),
        get_language(),
    )
