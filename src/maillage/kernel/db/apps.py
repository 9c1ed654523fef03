from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "maillage.kernel.db"
    label = "database"
