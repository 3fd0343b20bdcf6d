"""The personnel officer's synthesis table, signed by him and by the head before the council sits."""

from django.utils import timezone

from workflows.actions.syntheses import make_synthesis
from workflows.demo.telling import Story

OFFICER = "quyenlk"


def tell(story: Story) -> None:
    """Everybody's score and classes in one frozen table."""
    with story.chapter("Synthesis table") as told:
        officer, period = story.person(OFFICER), story.fresh()
        make_synthesis(period=period, by=officer, expected_version=period.version, at=timezone.now())
        story.sign_queue(told, officer)
        story.sign_queue(told, story.head())
