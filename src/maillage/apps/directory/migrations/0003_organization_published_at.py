from django.db import migrations, models
from django.db.models import F


def fill(apps, schema_editor):
    """Nothing tells when those of before were published: they were public from the beginning."""
    apps.get_model("directory", "Organization").objects.filter(status="published").update(published_at=F("created_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("directory", "0002_organization_version_on_behalf_of"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="published_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
