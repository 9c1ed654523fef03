from typing import Any

from django.db import models

from maillage.apps.directory.choices import TerritoryKind
from maillage.cores.geo.mercator import cell_of


class Commune(models.Model):
    """A commune, in the form of the national address service. `contour` is a GeoJSON geometry."""

    insee_code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=160, db_index=True, editable=False)
    postal_codes = models.JSONField(default=list)
    department_code = models.CharField(max_length=3, db_index=True)
    region_code = models.CharField(max_length=3, blank=True)
    grouping_code = models.CharField(max_length=9, blank=True, db_index=True)
    population = models.PositiveIntegerField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    contour = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.name


class Territory(models.Model):
    """A grouping of communes, or an area drawn or loaded. `contour` is a GeoJSON geometry."""

    kind = models.CharField(max_length=20, choices=TerritoryKind)
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=180, unique=True)
    code = models.CharField(max_length=20, blank=True, db_index=True)
    description = models.TextField(blank=True)
    communes = models.ManyToManyField(Commune, blank=True, related_name="territories")
    contour = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Located(models.Model):
    """A point with its address. `cell` is the Morton code that box and tile queries range over."""

    address = models.CharField(max_length=240, blank=True)
    postal_code = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=120, blank=True)
    commune = models.ForeignKey(Commune, models.SET_NULL, null=True, blank=True, related_name="+")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    cell = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_cell()
        super().save(*args, **kwargs)

    def set_cell(self) -> None:
        """Bring `cell` in line with the coordinates; bulk writers call it themselves."""
        known = self.latitude is not None and self.longitude is not None
        self.cell = cell_of(self.latitude, self.longitude) if known else None  # type: ignore[arg-type]
