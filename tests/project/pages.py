"""Pages as a browser reads them: their forms, to be filled with anything, and what in them could run."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import islice

TEXT_TYPES = {"text", "search", "email", "url", "tel", "number", "date", "hidden", "password", ""}
LEFT_ALONE = {"csrfmiddlewaretoken"}


@dataclass
class Form:
    """A form of a page: what would be sent as it stands, and the names of the fields in which one writes."""

    action: str = ""
    method: str = "get"
    values: dict[str, list[str]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def filled(self, words: str) -> dict[str, list[str]]:
        """What is sent when every field holds `words`."""
        return {name: [words] if name in self.written else kept for name, kept in self.values.items()}


class PageReader(HTMLParser):
    """`forms` of a page, and in `live` whatever a browser would run that the house does not write itself."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.live: list[str] = []
        self._form: Form | None = None
        self._textarea = self._select = ""
        self._script = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self._judge(tag, said)
        if tag == "form":
            self._form = Form(said.get("action", ""), said.get("method", "get").lower())
            self.forms.append(self._form)
        name = said.get("name", "")
        form = self._form
        if form is None or not name or "disabled" in said:
            return
        if tag == "textarea":
            self._textarea = name
            form.values.setdefault(name, [""])
            form.written.add(name)
        elif tag == "select":
            self._select = name
        elif tag == "input":
            kind = said.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in said:
                    form.values.setdefault(name, []).append(said.get("value", "on"))
            elif kind in TEXT_TYPES:
                form.values.setdefault(name, []).append(said.get("value", ""))
                if kind != "hidden" and name not in LEFT_ALONE:
                    form.written.add(name)
        elif tag == "button" and said.get("type", "submit") == "submit":
            form.values.setdefault(name, [said.get("value", "")])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "select":
            self._select = ""
        elif tag == "script":
            self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.live.append(f"a script of its own: {data.strip()[:60]}")
        if self._textarea and self._form is not None:
            self._form.values[self._textarea] = [data.strip()]

    def _judge(self, tag: str, said: dict[str, str]) -> None:
        self._script = tag == "script"
        if tag == "option" and self._select and self._form is not None and "selected" in said:
            self._form.values[self._select] = [said.get("value", "")]
        if tag == "script" and not said.get("src", "").startswith("/static/"):
            self.live.append(f"<script src={said.get('src')!r}>")
        for name, value in said.items():
            if name.startswith("on") or name == "style":
                self.live.append(f"<{tag} {name}={value[:60]!r}>")
            if name in ("href", "src", "action", "formaction") and _runs(value):
                self.live.append(f"<{tag} {name}={value[:60]!r}>")
        if tag in ("iframe", "object", "embed", "base", "svg:script"):
            self.live.append(f"<{tag}>")


def _runs(address: str) -> bool:
    scheme = "".join(islice((letter for letter in address.lower() if letter > " "), 20))
    return scheme.startswith(("javascript:", "data:text", "vbscript:"))
