from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "maillage.kernel.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from maillage.kernel.events import ContentChanged, subscribe
        from maillage.kernel.search.index import index_changes

        subscribe(ContentChanged, index_changes)
