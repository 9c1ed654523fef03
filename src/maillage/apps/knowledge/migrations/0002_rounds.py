import django.db.models.deletion
from django.db import migrations, models


def note_first_rounds(apps, schema_editor):
    """The groups that were composed before rounds were kept are those of a first round."""
    seat, kept = apps.get_model("knowledge", "Seat"), apps.get_model("knowledge", "SeatRound")
    found = seat.objects.filter(group_number__gt=0).order_by("pk").values_list("pk", "group_number")
    kept.objects.bulk_create(
        [kept(seat_id=pk, number=1, group_number=group) for pk, group in found], batch_size=500
    )


class Migration(migrations.Migration):

    dependencies = [
        ("knowledge", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SeatRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("group_number", models.PositiveSmallIntegerField()),
                ("seat", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="rounds", to="knowledge.seat")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("seat", "number"), name="seat_round_once"),
                    models.CheckConstraint(condition=models.Q(("number__gt", 0)), name="seat_round_from_one"),
                ],
            },
        ),
        migrations.RunPython(note_first_rounds, migrations.RunPython.noop, elidable=True),
    ]
