from tests.workflows.conftest import agency, archive_dir, authority

__all__ = ["agency", "archive_dir", "authority"]
