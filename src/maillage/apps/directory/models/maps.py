from django.db import models


class MapChange(models.Model):
    """Initiatives that appeared, changed or went, for the processes that hold the points of the map in memory.

    `ids` are theirs; `at` is the clock's time of writing. Rows are kept two days, longer than any process trusts what it
    holds without having looked here.
    """

    ids = models.JSONField()
    at = models.DateTimeField(db_index=True)
