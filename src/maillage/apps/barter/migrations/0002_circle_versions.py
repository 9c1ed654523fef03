"""The words of a circle are kept in versions; those of the past are read back from the journal, the newest first."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

WORDS = ("name", "unit_name", "about", "rules")


def read_back(apps: Any, schema_editor: Any) -> None:
    """The journal says what each change replaced, but for `about`, which it never kept: that one is as it is now."""
    circles, versions = apps.get_model("barter", "Circle"), apps.get_model("barter", "CircleVersion")
    entries = apps.get_model("audit", "AuditEntry")
    for circle in circles.objects.order_by("pk"):
        changes = entries.objects.filter(
            verb="circle.change", target_kind="circle", target_id=str(circle.pk)
        ).order_by("-at", "-pk")
        said = {word: getattr(circle, word) for word in WORDS}
        found: list[dict[str, Any]] = []
        for entry in changes:
            replaced = {word: pair[0] for word, pair in entry.details.items() if word in WORDS}
            if not replaced:
                continue
            found.append({**said, "changed_by_id": entry.actor_id, "changed_at": entry.at})
            said = {**said, **replaced}
        found.append({**said, "changed_by_id": circle.opened_by_id, "changed_at": circle.opened_at})
        versions.objects.bulk_create(
            versions(circle=circle, number=rank, **each) for rank, each in enumerate(reversed(found), start=1)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("barter", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="CircleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("unit_name", models.CharField(max_length=30)),
                ("about", models.TextField(blank=True)),
                ("rules", models.TextField(blank=True)),
                ("comment", models.CharField(blank=True, max_length=200)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "circle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="barter.circle",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.AddConstraint(
            model_name="circleversion",
            constraint=models.UniqueConstraint(fields=["circle", "number"], name="circle_version_once"),
        ),
        migrations.RunPython(read_back, migrations.RunPython.noop, elidable=True),
    ]
