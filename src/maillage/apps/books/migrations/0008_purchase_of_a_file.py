"""An invoice that came as a file names the entry that says its purchase."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0007_refunds'),
    ]

    operations = [
        migrations.AddField(
            model_name='receivedinvoice',
            name='purchase',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='received_invoice', to='books.journalentry'),
        ),
    ]
