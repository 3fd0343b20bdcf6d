"""The page on the process says what the code does."""

import pytest
from django.conf import settings

from workflows.diagrams import page


@pytest.mark.django_db
def test_docs_process_is_what_the_code_draws() -> None:
    stored = (settings.BASE_DIR / "docs" / "process.md").read_text(encoding="utf-8")
    assert stored == page(), "stale: run manage.py process_diagrams"


@pytest.mark.django_db
def test_the_page_shows_every_transition_of_the_period() -> None:
    drawn = page()
    for act in ("open", "close_self_assessment", "close_review_to_council", "publish", "archive"):
        assert f": {act}\n" in drawn
