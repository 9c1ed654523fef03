"""An organisation has several contacts: the one that it had becomes the first, in its rows, its versions and what was being typed."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

OLD = ("email", "email_public", "phone", "phone_public")


def contacts_told(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The contacts of a fiche that said one address and one number: one, or two when only one of them is shown."""
    email, phone = data.get("email") or "", data.get("phone") or ""
    shown = bool(data.get("email_public")), bool(data.get("phone_public"))
    if email and phone and shown[0] == shown[1]:
        ways = [(email, phone, shown[0])]
    else:
        ways = [(email, "", shown[0]), ("", phone, shown[1])]
    return [
        {"label": "", "name": "", "email": email, "phone": phone, "public": public}
        for email, phone, public in ways
        if email or phone
    ]


def carry(apps: Any, schema_editor: Any) -> None:
    Organization, Contact = (apps.get_model("directory", name) for name in ("Organization", "Contact"))
    silent = models.Q(email="", phone="")
    for row in Organization.objects.exclude(silent).values("pk", *OLD).order_by("pk").iterator(chunk_size=2000):
        Contact.objects.bulk_create(
            Contact(organization_id=row["pk"], rank=rank, **contact)
            for rank, contact in enumerate(contacts_told(row))
        )
    versions = apps.get_model("directory", "OrganizationVersion").objects
    for pk in list(versions.order_by("pk").values_list("pk", flat=True)):  # not read while they are written
        data = versions.values_list("data", flat=True).get(pk=pk)
        kept = {name: value for name, value in data.items() if name not in OLD}
        versions.filter(pk=pk).update(data={**kept, "contacts": contacts_told(data)})
    drafts = apps.get_model("directory", "Draft").objects
    for draft in drafts.filter(key__startswith="structure-").order_by("pk"):
        told = contacts_told({name: (draft.data.get(name) or [""])[-1] for name in OLD})
        kept = {name: value for name, value in draft.data.items() if name not in OLD}
        rows = {"contacts-TOTAL_FORMS": [str(len(told))]}
        for number, contact in enumerate(told):
            rows |= {
                f"contacts-{number}-{name}": ["on" if value is True else value]
                for name, value in contact.items()
                if value
            }
        drafts.filter(pk=draft.pk).update(data={**kept, **rows})


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0005_treasurers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField()),
                ("label", models.CharField(blank=True, max_length=80)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("public", models.BooleanField(default=False)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="directory.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "rank"), name="contact_rank_once"),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("email", ""), _negated=True), models.Q(("phone", ""), _negated=True), _connector="OR"),
                        name="contact_reachable",
                    ),
                ],
            },
        ),
        migrations.RunPython(carry, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="organization", name="email"),
        migrations.RemoveField(model_name="organization", name="email_public"),
        migrations.RemoveField(model_name="organization", name="phone"),
        migrations.RemoveField(model_name="organization", name="phone_public"),
    ]
