"""The vocabulary's changes: each leaves a line in the term's history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.knowledge.choices import Change
from maillage.apps.knowledge.models import Statement, Term, TermChange, TermMerge, TermName
from maillage.apps.knowledge.models.terms import NAME_LENGTH_MAX
from maillage.apps.knowledge.queries.terms import (
    TermContent,
    name_key,
    term_content,
    term_said,
    would_loop,
)
from maillage.cores.text import clean, slugify, sort_key
from maillage.kernel.audit.actions import record
from maillage.kernel.events import ContentChanged, publish

KIND = "term"


class NoWordsError(Exception):
    """What was written holds no letter nor digit, or is too long for a word."""

    message = gettext_lazy("Write it in a few words, 80 characters at most.")


class NameTakenError(Exception):
    """A name or synonym belongs to another term of the same kind."""

    def __init__(self, name: str, other: Term) -> None:
        super().__init__(name)
        self.name, self.other = name, other

    @property
    def sentence(self) -> str:
        return _("“%(name)s” is already a way of saying “%(other)s”. Join the two words instead.") % {
            "name": self.name,
            "other": self.other.name,
        }


class LoopError(Exception):
    """A term would be broader than itself."""

    message = gettext_lazy("It cannot be below this word, which is itself below it.")


class MergeRefusedError(Exception):
    """The two terms cannot be joined: the same one, of two kinds, or already joined."""

    message = gettext_lazy("These two words cannot be joined: choose another word of the same kind.")


class NotUndoneError(Exception):
    """A merge that was already undone, on top of which another was made, or whose undoing would make a loop."""

    message = gettext_lazy("They cannot be separated any more: another change was made since.")


@transaction.atomic
def find_or_create_term(*, actor: Person | None, kind: str, words: str, now: datetime) -> Term:
    """The term that `words` name, made when nobody said it before. Raises NoWordsError."""
    said = clean(" ".join(words.split()))
    key = name_key(said)
    if not key or len(said) > NAME_LENGTH_MAX:
        raise NoWordsError
    found = term_said(kind, said)
    if found is not None:
        return found
    term = Term.objects.create(
        kind=kind,
        name=said,
        slug=slugify(said) or "mot",
        sort_key=sort_key(said),
        created_by=actor,
        created_at=now,
        updated_at=now,
    )
    TermName.objects.create(term=term, kind=kind, name=said, key=key)
    _note(term, Change.CREATED, {}, actor, now)
    return term


@transaction.atomic
def update_term(*, actor: Person, term_id: int, content: TermContent, now: datetime) -> Term:
    """Save what a term's page says. Raises NoWordsError, NameTakenError, LoopError."""
    term = Term.objects.select_for_update().get(pk=term_id)
    before = term_content(term).as_json()
    keys = {name_key(name): name for name in (*content.synonyms, content.name)}
    if not name_key(content.name) or "" in keys or any(len(name) > NAME_LENGTH_MAX for name in keys.values()):
        raise NoWordsError
    taken = TermName.objects.filter(kind=term.kind, key__in=keys).exclude(term=term).select_related("term")
    for other in taken.order_by("pk"):
        raise NameTakenError(keys[other.key], other.term)
    if would_loop(term, content.broader_id):
        raise LoopError
    term.name, term.slug = content.name, slugify(content.name) or "mot"
    term.sort_key, term.description = sort_key(content.name), content.description
    term.reference, term.broader_id, term.updated_at = content.reference, content.broader_id, now
    term.save()
    TermName.objects.filter(term=term).delete()
    TermName.objects.bulk_create(
        TermName(term=term, kind=term.kind, name=name, key=key) for key, name in keys.items()
    )
    _note(term, Change.EDITED, before, actor, now)
    return term


@transaction.atomic
def merge_terms(*, actor: Person, kept_id: int, merged_id: int, now: datetime) -> TermMerge:
    """Join `merged` with `kept`: its names become synonyms, its statements speak of `kept`. It can be undone.

    An organisation that had both keeps one statement; the other is taken back. Raises MergeRefusedError.
    """
    locked = {
        term.pk: term
        for term in Term.objects.select_for_update().filter(pk__in=(kept_id, merged_id)).order_by("pk")
    }
    kept, merged = locked.get(kept_id), locked.get(merged_id)
    if kept is None or merged is None or kept.pk == merged.pk or kept.kind != merged.kind:
        raise MergeRefusedError
    if kept.merged_into_id or merged.merged_into_id:
        raise MergeRefusedError
    before, kept_broader = term_content(kept).as_json(), kept.broader_id
    if would_loop(
        merged, kept.broader_id
    ):  # kept stands below merged: it takes its place under what is above
        kept.broader_id = merged.broader_id
    moved: dict[str, Any] = {
        "names": _ids(merged.names),
        "narrower": [pk for pk in _ids(merged.narrower) if pk != kept.pk],
        "kept_broader": kept_broader,
        **_move_statements(kept, merged, now),
    }
    TermName.objects.filter(pk__in=moved["names"]).update(term=kept)
    Term.objects.filter(pk__in=moved["narrower"]).update(broader=kept)
    merged.merged_into, merged.updated_at, kept.updated_at = kept, now, now
    merged.save()
    kept.save()
    made = TermMerge.objects.create(kept=kept, merged=merged, moved=moved, actor=actor, at=now)
    _note(kept, Change.MERGED, before, actor, now)
    _announce((kept.pk, merged.pk), actor, now)
    return made


@transaction.atomic
def undo_merge(*, actor: Person, merge_id: int, now: datetime) -> Term:
    """Separate two terms that were joined; gives back the one that had gone. Raises NotUndoneError."""
    made = TermMerge.objects.select_for_update().select_related("kept", "merged").get(pk=merge_id)
    kept, merged, moved = made.kept, made.merged, made.moved
    if made.undone_at or kept.merged_into_id or merged.merged_into_id != kept.pk:
        raise NotUndoneError
    before = term_content(kept).as_json()
    TermName.objects.filter(pk__in=moved["names"], term=kept).update(term=merged)
    if not merged.names.exists():  # its name was written anew on the other's page since
        raise NotUndoneError
    Statement.objects.filter(pk__in=moved["statements"], term=kept).update(term=merged)
    Statement.objects.filter(pk__in=moved["withdrawn"], term=merged).update(withdrawn_at=None)
    Term.objects.filter(pk__in=moved["narrower"], broader=kept).update(broader=merged)
    if kept.broader_id != moved["kept_broader"]:
        kept.broader_id = moved["kept_broader"]
    merged.merged_into, merged.updated_at, kept.updated_at, made.undone_at = None, now, now, now
    merged.save()
    kept.save()
    made.save()
    if any(would_loop(term, term.broader_id) for term in (kept, merged)):  # placed anew since
        raise NotUndoneError
    _note(kept, Change.SEPARATED, before, actor, now)
    _announce((kept.pk, merged.pk), actor, now)
    return merged


def _move_statements(kept: Term, merged: Term, now: datetime) -> dict[str, list[int]]:
    """Statements that stand go to `kept`, but those that it has already, which are taken back."""
    have = set(kept.statements.standing().values_list("organization_id", "relation"))
    moved: list[int] = []
    withdrawn: list[int] = []
    for pk, organization, relation in (
        merged.statements.standing().order_by("pk").values_list("pk", "organization_id", "relation")
    ):
        (withdrawn if (organization, relation) in have else moved).append(pk)
    Statement.objects.filter(pk__in=withdrawn).update(withdrawn_at=now)
    Statement.objects.filter(pk__in=moved).update(term=kept)
    return {"statements": moved, "withdrawn": withdrawn}


def _ids(rows: Any) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _note(term: Term, change: str, before: dict[str, Any], actor: Person | None, now: datetime) -> None:
    after = term_content(term).as_json()
    TermChange.objects.create(term=term, change=change, before=before, after=after, actor=actor, at=now)
    record(
        actor=actor,
        verb=f"term.{change}",
        target_kind=KIND,
        target_id=term.pk,
        target_label=term.name,
        now=now,
    )
    _announce((term.pk,), actor, now)


def _announce(ids: tuple[int, ...], actor: Person | None, now: datetime) -> None:
    publish(ContentChanged(person_id=actor.pk if actor else None, at=now, kind=KIND, ids=ids))
