"""The synonyms in force: the vocabulary of the field, and what the site's facilitators add."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from maillage.cores.text.folding import clean, squeeze
from maillage.cores.text.synonyms import EXPRESSION_WORDS_MAX, SynonymTable, expression_terms
from maillage.cores.text.vocabulary import ESS_VOCABULARY
from maillage.kernel.audit.actions import record
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.http.once import once
from maillage.kernel.search.models import SynonymGroup

GROUPS_MAX = 500
EXPRESSIONS_MAX = 10
EXPRESSION_CHARACTERS_MAX = 60


class BadSynonymsError(ValueError):
    """A group that would change nothing or cannot be searched; carries a sentence for the person."""


def synonyms_in_force() -> SynonymTable:
    """Read for each page, so that every process follows a change at once; analysed only when it differs."""
    return once("synonyms in force", _read_synonyms)


def _read_synonyms() -> SynonymTable:
    groups = SynonymGroup.objects.order_by("pk").values_list("expressions", flat=True)[:GROUPS_MAX]
    return _table(tuple(tuple(str(expression) for expression in group) for group in groups))


@lru_cache(maxsize=8)
def _table(groups: tuple[tuple[str, ...], ...]) -> SynonymTable:
    return ESS_VOCABULARY.joined_by(groups)


def checked_expressions(expressions: Sequence[str]) -> list[str]:
    """The expressions of a group, cleaned, each meaning once. Raises BadSynonymsError."""
    kept: dict[tuple[str, ...], str] = {}
    for expression in expressions:
        said = squeeze(clean(expression))
        if not said:
            continue
        terms = expression_terms(said)
        if len(said) > EXPRESSION_CHARACTERS_MAX or not terms:
            raise BadSynonymsError(
                _("“%(expression)s” cannot be searched: write one to %(words)s words that mean something.")
                % {"expression": said[:EXPRESSION_CHARACTERS_MAX], "words": EXPRESSION_WORDS_MAX}
            )
        kept.setdefault(terms, said)
    if len(kept) < 2:
        raise BadSynonymsError(
            _(
                "Write at least two expressions that the search takes for different ones: plurals and accents already count as the same."
            )
        )
    if len(kept) > EXPRESSIONS_MAX:
        raise BadSynonymsError(_("At most %(count)s expressions in a group.") % {"count": EXPRESSIONS_MAX})
    return list(kept.values())


def save_synonyms(
    *, group: SynonymGroup | None, expressions: Sequence[str], actor: Any, now: datetime
) -> SynonymGroup:
    """Write a group, new when `group` is None; the next question already uses it. Raises BadSynonymsError."""
    kept = checked_expressions(expressions)
    with transaction.atomic():
        if group is None and SynonymGroup.objects.count() >= GROUPS_MAX:
            raise BadSynonymsError(
                _("There are already %(count)s groups, the most there can be.") % {"count": GROUPS_MAX}
            )
        written = group or SynonymGroup()
        before = list(written.expressions)
        written.expressions, written.updated_at = kept, now
        written.save()
        _note("synonyms.write", written, actor, now, {"before": before, "after": kept})
    return written


def remove_synonyms(*, group: SynonymGroup, actor: Any, now: datetime) -> AuditEntry:
    """Take a group away. Its expressions stand in the line of the journal, which `put_back` undoes."""
    with transaction.atomic():
        entry = _note("synonyms.remove", group, actor, now, {"before": list(group.expressions)})
        group.delete()
    return entry


def reset_synonyms(*, actor: Any, now: datetime) -> AuditEntry:
    """Take all groups of the site away: only the vocabulary of every site stays. `put_back` undoes it."""
    with transaction.atomic():
        groups = SynonymGroup.objects.order_by("pk")
        before = [list(group.expressions) for group in groups]
        entry = record(
            actor=actor,
            verb="synonyms.reset",
            target_kind="synonyms",
            target_id=0,
            target_label=_("All the groups of the site"),
            details={"groups": before},
            now=now,
        )
        groups.delete()
    return entry


def put_back(*, entry: AuditEntry, actor: Any, now: datetime) -> int:
    """Write again what a removal took away; the number of groups. Doing it twice doubles nothing."""
    details = entry.details
    return add_groups(groups=details.get("groups") or [details.get("before") or []], actor=actor, now=now)


def add_groups(*, groups: Sequence[Sequence[str]], actor: Any, now: datetime) -> int:
    """Write the groups that are not there yet, all or none; the number written. Raises BadSynonymsError."""
    with transaction.atomic():
        known = {_meaning(group.expressions) for group in SynonymGroup.objects.all()}
        written = 0
        for expressions in groups:
            if _meaning(expressions) not in known:
                known.add(_meaning(expressions))
                save_synonyms(group=None, expressions=expressions, actor=actor, now=now)
                written += 1
    return written


def _meaning(expressions: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """What a group says, whatever the order and the way of writing."""
    return frozenset(expression_terms(said) for said in expressions)


def _note(verb: str, group: SynonymGroup, actor: Any, now: datetime, details: dict[str, Any]) -> AuditEntry:
    return record(
        actor=actor,
        verb=verb,
        target_kind="synonyms",
        target_id=group.pk,
        target_label=str(group),
        details=details,
        now=now,
    )
