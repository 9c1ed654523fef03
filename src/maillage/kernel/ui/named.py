"""One thing among many, chosen by writing its name: a list of thousands is not read to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.cores.text import clean, sort_key

LISTED_MAX = 200
"""Names that the page holds; where there are more, they come from the site while one writes, or are found when the form is sent."""
NAMED_MAX = 5
"""Names that the sentence of a fault says."""


class NamedInput(forms.TextInput):
    """A line to write in, with the names that the browser proposes."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.names: Callable[[], tuple[str, ...]] = tuple
        self.asked_at = ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        proposals = f"{(attrs or {}).get('id') or name}-noms"
        attrs = {**(attrs or {}), "list": proposals}
        names = self.names()
        listed = names if len(names) <= LISTED_MAX else ()
        if self.asked_at and not listed:
            attrs |= {
                "hx-get": self.asked_at,
                "hx-trigger": "input changed delay:250ms",
                "hx-target": f"#{proposals}",
                "hx-swap": "innerHTML",
            }
        options = format_html_join("", '<option value="{}"></option>', ((each,) for each in listed))
        line = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', line, proposals, options)


class Named(forms.Field):
    """The id of what has that name among `choices` ((id, name) pairs), or whose name alone holds what is written; an id is understood too.

    When several have it, `several` holds them, and the fault names some. With `guesses`, the first of them is meant: for filters,
    which refuse nothing. Two that have the same name are told apart by their number.
    """

    widget = NamedInput
    default_error_messages = {
        "invalid_choice": gettext_lazy("Nothing here has this name: choose one of those that are proposed."),
    }

    def __init__(self, *, guesses: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.guesses = guesses
        self.several: list[tuple[int, str]] = []
        self._offered: Iterable[tuple[int, str]] = ()
        self._told: Mapping[int, str] | None = None

    def offer(self, choices: Iterable[tuple[int, str]], *, asked_at: str = "") -> None:
        """Say what may be chosen, read when it is needed; `asked_at`: the address that proposes names, when there are too many for the page."""
        self._offered, self._told = choices, None
        self.widget.names = lambda: tuple(self._labels.values())  # type: ignore[attr-defined]
        self.widget.asked_at = asked_at  # type: ignore[attr-defined]

    @property
    def _labels(self) -> Mapping[int, str]:
        if self._told is None:
            known = list(self._offered)
            same = Counter(sort_key(name) for _pk, name in known)
            self._told = {pk: f"{name} [{pk}]" if same[sort_key(name)] > 1 else name for pk, name in known}
        return self._told

    def prepare_value(self, value: Any) -> Any:
        pk = self._known_id(value)
        return value if pk is None else self._labels[pk]

    def clean(self, value: Any) -> int | None:
        said = clean(" ".join(str(value or "").split()))[:300]
        if not said:
            self.validate(None)
            return None
        self.several = self._found(said)
        if not self.several:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        if len(self.several) > 1 and not self.guesses:
            sentence = _("Several answer to “%(said)s”: %(names)s. Write more of its name.")
            names = ", ".join(name for _pk, name in self.several[:NAMED_MAX])
            if len(self.several) > NAMED_MAX:
                names += "…"
            raise forms.ValidationError(sentence % {"said": said, "names": names}, code="several")
        return self.several[0][0]

    def _known_id(self, value: Any) -> int | None:
        said = str(value if value is not None else "")
        if not (said.isascii() and said.isdigit() and len(said) < 19):
            return None
        return int(said) if int(said) in self._labels else None

    def _found(self, said: str) -> list[tuple[int, str]]:
        """Those of that name; else that of that id; else those whose name begins with it, then those that hold it."""
        key = sort_key(said)
        keys = {pk: sort_key(name) for pk, name in self._labels.items()}
        same = [pk for pk, each in keys.items() if each == key]
        if not same and (pk := self._known_id(said)) is not None:
            same = [pk]
        held = [] if same or not key else [pk for pk, each in keys.items() if key in each]
        held.sort(key=lambda pk: not keys[pk].startswith(key))
        return [(pk, self._labels[pk]) for pk in (*same, *held)]
