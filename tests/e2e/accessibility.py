"""axe-core on a page as it stands, and what it says in a line per fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "assets" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async (rules) => {
  const found = await axe.run(document, {
    resultTypes: ["violations"],
    ...(rules.length ? { runOnly: { type: "rule", values: rules } } : { rules: { "target-size": { enabled: true } } }),
  });
  return found.violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ target, html, any }) =>
    ({ target: target.join(" "), html: html.slice(0, 160), why: any[0]?.message ?? "" })) }));
}"""
COLOURS = ("color-contrast", "link-in-text-block")


def load_axe() -> str:
    assert SOURCE.is_file(), f"{SOURCE} is missing: `make test` installs it with the front-end"
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page, axe: str, rules: tuple[str, ...] = ()) -> list[str]:
    """Each fault in a line: rule, where, why. All rules, and the size of targets, unless some are named.

    A page is looked at once its styles have come: a busy machine shows its words before.
    """
    page.wait_for_load_state("load")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(RUN, list(rules))
    return [
        f"{fault['id']}: {node['target']} {node['html']} {node['why']}"
        for fault in found
        for node in fault["nodes"]
    ]
