from django.db import models

PLAIN_COLOR = "#5b6770"
"""Of a theme that nobody gave a colour, and of the pin of a fiche without theme."""


class Theme(models.Model):
    """A node of the network's tree of themes. `sort_key` is the folded name, for sorting on both databases."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    sort_key = models.CharField(max_length=160, editable=False)
    description = models.CharField(max_length=300, blank=True)
    color = models.CharField(max_length=7, default=PLAIN_COLOR)
    icon = models.CharField(max_length=40, default="circle")
    rank = models.PositiveSmallIntegerField(default=100)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="theme_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name
