from django.apps import AppConfig


class CodevelopmentConfig(AppConfig):
    name = "maillage.apps.codevelopment"
    label = "codevelopment"
    default_auto_field = "django.db.models.BigAutoField"
