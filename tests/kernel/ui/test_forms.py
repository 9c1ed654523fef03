"""Every form of the site has its labels as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from django.conf import settings
from django.forms import BaseForm, CharField
from django.forms.formsets import BaseFormSet

from maillage.kernel.ui.forms import Plain, WithoutColon

SIGNING_IN = "maillage.apps.accounts.forms.sign_in"
"""Forms of allauth, whose labels are put right where they are changed."""


class Sample(Plain):
    name = CharField()


def test_a_label_has_no_colon_unless_one_asks_for_it() -> None:
    assert ":" not in str(Sample()["name"].label_tag())
    assert "Name !" in str(Sample(label_suffix=" !")["name"].label_tag())


def forms_below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from forms_below(each)


def test_every_form_comes_from_the_base_of_the_house() -> None:
    import_module(settings.ROOT_URLCONF)
    ours = {each for each in forms_below(BaseForm) if each.__module__.startswith("maillage.")}
    found = {each for each in ours if each.__module__ != SIGNING_IN and not issubclass(each, BaseFormSet)}
    assert len(found) > 60
    assert {each.__qualname__ for each in found if not issubclass(each, WithoutColon)} == set()
