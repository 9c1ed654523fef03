from django.db import models


class SearchEntry(models.Model):
    """A document of the index: what is shown of it, and its analysed terms.

    The database itself derives the full-text index from the `terms_…` columns and `facets`: triggers feed an FTS5
    table on SQLite, generated columns with GIN indexes on PostgreSQL. So the index is as true as the row, in the same
    transaction, whoever writes the row. `facets` holds tokens `name:value` separated by spaces.
    """

    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    updated_at = models.DateTimeField()
    boost = models.FloatField(default=1.0)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    digest = models.CharField(max_length=32)
    sort_key = models.CharField(max_length=80)
    facets = models.TextField(blank=True)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=500)
    terms_title = models.TextField(blank=True)
    terms_keywords = models.TextField(blank=True)
    terms_summary = models.TextField(blank=True)
    terms_body = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    keywords = models.TextField(blank=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once"),
        ]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="search_entry_fresh"),
            models.Index(fields=["sort_key", "id"], name="search_entry_name"),
        ]

    def __str__(self) -> str:
        return self.title


class LexiconWord(models.Model):
    """A word that stands in `documents` documents: folded, as first written, and its term.

    Counted after each commit, so it can lag or drift a little; `rebuild` counts anew.
    """

    word = models.CharField(max_length=40, primary_key=True)
    shown = models.CharField(max_length=80)
    term = models.CharField(max_length=40)
    documents = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["term", "documents"], name="search_lexicon_term"),
            models.Index(fields=["-documents"], name="search_lexicon_common"),
        ]

    def __str__(self) -> str:
        return self.shown


class SpellingKey(models.Model):
    """Under `key`, the words that one typing error can have turned into one another (`cores.text.spelling`)."""

    pk = models.CompositePrimaryKey("key", "word")
    key = models.CharField(max_length=24)
    word = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.key} {self.word}"


class SynonymGroup(models.Model):
    """Expressions that the site's facilitators declare to mean the same. `expressions`: list of sentences."""

    expressions = models.JSONField(default=list)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return ", ".join(self.expressions)
