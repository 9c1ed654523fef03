from django.apps import AppConfig


class BarterConfig(AppConfig):
    name = "maillage.apps.barter"
    label = "barter"
    default_auto_field = "django.db.models.BigAutoField"
