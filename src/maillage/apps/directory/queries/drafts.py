"""Forms that show again what a person was typing and had not saved."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, QueryDict

from maillage.apps.accounts.access import person_of
from maillage.apps.directory.models import Draft

F = TypeVar("F", bound=forms.Form)
ROWS_MAX = 200


def kept_draft(request: HttpRequest, key: str) -> Draft | None:
    return Draft.objects.filter(person=person_of(request), key=key).first()


def filled(form_class: type[F], draft: Draft | None, initial: dict[str, Any], **options: Any) -> F:
    """The form with what is saved or, when a draft was kept, with what was being typed."""
    if draft is not None:
        for name, field in form_class.base_fields.items():
            if name == "seen":
                continue
            values = draft.data.get(name)
            if getattr(field.widget, "allow_multiple_selected", False):
                initial[name] = values or []
            elif values:
                initial[name] = values[-1]
            elif isinstance(field.widget, forms.CheckboxInput):
                initial[name] = False  # an unticked box sends nothing
    return form_class(initial=initial, **options)


def typed_values(draft: Draft | None) -> dict[str, str]:
    """What each field held, for a form that makes its fields when it is shown; nothing when no draft was kept."""
    return {name: values[-1] for name, values in draft.data.items() if values} if draft else {}


def typed_rows(draft: Draft) -> QueryDict:
    """What a form of several rows held, as it would have been sent."""
    data = QueryDict(mutable=True)
    for name, values in draft.data.items():
        data.setlist(name, values)
    return data


def typed_lines(
    draft: Draft, form_class: type[forms.Form], *, prefix: str, proof: tuple[str, ...]
) -> list[dict[str, str]]:
    """What the rows of a set of forms held, to be shown again. A row of which none of the fields in `proof` is filled in is
    left out, as is one that was marked to be removed."""
    rows: list[dict[str, str]] = []
    for number in range(min(_count(draft, f"{prefix}-TOTAL_FORMS"), ROWS_MAX)):
        row = {
            name: values[-1]
            for name in (*form_class.base_fields, "DELETE")
            if (values := draft.data.get(f"{prefix}-{number}-{name}"))
        }
        if not row.pop("DELETE", "") and any(row.get(name, "").strip() for name in proof):
            rows.append(row)
    return rows


def _count(draft: Draft, name: str) -> int:
    said = (draft.data.get(name) or ["0"])[-1]
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 5 else 0
