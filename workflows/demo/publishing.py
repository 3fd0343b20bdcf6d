"""The head's one decision, his signatures, the clerk's issue act, the worker's seals, the archive."""

from django.utils import timezone

from documents.models import Document
from workflows.actions.publications import issue
from workflows.actions.rulings import decide_list
from workflows.demo import waiting
from workflows.demo.telling import Story
from workflows.readiness import period_documents


def tell(story: Story) -> None:
    """The head's one decision, his signatures, the clerk's issue act, the worker's seals, the archive."""
    with story.chapter("Decision and publication") as told:
        period = story.fresh()
        head = story.head()
        decide_list(period=period, by=head, rulings={}, expected_version=period.version, at=timezone.now())
        story.sign_queue(told, head)
        ready = Document.objects.ready_to_issue().filter(unit=story.agency)
        refused = [
            f"{result.document.code}: {result.reason}"
            for result in issue(documents=ready, by=story.person("vyltb"), at=timezone.now())
            if not result.ok
        ]
        if refused:
            raise waiting.Stuck("; ".join(refused))
        waiting.for_archive(list(period_documents(story.period)), story.say)
    story.advance()
    with story.chapter("Archive"):
        story.advance()
