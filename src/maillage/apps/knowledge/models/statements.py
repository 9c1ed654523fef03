from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Origin, Relation
from maillage.apps.knowledge.models.terms import Term


class StatementQuerySet(models.QuerySet["Statement"]):
    def standing(self) -> StatementQuerySet:
        """Those that nobody has taken back."""
        return self.filter(withdrawn_at=None)

    def shown(self) -> StatementQuerySet:
        """Those that everybody may read: they stand, and their organisation's fiche is published."""
        return self.standing().filter(organization__status=Status.PUBLISHED)


class Statement(models.Model):
    """An organisation has or looks for what a term names. `words`: how it says so, in a sentence, when it does."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="knowledge_statements")
    term = models.ForeignKey(Term, models.PROTECT, related_name="statements")
    relation = models.CharField(max_length=10, choices=Relation)
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.SAID)
    workshop = models.ForeignKey(
        "knowledge.Workshop", models.SET_NULL, null=True, blank=True, related_name="statements"
    )
    words = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "term", "relation"],
                condition=models.Q(withdrawn_at=None),
                name="statement_once",
            ),
            models.CheckConstraint(
                condition=models.Q(relation__in=Relation.values), name="statement_relation_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.relation} {self.term_id}"


class Endorsement(models.Model):
    """Another organisation co-signs a statement: "we saw them do it"."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="endorsements")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="knowledge_endorsements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    words = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "organization"], name="endorsement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} → {self.statement_id}"


class Drawing(models.Model):
    """Where each node of the map stands, so that the map changes little when little is added.

    `name`: "map", or the workshop's ("workshop-7"). `positions`: {node key: [x, y]}, from 0 to 10,000.
    `groups`: the communities, lists of node keys. `stamp`: of the statements it was drawn from.
    """

    name = models.CharField(max_length=40, unique=True)
    positions = models.JSONField(default=dict)
    groups = models.JSONField(default=list)
    stamp = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
