"""The process that checks: `python -m maillage.kernel.conformity.worker`, answering one document after the other.

Saxon is a native library with a heap of its own: a crash, a loop or a leak there must not take the web process with it.
A request is one line of JSON ({"schema", "stylesheets", "bytes"}) followed by that many bytes of XML; the answer is one
line of JSON. A request of 0 bytes loads the rules and checks nothing. No Django here: the process starts in an instant.
"""

from __future__ import annotations

import json
import select
import sys
from functools import cache
from typing import Any, BinaryIO

from lxml import etree
from saxonche import PySaxonProcessor

IDLE_SECONDS = 900
FAILURES_MAX = 50
TEXT_LENGTH_MAX = 1000
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_WARNINGS = ("warning", "warn", "info", "information")

_saxon = PySaxonProcessor(license=False)
_compiler = _saxon.new_xslt30_processor()


def main() -> None:
    """Answer until the other side closes, or asks nothing for a quarter of an hour."""
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        line = source.readline()
        if not line:
            return
        answers.write(json.dumps(_answer(json.loads(line), source)).encode() + b"\n")
        answers.flush()


def _answer(request: dict[str, Any], source: BinaryIO) -> dict[str, Any]:
    xml = source.read(request["bytes"])
    try:
        schema = _schema(request["schema"])
        stylesheets = [(name, _stylesheet(path)) for name, path in request["stylesheets"]]
        return _check(xml, schema, stylesheets) if xml else {"checks": []}
    except Exception as fault:  # whatever goes wrong, the other side is told that nothing was checked
        return {"fault": f"{type(fault).__name__}: {fault}"[:TEXT_LENGTH_MAX]}


@cache
def _schema(path: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


@cache
def _stylesheet(path: str) -> Any:
    return _compiler.compile_stylesheet(stylesheet_file=path)


def _check(xml: bytes, schema: etree.XMLSchema, stylesheets: list[tuple[str, Any]]) -> dict[str, Any]:
    """The checks in order; when the structure is wrong the rules about it are not tried."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(xml, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type is not allowed")
    structure = [] if schema.validate(root) else [_structure_failure(entry) for entry in schema.error_log]
    checks = [{"name": "schema", "fired": 1, "failures": structure[:FAILURES_MAX]}]
    if not structure:
        node = _saxon.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
        for name, stylesheet in stylesheets:
            report = stylesheet.transform_to_string(xdm_node=node)
            if report is None:
                raise ValueError(f"{name}: {stylesheet.error_message or 'no report'}")
            checks.append({"name": name, **_read_report(report)})
    return {"checks": checks}


def _structure_failure(entry: Any) -> dict[str, Any]:
    return {"rule": "", "text": entry.message[:TEXT_LENGTH_MAX], "location": f"{entry.line}", "fatal": True}


def _read_report(report: str) -> dict[str, Any]:
    """What a Schematron found, and how many of its rules met something: none at all means that nothing was checked."""
    root = etree.fromstring(report.encode())
    failures = [
        {
            "rule": found.get("id", ""),
            "text": " ".join("".join(found.itertext()).split())[:TEXT_LENGTH_MAX],
            "location": found.get("location", "")[:TEXT_LENGTH_MAX],
            "fatal": (found.get("flag") or found.get("role") or "").lower() not in _WARNINGS,
        }
        for found in root.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
    ]
    return {
        "fired": sum(1 for _rule in root.iter(f"{SVRL}fired-rule")),
        "failures": failures[:FAILURES_MAX],
    }


if __name__ == "__main__":
    main()
