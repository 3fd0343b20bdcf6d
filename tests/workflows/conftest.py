from pathlib import Path

import pytest

from tests.documents.office import archive_dir, authority
from tests.workflows.agency import Agency

__all__ = ["agency", "archive_dir", "authority"]


@pytest.fixture
def agency(db, authority: Path, archive_dir: Path) -> Agency:
    """A department ready to evaluate its people; keys are enrolled only where a test signs."""
    return Agency(authority).build()
