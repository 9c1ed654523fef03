"""The French catalogue: `update` adds what the sources say, `check` finds what lacks, `compile` builds the .mo.

Message ids are English; the catalogue is complete or the tests fail. Run `python tools/catalogue.py update`
after writing new sentences, then translate the empty entries at the end of the file.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "maillage"
CATALOGUE = SOURCES / "locale" / "fr" / "LC_MESSAGES" / "django.po"
KEYWORDS = (
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
)
CALL = re.compile(r"\b_?(n?p?gettext)\(((?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^'\")])*)\)")
STRING = re.compile(r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")

Message = tuple[str | None, str, str | None]
"""(context, singular, plural)."""


def messages() -> Iterator[tuple[Message, str]]:
    """Each message of the sources, with the file that says it."""
    for file in sorted(SOURCES.rglob("*.py")):
        called = called_in(file)
        with file.open("rb") as stream:
            for _line, function, said, _comments in extract_python(
                stream, called.keys(), [], {"encoding": "utf-8"}
            ):
                parts = said if isinstance(said, tuple) else (said,)
                words = [part for part in parts if isinstance(part, str)]
                if words:
                    yield _message(called[function], words), str(file.relative_to(SOURCES.parents[1]))
    for pattern in ("*.html", "*.txt", "*.typ"):
        for file in sorted(SOURCES.rglob(pattern)):
            if "templates" not in file.parts:
                continue
            for call in CALL.finditer(templatize(file.read_text(encoding="utf-8"))):
                words = [ast.literal_eval(found) for found in STRING.findall(call.group(2))]
                if words:
                    yield _message(call.group(1), words), str(file.relative_to(SOURCES.parents[1]))


def called_in(file: Path) -> dict[str, str]:
    """The functions that translate, each by the name under which the module calls it."""
    own = {
        alias.asname: alias.name
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and alias.name in KEYWORDS
    }
    return {name: name for name in KEYWORDS} | own


def _message(function: str, words: list[str]) -> Message:
    function = function.removesuffix("_lazy")
    context = words.pop(0) if "p" in function.split("gettext")[0] else None
    plural = words[1] if function.startswith("n") and len(words) > 1 else None
    return context, words[0], plural


def load() -> polib.POFile:
    if CATALOGUE.is_file():
        return polib.pofile(str(CATALOGUE), wrapwidth=110)
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "maillage",
        "Language": "fr",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    return catalogue


def update() -> None:
    catalogue = load()
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    for (context, singular, plural), file in messages():
        if (context, singular) not in known:
            known.add((context, singular))
            entry = polib.POEntry(msgctxt=context, msgid=singular, msgstr="", occurrences=[(file, "")])
            if plural is not None:
                entry.msgid_plural, entry.msgstr_plural = plural, {0: "", 1: ""}
            catalogue.append(entry)
    for entry in catalogue:
        entry.msgstr = nonbreaking(entry.msgstr)
        entry.msgstr_plural = {number: nonbreaking(said) for number, said in entry.msgstr_plural.items()}
    catalogue.save(str(CATALOGUE))


def nonbreaking(french: str) -> str:
    """The same with the spaces that French puts before : ; ! ? » and after « made unbreakable."""
    return re.sub(r"(?<=«) | (?=[:;!?»](?:\s|$|[.,)]))", "\u00a0", french)


def faults() -> list[str]:
    """What keeps the catalogue from being complete: sentences missing, empty or no longer said."""
    catalogue = load()
    found = []
    translated = {}
    for entry in catalogue:
        filled = all(entry.msgstr_plural.values()) if entry.msgid_plural else bool(entry.msgstr)
        translated[(entry.msgctxt, entry.msgid)] = filled
        said = [entry.msgstr, *entry.msgstr_plural.values()]
        placeholders = set(re.findall(r"%\(\w+\)s", entry.msgid))
        if filled and any(text and placeholders - set(re.findall(r"%\(\w+\)s", text)) for text in said):
            found.append(f"placeholder lost: {entry.msgid!r}")
    wanted = {(message[0], message[1]): file for message, file in messages()}
    found += [
        f"{file}: not in the catalogue: {key[1]!r}" for key, file in wanted.items() if key not in translated
    ]
    found += [f"not translated: {key[1]!r}" for key, filled in translated.items() if not filled]
    found += [f"no longer said: {key[1]!r}" for key in translated if key not in wanted]
    return found


def prune() -> None:
    """Drop what is no longer said and what stands twice, and sort: done now and then, never beside other work."""
    catalogue = load()
    wanted = {(message[0], message[1]): file for message, file in messages()}
    kept = polib.POFile(wrapwidth=110)
    kept.metadata = catalogue.metadata
    seen = set()
    for entry in sorted(
        catalogue, key=lambda entry: (wanted.get((entry.msgctxt, entry.msgid), ""), entry.msgid)
    ):
        key = (entry.msgctxt, entry.msgid)
        if key in wanted and key not in seen:
            seen.add(key)
            entry.occurrences = [(wanted[key], "")]
            kept.append(entry)
    kept.save(str(CATALOGUE))


def compile_catalogue() -> None:
    load().save_as_mofile(str(CATALOGUE.with_suffix(".mo")))


def main(command: str) -> int:
    if not settings.configured:
        settings.configure()
    if command == "update":
        update()
    elif command == "prune":
        prune()
    elif command == "compile":
        compile_catalogue()
    elif command == "check":
        lines = faults()
        print("\n".join(lines))
        return 1 if lines else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
