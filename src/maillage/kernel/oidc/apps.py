from django.apps import AppConfig


class OidcConfig(AppConfig):
    name = "maillage.kernel.oidc"
    label = "oidc"
