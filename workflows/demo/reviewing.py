"""The supervisors' reviews, with a delegated reviewer, an adjusted score and a waiver."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from documents.models import Document
from kpi.actions import Change
from kpi.models import ScoreLine
from organization.actions import delegate
from organization.models import Capacity, Duty, Person, Scope, Unit
from workflows.actions import lines as line_acts
from workflows.actions.reviews import LeaderMarks, approve_review, confirm_unchanged
from workflows.demo import waiting
from workflows.demo.telling import Story
from workflows.models import Evaluation
from workflows.readiness import period_documents

ADJUSTED, WAIVED = "thinhla", "hainn"
DELEGATING_UNIT = "SNV-LDVL"


def tell(story: Story) -> None:
    """Staff first, then their leaders; one unit by a delegate, one score adjusted, one delay waived."""
    with story.chapter("Supervisor review") as told:
        delegated = _delegate(story)
        _waive(story)
        for level in (
            _staff(story),
            _leaders(story, Duty.DEPUTY, "SNV-"),
            _leaders(story, Duty.HEAD, "SNV-"),
            _top(story),
        ):
            for evaluation in level:
                _approve(story, evaluation, delegated)
        signers = Person.objects.filter(signature_slots__document__in=_minutes(story)).distinct().order_by("pk")
        for signer in signers:
            story.sign_queue(told, signer)
    story.advance()


def _minutes(story: Story) -> list[Document]:
    return list(period_documents(story.period).filter(kind__code="review_minutes"))


def _staff(story: Story) -> list[Evaluation]:
    return [row for row in story.people() if not row.is_leader]


def _leaders(story: Story, duty: str, prefix: str) -> list[Evaluation]:
    rows = Evaluation.objects.filter(
        period=story.period, appointment__duty=duty, unit__code__startswith=prefix
    ).select_related("person", "reviewer", "scorecard")
    return list(rows.order_by("pk"))


def _top(story: Story) -> list[Evaluation]:
    rows = Evaluation.objects.filter(period=story.period, unit=story.agency).select_related("person", "reviewer")
    return list(rows.order_by("pk"))


def _delegate(story: Story) -> Person:
    """The head of one unit is away; his deputy reviews for him by a written authorisation."""
    unit = Unit.objects.get(code=DELEGATING_UNIT)
    deputy = unit.appointments.get(duty=Duty.DEPUTY).person
    today = timezone.localdate()
    delegate(
        delegator=story.head(DELEGATING_UNIT),
        delegate=deputy,
        capacity=Capacity.KT,
        scope=Scope.REVIEW,
        unit=unit,
        document_number="08/UQ-SNV",
        document_on=today,
        starts_on=today,
        ends_on=today + timedelta(days=30),
        by=story.officer,
        at=timezone.now(),
    )
    return deputy


def _waive(story: Story) -> None:
    """A delay entered by the reviewer, its objective cause confirmed in a separate act."""
    evaluation = story.evaluation(WAIVED)
    line: ScoreLine = evaluation.scorecard.lines.earliest("pk")
    acted: dict[str, Any] = {"evaluation": evaluation, "line": line, "by": evaluation.reviewer, "at": timezone.now()}
    line_acts.record_delay(reason="Nộp sau thời hạn 02 ngày làm việc.", **acted)
    line_acts.confirm_waiver(
        of="delays", cause="Cơ quan phối hợp gửi hồ sơ bổ sung sau thời hạn (có công văn xác nhận).", **acted
    )


def _approve(story: Story, evaluation: Evaluation, delegated: Person) -> None:
    login = evaluation.person.username
    if evaluation.unit.code == DELEGATING_UNIT and not evaluation.is_leader:
        _confirm(story, evaluation, delegated)
    elif login == ADJUSTED:
        _adjust(story, evaluation)
    elif evaluation.is_leader:
        approve_review(
            evaluation=evaluation,
            by=evaluation.reviewer,
            comment="Hoàn thành nhiệm vụ lãnh đạo, quản lý được giao trong quý.",
            leader=_marks(story, evaluation),
            expected_version=evaluation.version,
            at=timezone.now(),
        )
    else:
        _confirm(story, evaluation, evaluation.reviewer)


def _confirm(story: Story, evaluation: Evaluation, by: Person) -> None:
    comment = "Nhất trí với kết quả tự đánh giá."
    (row,) = confirm_unchanged(evaluations=[evaluation], by=by, comment=comment, at=timezone.now())
    if row.error:
        raise waiting.Stuck(f"{evaluation.person}: {row.error}")


def _marks(story: Story, evaluation: Evaluation) -> LeaderMarks:
    card = evaluation.scorecard
    return LeaderMarks(
        dd=card.self_dd,
        e=card.self_e,
        d_without_people=100,
        reason="Xem xét kết quả tổ chức triển khai và sự đoàn kết trong đơn vị quý III/2026",
    )


def _adjust(story: Story, evaluation: Evaluation) -> None:
    item = evaluation.scorecard.general_scores.get(item_code="III.1")
    lowered = max(Decimal(0), (item.self_points or Decimal(0)) - Decimal("0.5"))
    approve_review(
        evaluation=evaluation,
        by=evaluation.reviewer,
        adjustments=[
            Change("general", "III.1", lowered, "Sáng kiến mới ở mức đề xuất, chưa được áp dụng trong phòng.")
        ],
        comment="Hoàn thành tốt; cần kiểm chứng kết quả của sáng kiến.",
        expected_version=evaluation.version,
        at=timezone.now(),
    )
