from django.contrib.staticfiles.apps import StaticFilesConfig


class ProjectStaticFilesConfig(StaticFilesConfig):
    """Leaves the engine's 49 MB of unused screens out of collectstatic; they also break manifest storage."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "viewflow", "viewflow/*"]
