"""The full-text index that each database derives from the rows of `search_searchentry`."""

from collections.abc import Callable
from typing import Any

from django.db import migrations

TEXTS = ("terms_title", "terms_keywords", "terms_summary", "terms_body", "facets")
COLUMNS = ", ".join(TEXTS)
NEW = ", ".join(f"new.{name}" for name in TEXTS)
OLD = ", ".join(f"old.{name}" for name in TEXTS)

# Titles and keywords have an index of their own: what common words find there is found at once.
HEADLINE = "terms_title, terms_keywords"
HEADLINE_NEW = "new.terms_title, new.terms_keywords"
HEADLINE_OLD = "old.terms_title, old.terms_keywords"

SQLITE = (
    f"""CREATE VIRTUAL TABLE search_fts USING fts5({COLUMNS},
        content='search_searchentry', content_rowid='id', tokenize="ascii tokenchars '.:-_%'")""",
    f"""CREATE TRIGGER search_fts_insert AFTER INSERT ON search_searchentry BEGIN
        INSERT INTO search_fts(rowid, {COLUMNS}) VALUES (new.id, {NEW}); END""",
    f"""CREATE TRIGGER search_fts_delete AFTER DELETE ON search_searchentry BEGIN
        INSERT INTO search_fts(search_fts, rowid, {COLUMNS}) VALUES ('delete', old.id, {OLD}); END""",
    f"""CREATE TRIGGER search_fts_update AFTER UPDATE OF id, {COLUMNS} ON search_searchentry BEGIN
        INSERT INTO search_fts(search_fts, rowid, {COLUMNS}) VALUES ('delete', old.id, {OLD});
        INSERT INTO search_fts(rowid, {COLUMNS}) VALUES (new.id, {NEW}); END""",
    f"""CREATE VIRTUAL TABLE search_headline USING fts5({HEADLINE},
        content='search_searchentry', content_rowid='id', tokenize="ascii tokenchars '.:-_%'")""",
    f"""CREATE TRIGGER search_headline_insert AFTER INSERT ON search_searchentry BEGIN
        INSERT INTO search_headline(rowid, {HEADLINE}) VALUES (new.id, {HEADLINE_NEW}); END""",
    f"""CREATE TRIGGER search_headline_delete AFTER DELETE ON search_searchentry BEGIN
        INSERT INTO search_headline(search_headline, rowid, {HEADLINE}) VALUES ('delete', old.id, {HEADLINE_OLD}); END""",
    f"""CREATE TRIGGER search_headline_update AFTER UPDATE OF id, {HEADLINE} ON search_searchentry BEGIN
        INSERT INTO search_headline(search_headline, rowid, {HEADLINE}) VALUES ('delete', old.id, {HEADLINE_OLD});
        INSERT INTO search_headline(rowid, {HEADLINE}) VALUES (new.id, {HEADLINE_NEW}); END""",
)
POSTGRESQL = (
    """ALTER TABLE search_searchentry
        ADD COLUMN headline tsvector GENERATED ALWAYS AS (
            setweight(to_tsvector('simple', terms_title), 'A')
            || setweight(to_tsvector('simple', terms_keywords), 'B')) STORED,
        ADD COLUMN vector tsvector GENERATED ALWAYS AS (
            setweight(to_tsvector('simple', terms_title), 'A')
            || setweight(to_tsvector('simple', terms_keywords), 'B')
            || setweight(to_tsvector('simple', terms_summary), 'C')
            || setweight(to_tsvector('simple', terms_body), 'D')) STORED,
        ADD COLUMN facet_list text[] GENERATED ALWAYS AS (string_to_array(facets, ' ')) STORED""",
    "CREATE INDEX search_entry_headline ON search_searchentry USING gin (headline)",
    "CREATE INDEX search_entry_vector ON search_searchentry USING gin (vector)",
    "CREATE INDEX search_entry_facets ON search_searchentry USING gin (facet_list)",
)
SQLITE_BACK = (
    "DROP TRIGGER search_fts_insert",
    "DROP TRIGGER search_fts_delete",
    "DROP TRIGGER search_fts_update",
    "DROP TABLE search_fts",
    "DROP TRIGGER search_headline_insert",
    "DROP TRIGGER search_headline_delete",
    "DROP TRIGGER search_headline_update",
    "DROP TABLE search_headline",
)
POSTGRESQL_BACK = (
    "ALTER TABLE search_searchentry DROP COLUMN headline, DROP COLUMN vector, DROP COLUMN facet_list",
)


def _run(sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> Callable[[Any, Any], None]:
    def run(apps: Any, schema_editor: Any) -> None:
        chosen = postgresql if schema_editor.connection.vendor == "postgresql" else sqlite
        for sentence in chosen:
            schema_editor.execute(sentence)

    return run


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [
        migrations.RunPython(_run(SQLITE, POSTGRESQL), _run(SQLITE_BACK, POSTGRESQL_BACK)),
    ]
