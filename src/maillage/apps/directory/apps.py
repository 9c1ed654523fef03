from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "maillage.apps.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from maillage.apps.directory import access
        from maillage.apps.directory.actions.maps import note_map_change
        from maillage.kernel.events import ContentChanged, subscribe
        from maillage.kernel.files.folders import declare_folder

        declare_folder("initiatives", access.may_read_picture)
        declare_folder("documents", access.may_read_document)
        declare_folder("logos", access.may_read_logo)
        subscribe(ContentChanged, note_map_change)
