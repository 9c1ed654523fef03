"""Tables made together are those that would be made one by one."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations import AddIndex, CreateModel
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

from maillage.kernel.db.together import CreateTogether, together


def operations() -> list[CreateModel | AddIndex]:
    """Two tables of which the second points at the first, then an index, then one that points at itself and at both."""

    def to(model: str) -> models.ForeignKey:
        return models.ForeignKey(model, models.CASCADE, related_name="+")

    key = ("id", models.BigAutoField(primary_key=True))
    return [
        CreateModel("House", [key, ("name", models.CharField(max_length=20))]),
        CreateModel("Room", [key, ("house", to("together.House")), ("doors", models.ManyToManyField("together.House"))]),
        AddIndex("House", models.Index(fields=["name"], name="house_name")),
        CreateModel("Chair", [key, ("room", to("together.Room")), ("beside", to("together.Chair"))]),
        CreateModel("Guest", [key, ("chair", to("together.Chair"))]),
    ]  # fmt: skip


def applied(chosen: list, *, backwards: bool = False) -> tuple[ProjectState, list[str]]:
    """(state, the statements that the database would be given) of a migration, begun on a rendered state."""
    state = ProjectState()
    assert state.apps is not None
    migration = Migration("0001_initial", "together")
    migration.operations = chosen
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        if backwards:
            migration.unapply(state, editor, collect_sql=False)
        else:
            state = migration.apply(state, editor, collect_sql=False)
    return state, editor.collected_sql


def test_runs_of_creations_are_made_one() -> None:
    made = together(operations())
    assert [type(each) for each in made] == [CreateTogether, AddIndex, CreateTogether]
    assert made[-1].describe() == "Create models Chair, Guest"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backwards", [False, True])
def test_the_statements_are_the_same(*, backwards: bool) -> None:
    _state, one_by_one = applied(operations(), backwards=backwards)
    _state, at_once = applied(together(operations()), backwards=backwards)
    assert at_once == one_by_one
    assert len(at_once) > 5


@pytest.mark.django_db(transaction=True)
def test_what_is_rendered_is_tied_as_it_is_one_by_one() -> None:
    one_by_one, _statements = applied(operations())
    at_once, _statements = applied(together(operations()))
    assert at_once == one_by_one
    chair = at_once.apps.get_model("together", "Chair")
    guest = at_once.apps.get_model("together", "Guest")
    assert guest._meta.get_field("chair").related_model is chair
    assert chair._meta.get_field("room").related_model is at_once.apps.get_model("together", "Room")
