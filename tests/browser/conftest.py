"""A department behind a real server, and its people at their browsers."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor
from tests.documents.office import archive_dir, authority
from tests.workflows.agency import Agency

__all__ = ["archive_dir", "authority"]


class LivingAgency(Agency):
    """The same department on today's clock, which is the server's."""

    def at(self) -> datetime:
        return timezone.now()


@pytest.fixture
def agency(transactional_db: None, authority: Path, archive_dir: Path) -> Agency:
    """Committed rows: the server reads them on connections of its own."""
    return LivingAgency(authority).build()


@pytest.fixture
def visit(
    browser: Browser, browser_context_args: dict, agency: Agency, live_server
) -> Iterator[Callable[..., Visitor]]:
    """`visit(name, **context)`: this person at a browser of his own, logged in through the login page.

    At the end nobody's browser may have complained: no script error, no breach of the content security policy,
    no server error, no missing file.
    """
    visitors: dict[str, Visitor] = {}

    def arrive(name: str, **context) -> Visitor:
        if name not in visitors or context:
            settings = {**browser_context_args, "base_url": live_server.url, **context}
            visitors[name] = Visitor(browser.new_context(**settings).new_page(), agency, name)
            visitors[name].log_in()
        return visitors[name]

    yield arrive
    complaints = [line for visitor in visitors.values() for line in visitor.complaints]
    for visitor in visitors.values():
        visitor.page.context.close()
    assert complaints == []
