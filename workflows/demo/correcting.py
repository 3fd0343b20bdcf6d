"""A result found wrong later: replaced by a new decision and notice, and published inside the agency anew."""

from fractions import Fraction

from django.utils import timezone

from workflows import corrections
from workflows.actions.replacements import NewResult, replace_decision
from workflows.demo.publishing import issue_ready, publish_inside
from workflows.demo.telling import Story
from workflows.models import Evaluation

REASON = "Kiểm tra lại: một sản phẩm của tháng 9 đã tính cho người khác; thứ tự ưu tiên trong nhóm thay đổi."


def tell(story: Story) -> None:
    """One of the list is decided anew; the rest of the decision stays in force; the new public notice follows."""
    with story.chapter("Replaced in part") as told:
        period, head = story.fresh(), story.head()
        wrong = _lowest_at_the_top(story)
        replace_decision(
            period=period,
            replaced=corrections.governed_by(period)[wrong.pk],
            results={wrong.uuid: NewResult("HTT", REASON)},
            by=head,
            expected_version=period.version,
            at=timezone.now(),
        )
        story.sign_queue(told, head)
        issue_ready(story)
        publish_inside(story, told)


def _lowest_at_the_top(story: Story) -> Evaluation:
    top = [row for row in story.people() if row.final_decision and row.final_decision.class_code == "HTXS"]
    return min(top, key=lambda row: (Fraction(row.final_decision.score_total if row.final_decision else 0), row.pk))
