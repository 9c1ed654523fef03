from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "maillage.apps.knowledge"
    label = "knowledge"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from maillage.apps.exchange.queries.vocabulary import register_vocabulary
        from maillage.apps.knowledge.queries.handing import HANDED

        register_vocabulary(HANDED)
