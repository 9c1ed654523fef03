from django.db import models


class PageCount(models.Model):
    """How many times a kind of page was read on one day. Nothing about who read it is ever known."""

    day = models.DateField()
    page = models.CharField(max_length=100)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "page"], name="page_count_once")]
