"""Everybody's self-assessment, with one form returned and handed in again."""

from django.utils import timezone

from kpi.imports import results
from kpi.models import Scorecard
from workflows.actions.reviews import return_for_rework
from workflows.actions.self_assessments import save_draft, submit_self_assessment
from workflows.demo.province import FILES, SAMPLES
from workflows.demo.telling import Story
from workflows.models import Evaluation

RETURNED = "namnm"


def tell(story: Story) -> None:
    """Everybody types his results from the sample file, hands in and signs; one form comes back and goes again."""
    with story.chapter("Self-assessment") as told:
        typed = _entries()
        for evaluation in story.people():
            _hand_in(evaluation, typed[evaluation.scorecard])
        returned = story.evaluation(RETURNED)
        return_for_rework(
            evaluation=returned,
            by=returned.reviewer,
            reason="Bổ sung minh chứng cho sản phẩm tháng 8 và nêu rõ hạn chế.",
            expected_version=returned.version,
            at=timezone.now(),
        )
        returned = story.evaluation(RETURNED)
        _hand_in(returned, results.Entries(), limitations="Còn chậm cập nhật minh chứng; đã bổ sung theo yêu cầu.")
        for evaluation in story.people():
            story.sign_queue(told, evaluation.person)
    story.advance()


def _entries() -> dict[Scorecard, results.Entries]:
    """What everybody types, from the sample file of results."""
    preview = results.RESULTS.preview((SAMPLES / FILES["results"]).read_bytes())
    return results.entries(results.RESULTS.load(preview.rows))


def _hand_in(
    evaluation: Evaluation, typed: results.Entries, limitations: str = "Cần chủ động hơn trong phối hợp."
) -> None:
    card = evaluation.scorecard
    card.refresh_from_db()
    save_draft(
        evaluation=evaluation,
        by=evaluation.person,
        general=typed.general,
        lines=typed.lines,
        leader=typed.leader or None,
        strengths="Hoàn thành công việc được giao đúng hạn, phối hợp tốt với đồng nghiệp.",
        limitations=limitations,
        expected_draft_version=card.draft_version,
        at=timezone.now(),
    )
    evaluation = Evaluation.objects.get(pk=evaluation.pk)
    submit_self_assessment(
        evaluation=evaluation, by=evaluation.person, expected_version=evaluation.version, at=timezone.now()
    )
