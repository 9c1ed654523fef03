"""Fields of forms, after the GOV.UK patterns: label, hint, error and control, tied together for reading aids."""

from __future__ import annotations

from typing import Any

from django.forms import BaseFormSet, BoundField, Form, widgets
from django.utils.safestring import SafeString

from maillage.kernel.ui.components.rendering import draw

CHOICE_GROUPS = (widgets.RadioSelect, widgets.CheckboxSelectMultiple)


def error_links(form: Form, rows: BaseFormSet[Any] | None = None) -> list[tuple[str, str]]:
    """(id of the field or "", sentence) pairs, in the order of the form's fields, then of its rows; general errors first."""
    if not form.is_bound:
        return []
    links = [("", str(message)) for message in form.non_field_errors()]
    for bound in form:
        links += [(field_id(bound), f"{bound.label} : {message}") for message in bound.errors]
    return links + (_row_links(rows) if rows is not None and rows.is_bound else [])


def _row_links(rows: BaseFormSet[Any]) -> list[tuple[str, str]]:
    """The same for a set of forms: the label of a field is followed by the number of its row."""
    links = [("", str(message)) for message in rows.non_form_errors()]
    for number, row in enumerate(rows, start=1):
        links += [
            (field_id(bound), f"{bound.label} {number} : {message}")
            for bound in row
            for message in bound.errors
        ]
    return links


def field_id(bound: BoundField) -> str:
    return bound.auto_id or bound.html_name


def draw_field(bound: BoundField, label: str = "", hint: str = "") -> SafeString:
    """A field with all its words; check boxes and groups get their own forms."""
    if bound.is_hidden:
        return draw("field_hidden", control=str(bound))
    widget = bound.field.widget
    identifier = field_id(bound)
    hint = hint or str(bound.help_text or "")
    described = [f"{identifier}_hint"] if hint else []
    described += [f"{identifier}_wrong"] if bound.errors else []
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    kind = "group" if isinstance(widget, CHOICE_GROUPS) else "check" if _is_check(widget) else "line"
    if kind == "line":
        attributes["class"] = f"m-input {widget.attrs.get('class', '')}".strip()
    return draw(
        f"field_{kind}",
        id=identifier,
        label=label or bound.label,
        hint=hint,
        errors=list(bound.errors),
        required=bound.field.required,
        control=bound.as_widget(attrs=attributes),
        described=" ".join(described),
    )


def _is_check(widget: widgets.Widget) -> bool:
    return isinstance(widget, widgets.CheckboxInput) and not isinstance(widget, widgets.ClearableFileInput)
