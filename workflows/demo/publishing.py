"""The head's one decision, his signatures, the clerk's issue act, the worker's seals, the archive."""

from django.utils import timezone

from documents.models import Document
from workflows.actions.public_notices import order_public_notice
from workflows.actions.publications import issue
from workflows.actions.rulings import decide_list
from workflows.demo import waiting
from workflows.demo.synthesising import OFFICER
from workflows.demo.telling import Chapter, Story
from workflows.readiness import period_documents

CLERK = "vyltb"


def tell(story: Story) -> None:
    """The decision with everybody's notice, the public notice inside the agency, the archive."""
    with story.chapter("Decision and publication") as told:
        period = story.fresh()
        head = story.head()
        decide_list(period=period, by=head, rulings={}, expected_version=period.version, at=timezone.now())
        story.sign_queue(told, head)
        issue_ready(story)
    story.advance()
    with story.chapter("Public notice") as told:
        publish_inside(story, told)
    with story.chapter("Archive"):
        story.advance()


def issue_ready(story: Story) -> None:
    """The clerk issues whatever everybody has signed; the worker seals and archives it."""
    ready = Document.objects.ready_to_issue().filter(unit=story.agency)
    refused = [
        f"{result.document.code}: {result.reason}"
        for result in issue(documents=ready, by=story.person(CLERK), at=timezone.now())
        if not result.ok
    ]
    if refused:
        raise waiting.Stuck("; ".join(refused))
    waiting.for_archive(list(period_documents(story.period)), story.say)


def publish_inside(story: Story, told: Chapter) -> None:
    """The public notice of the classes as they stand now."""
    period = story.fresh()
    order_public_notice(period=period, by=story.person(OFFICER), expected_version=period.version, at=timezone.now())
    story.sign_queue(told, story.head())
    issue_ready(story)
