"""A department whose results are published: everybody's notice issued, without the seals that take time."""

from django.utils import timezone

from documents.models import Document, State
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_signed, closed, fresh, opened, reviewed, settled
from workflows.actions.publications import issue
from workflows.actions.rulings import decide_list
from workflows.models import EvaluationPeriod


def signed_and_ready(*kinds: str) -> None:
    """As if everybody had signed these documents; the signatures themselves are tested elsewhere."""
    for kind in kinds:
        as_signed(kind)
    Document.objects.filter(kind__code__in=kinds, archived_at=None, issue_released_at=None).exclude(
        state=State.CANCELLED
    ).update(state=State.SIGNED, next_attempt_at=None)


def issued(agency: Agency, *kinds: str) -> list:
    """Signed as it were, and issued by the clerk's own act."""
    signed_and_ready(*kinds)
    waiting = Document.objects.ready_to_issue().filter(kind__code__in=kinds)
    return issue(documents=waiting, by=agency.people["clerk"], at=agency.at())


def shelved(*kinds: str) -> None:
    """As if the worker had sealed and archived what is issued."""
    Document.objects.filter(kind__code__in=kinds, issue_released_at__isnull=False).exclude(
        state=State.CANCELLED
    ).update(state=State.ARCHIVED, archived_at=timezone.now(), next_attempt_at=None)


def published(agency: Agency) -> EvaluationPeriod:
    """The list decided, the decision and all notices issued and in the archive."""
    period = reviewed(agency)
    closed(agency, settled(agency, opened(agency, period)))
    now = fresh(period)
    decide_list(period=now, by=agency.people["director"], rulings={}, expected_version=now.version, at=agency.at())
    assert all(result.ok for result in issued(agency, "council_minutes", "decision", "notice"))
    shelved("council_minutes", "decision", "notice")
    return fresh(period)
