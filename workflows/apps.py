from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from documents.keeping.withdrawn import find_matter_by
        from workflows.readiness import documents_of_period

        find_matter_by("period", documents_of_period)
