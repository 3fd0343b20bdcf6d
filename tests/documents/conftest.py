from tests.documents.office import archive_dir, authority, office

__all__ = ["archive_dir", "authority", "office"]
