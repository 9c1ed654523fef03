from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "maillage.apps.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from maillage.apps.accounts.actions.personal_data import forget_ways_in
        from maillage.kernel.events import PersonErased, subscribe

        subscribe(PersonErased, forget_ways_in)
