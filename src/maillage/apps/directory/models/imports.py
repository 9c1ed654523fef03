"""Imports of files: each run, what became of each of its rows, and what is remembered for the next time."""

from django.conf import settings
from django.db import models

from maillage.apps.directory.choices import CategoryDecision, DuplicateRule, ImportOutcome, ImportStatus
from maillage.apps.directory.models.initiatives import Initiative
from maillage.apps.directory.models.themes import Theme


class ImportRecipe(models.Model):
    """How a file with these columns was read the last time; found again by the columns' fingerprint.

    `mapping` gives the field by column.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=160)
    source = models.CharField(max_length=80, blank=True)
    mapping = models.JSONField(default=dict)
    duplicate_rule = models.CharField(max_length=10, choices=DuplicateRule, default=DuplicateRule.SKIP)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One file on its way into the directory.

    `source` names where the fiches come from: with their identifier it tells them again the next time.
    `mapping` gives the field by column; `categories` how many rows name each category of the file,
    `category_parents` the category that one stands under, where the file tells.
    `exchanges` reads the other way round the positions whose latitude and longitude changed places.
    `position` is the last row that the stage in progress has dealt with, `beat_at` when it last did.
    """

    name = models.CharField(max_length=200)
    source = models.CharField(max_length=80)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to="imports/", max_length=200)
    size_bytes = models.PositiveBigIntegerField(default=0)
    format = models.CharField(max_length=20, blank=True)
    variant = models.CharField(max_length=20, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    categories = models.JSONField(default=dict)
    category_parents = models.JSONField(default=dict)
    duplicate_rule = models.CharField(max_length=10, choices=DuplicateRule, default=DuplicateRule.SKIP)
    publishes = models.BooleanField(default=True)
    contacts_public = models.BooleanField(default=False)
    exchanges = models.BooleanField(default=False)
    status = models.CharField(max_length=12, choices=ImportStatus, default=ImportStatus.UPLOADED)
    position = models.PositiveBigIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=500, blank=True)

    read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    themes_created = models.JSONField(default=list)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=ImportStatus.values), name="import_run_status_known"
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="import_run_list")]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """What becomes, or became, of one row. `ordinal` counts the rows from 1; `number` is the file's own.

    `city` is the town that the position tells, for a row that names none.
    `values` are kept for likely duplicates only, so that a person can compare. `version_before` and
    `version_after` are those of the fiche around the import: an undo goes back only over its own work.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    ordinal = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=ImportOutcome)
    decision = models.CharField(max_length=10, choices=DuplicateRule, blank=True)
    done = models.BooleanField(default=False)
    title = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    city = models.CharField(max_length=120, blank=True)
    initiative = models.ForeignKey(Initiative, models.SET_NULL, null=True, related_name="+")
    like_row = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    field = models.CharField(max_length=120, blank=True)
    message = models.TextField(blank=True)
    warnings = models.JSONField(null=True)
    extra = models.JSONField(null=True)
    values = models.JSONField(null=True)
    version_before = models.PositiveIntegerField(null=True)
    version_after = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "ordinal"], name="import_row_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=ImportOutcome.values), name="import_row_outcome_known"
            ),
        ]
        indexes = [models.Index(fields=["run", "outcome", "ordinal"], name="import_row_list")]


class CategoryMapping(models.Model):
    """What a category of a source becomes here; `key` is its folded name. An empty source holds for all of them."""

    source = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=160)
    label = models.CharField(max_length=160)
    decision = models.CharField(max_length=10, choices=CategoryDecision)
    theme = models.ForeignKey(Theme, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="category_mapping_once"),
            models.CheckConstraint(
                condition=~models.Q(decision="theme") | models.Q(theme__isnull=False),
                name="category_mapping_has_theme",
            ),
        ]
