from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganizationConfig(AppConfig):
    name = "organization"

    def ready(self) -> None:
        from organization.append_only import install_after_migrate

        post_migrate.connect(install_after_migrate, dispatch_uid="append_only")
