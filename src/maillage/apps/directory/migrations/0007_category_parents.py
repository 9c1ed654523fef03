"""An import keeps the tree that its file makes of its categories."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_contacts")]

    operations = [migrations.AddField("importrun", "category_parents", models.JSONField(default=dict))]
