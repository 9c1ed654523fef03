from django.db import models


class SiteSettings(models.Model):
    """The choices of the animating body about its site: one row, edited at the welcome and afterwards."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=120, default="Maillage")
    tagline = models.CharField(max_length=200, blank=True)
    territory_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    zoom = models.PositiveSmallIntegerField(default=8)
    registration_open = models.BooleanField(default=True)
    rooms_off = models.JSONField(default=list, blank=True)
    publisher_name = models.CharField(max_length=200, blank=True)
    publisher_address = models.TextField(blank=True)
    publication_director = models.CharField(max_length=200, blank=True)
    host_name = models.CharField(max_length=200, blank=True)
    host_address = models.TextField(blank=True)
    privacy_contact = models.EmailField(blank=True)
    legal_texts = models.JSONField(default=dict, blank=True)
    welcome_step = models.PositiveSmallIntegerField(default=0)
    welcomed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="site_settings_single_row")]
