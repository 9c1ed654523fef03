"""What the law sets and changes, beside what ships with the room."""

from django.conf import settings
from django.db import models


class FiscalSetting(models.Model):
    """A rate, a threshold, a mention or a date, from one day on. It takes the place of any that began before it.

    `key`, `value`, `category` and `code` are those of `data/fiscal.toml`; `source` names the text that set it.
    """

    key = models.CharField(max_length=60)
    value = models.CharField(max_length=300)
    category = models.CharField(max_length=2, blank=True)
    code = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="fiscal_setting_once"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="fiscal_setting_dates_ordered",
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="fiscal_setting_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from}"
