from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.apps.knowledge.choices import Change, Kind

NAME_LENGTH_MAX = 80


class TermQuerySet(models.QuerySet["Term"]):
    def live(self) -> TermQuerySet:
        """Those that were not joined with another."""
        return self.filter(merged_into=None)


class Term(models.Model):
    """A savoir, savoir-faire or milieu, in the members' own words.

    `reference` is the address of an ESCO concept or the code of a ROME card that says nearly the same. A term that was
    joined with another stays, and `merged_into` leads to it.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=NAME_LENGTH_MAX)
    slug = models.SlugField(max_length=90)
    sort_key = models.CharField(max_length=160, editable=False)
    description = models.TextField(blank=True)
    reference = models.CharField(max_length=200, blank=True)
    broader = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="narrower")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="term_kind_known"),
            models.CheckConstraint(
                condition=models.Q(broader=None) | ~models.Q(broader=models.F("id")),
                name="term_not_its_own_broader",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="term_not_merged_into_itself",
            ),
        ]
        indexes = [models.Index(fields=["kind", "sort_key", "id"], name="term_list")]

    def __str__(self) -> str:
        return self.name


class TermName(models.Model):
    """One way of saying a term: its name, or a synonym. Within a kind, `key` (case, accents, articles apart) leads to one term."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="names")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=NAME_LENGTH_MAX)
    key = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="term_name_once")]

    def __str__(self) -> str:
        return self.name


class TermChange(models.Model):
    """A line of a term's history. `before` and `after` hold what its page said (`queries.terms.term_content`)."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="changes")
    change = models.CharField(max_length=20, choices=Change)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.change} {self.term_id}"


class TermMerge(models.Model):
    """`merged` was joined with `kept`. What moved is kept by primary key, so that the two can be separated again.

    `moved`: {"names": [...], "statements": [...], "withdrawn": [...], "narrower": [...], "broader": pk or None}.
    """

    kept = models.ForeignKey(Term, models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Term, models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
