"""What the house holds about people, field by field, and what becomes of it.

Each app says it in its `personal_data` module (`PERSONAL_DATA`, a tuple). The export, the erasure, the retention
task and the public page about personal data are all made from these declarations; a field that nobody declared
fails a test, so that none is added without somebody saying why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import Text

CONTRACT = _("What the service asks for (contract)")
LEGITIMATE = _("The safety and good order of the site (legitimate interest)")


class OnErasure(StrEnum):
    DELETE = "delete"
    ANONYMISE = "anonymise"
    KEEP = "keep"


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """What one table holds about people, or one way in which it does.

    `person_paths` are the lookups from a row to its person, `email_fields` the columns where an address stands
    alone for one; `person_rows` replaces both when the tie is of another kind. `fields` gives each personal
    column its words. With `retention_days`, rows whose `retention_field` is older are deleted every night.
    """

    model: str
    label: Text
    purpose: Text
    who_sees: Text
    retention: Text
    fields: Mapping[str, Text]
    not_personal: tuple[str, ...] = ()
    person_paths: tuple[str, ...] = ()
    email_fields: tuple[str, ...] = ()
    person_rows: Callable[[Any], Q] | None = None
    on_erasure: OnErasure = OnErasure.DELETE
    ground: Text = CONTRACT
    exported: bool = True
    retention_field: str = ""
    retention_days: int = 0
    retention_only: Mapping[str, Any] = field(default_factory=dict)

    @property
    def model_class(self) -> type[models.Model]:
        return apps.get_model(self.model)

    def rows_of(self, person: Any) -> models.QuerySet[Any]:
        """The rows about `person`, by the plain manager: no room's default filter hides any."""
        if self.person_rows is not None:
            tie = self.person_rows(person)
        else:
            tie = Q()
            for path in self.person_paths:
                tie |= Q(**{path: person.pk})
            for name in self.email_fields:
                tie |= Q(**{f"{name}__iexact": person.email})
        rows = self.model_class._base_manager.filter(tie) if tie else self.model_class._base_manager.none()
        return rows.distinct().order_by("pk")

    @property
    def retention_period(self) -> timedelta | None:
        return timedelta(days=self.retention_days) if self.retention_days else None


@dataclass(frozen=True, kw_only=True)
class NoPersonalData:
    """A table that says nothing about anybody, and why that can be said."""

    model: str
    because: Text


Declaration = PersonalData | NoPersonalData


@cache
def all_declarations() -> tuple[Declaration, ...]:
    """Every declaration, in the order of INSTALLED_APPS."""
    found: list[Declaration] = []
    for config in apps.get_app_configs():
        module = f"{config.name}.personal_data"
        if config.name.startswith("maillage.") and find_spec(module):
            found.extend(import_module(module).PERSONAL_DATA)
    return tuple(found)


def personal_declarations() -> tuple[PersonalData, ...]:
    return tuple(said for said in all_declarations() if isinstance(said, PersonalData))


def declared_models() -> Iterator[type[models.Model]]:
    """The tables that must be declared: the house's, and those of the libraries that hold accounts."""
    for model in apps.get_models():
        module = model.__module__
        if module.startswith(("maillage.", "allauth.")) and model._meta.managed and not model._meta.proxy:
            yield model


def faults() -> list[str]:
    """What is missing, unknown or contradictory in the declarations; empty when all is said."""
    found: list[str] = []
    said: dict[str, list[Declaration]] = {}
    for declaration in all_declarations():
        said.setdefault(declaration.model.lower(), []).append(declaration)
    for model in declared_models():
        label = model._meta.label
        declarations = said.pop(label.lower(), [])
        if not declarations:
            found.append(f"{label}: not declared in any personal_data module")
        elif any(isinstance(declaration, NoPersonalData) for declaration in declarations):
            if len(declarations) > 1 or touches_people(model):
                found.append(f"{label}: declared without personal data, yet it is tied to people")
        else:
            found += _field_faults(model, [d for d in declarations if isinstance(d, PersonalData)])
    found += [f"{label}: declared, but no such table" for label in said]
    return found


def touches_people(model: type[models.Model]) -> bool:
    """Whether a table points at a person, or has a column made for an address."""
    return any(
        isinstance(column, models.EmailField)
        or (column.is_relation and column.related_model is apps.get_model(settings.AUTH_USER_MODEL))
        for column in model._meta.concrete_fields
    )


def _field_faults(model: type[models.Model], declarations: list[PersonalData]) -> list[str]:
    label = model._meta.label
    columns = {column.name for column in model._meta.concrete_fields if not column.primary_key}
    personal = {name for declaration in declarations for name in declaration.fields}
    others = {name for declaration in declarations for name in declaration.not_personal}
    found = [
        f"{label}.{name}: neither personal nor declared otherwise"
        for name in sorted(columns - personal - others)
    ]
    found += [
        f"{label}.{name}: declared, but no such field" for name in sorted((personal | others) - columns)
    ]
    found += [f"{label}.{name}: declared both ways" for name in sorted(personal & others)]
    return found
