"""The name of the person to ask for is shown or not, as their address is; those that stand are shown already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0007_category_parents")]

    operations = [
        migrations.AddField("initiative", "contact_name_public", models.BooleanField(default=True)),
    ]
