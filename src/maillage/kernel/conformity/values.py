"""What is checked by which rules, and what came out."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "schema"
"""The name of the first check of any set: the XSD."""


@dataclass(frozen=True)
class RuleSet:
    """Rules that a document must all pass. `schema`: path of an XSD; `stylesheets`: Schematrons as XSLT, name and path."""

    schema: str
    stylesheets: tuple[tuple[str, str], ...]

    @property
    def checks(self) -> tuple[str, ...]:
        return (SCHEMA, *(name for name, _path in self.stylesheets))


@dataclass(frozen=True)
class Failure:
    """A rule that the document breaks. `rule` may be empty, for the XSD has no names. `fatal`: false for a warning."""

    check: str
    rule: str
    text: str
    location: str
    fatal: bool


@dataclass(frozen=True)
class Verdict:
    """What a document was found to be. `ran`: the checks that were really made, in order."""

    ran: tuple[str, ...]
    failures: tuple[Failure, ...]

    def passes(self, rules: RuleSet) -> bool:
        """Whether every check of `rules` was made and no rule is broken; warnings are no breach."""
        return self.ran == rules.checks and not any(failure.fatal for failure in self.failures)
