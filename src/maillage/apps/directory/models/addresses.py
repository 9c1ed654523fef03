"""Addresses loaded from the national address base (BAN), for geocoding without network."""

from django.db import models


class BanAddress(models.Model):
    """One address of a BAN file, written by `maillage load-addresses` and read by the embedded geocoder.

    `street_key` and `city_key` are `kernel.db.sorting.sort_key` of the names: folded, lower case, without accents.
    `number` holds the house number with its suffix ("12 bis"), empty for a street or a locality as a whole.
    A search by words starts with `city_key` or `postal_code`, then `street_key`; both pairs are indexed.
    """

    ban_id = models.CharField(max_length=60, unique=True)
    number = models.CharField(max_length=12, blank=True)
    street = models.CharField(max_length=160)
    street_key = models.CharField(max_length=160)
    postal_code = models.CharField(max_length=5)
    insee_code = models.CharField(max_length=5)
    city = models.CharField(max_length=120)
    city_key = models.CharField(max_length=120)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        indexes = [
            models.Index(fields=["postal_code", "street_key"], name="ban_address_postal_street"),
            models.Index(fields=["insee_code", "street_key"], name="ban_address_insee_street"),
            models.Index(fields=["city_key"], name="ban_address_city"),
            models.Index(fields=["street_key"], name="ban_address_street"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.street}, {self.postal_code} {self.city}".strip()
