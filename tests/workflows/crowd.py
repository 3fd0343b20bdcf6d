"""A department of any size whose reviews are approved, written down without forms: what the council meets is real."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from approvals.actions import record_decision
from approvals.models import Decision
from kpi.models import ScoreSnapshot
from organization.authority import Authority
from organization.models import Appointment, Duty, Person, SubjectGroup
from tests.workflows.agency import Agency
from workflows import flows
from workflows.actions.periods import launch_period
from workflows.actions.steps import conclude
from workflows.models import Evaluation, EvaluationPeriod, Stage
from workflows.tasks import open_people

UNITS = ("VP", "P1", "P2")
CLASS_OF = ((90, "HTXS"), (70, "HTT"), (50, "HTNV"), (0, "KHTNV"))


@dataclass(frozen=True)
class Scored:
    """What the supervisor gave, and what the person gave himself (points 0–100)."""

    final: Fraction
    own: Fraction | None = None


def with_staff(agency: Agency, number: int) -> Agency:
    """Two more offices and `number` more people, named s01, s02 …, spread over the three."""
    for code, name in (("P1", "Phòng Cải cách"), ("P2", "Phòng Công chức")):
        agency._unit(code, name, "directly_using", "SNV")
    for place in range(1, number + 1):
        name = f"s{place:02d}"
        person = Person.objects.create_user(
            username=name, full_name=f"Nhân viên {place:02d}", password="mat-khau-thu"
        )
        agency.people[name] = person
        agency.posts[name] = Appointment.objects.create(
            person=person,
            unit=agency.units[UNITS[place % 3]],
            title="Chuyên viên",
            subject_group=SubjectGroup.CONG_CHUC,
            duty=Duty.STAFF,
            reviewer=agency.people["office_head"],
            duty_group="Chuyên viên",
            starts_on=date(2026, 1, 1),
        )
    return agency


def reviewed_crowd(agency: Agency, scores: dict[str, Scored]) -> EvaluationPeriod:
    """A launched period in which everybody waits for the council; who is not named scored 75 in both."""
    period = agency.plan()
    launch_period(period=period, by=agency.people["hr"], expected_version=period.version, at=agency.at())
    open_people(period.pk)
    for evaluation in Evaluation.objects.filter(period=period).select_related("person", "reviewer", "period__agency"):
        _reviewed(agency, evaluation, scores.get(evaluation.person.username, Scored(Fraction(75))))
    return EvaluationPeriod.objects.get(pk=period.pk)


def _reviewed(agency: Agency, evaluation: Evaluation, scored: Scored) -> None:
    own = scored.own if scored.own is not None else scored.final
    for kind, stage, by, total in (
        (Decision.Kind.SELF_SUBMITTED, Stage.SELF_ASSESSMENT, evaluation.person, own),
        (Decision.Kind.REVIEW_APPROVED, Stage.SUPERVISOR_REVIEW, evaluation.reviewer, scored.final),
    ):
        task = flows.open_task(evaluation)
        assert task is not None
        class_code = next(code for least, code in CLASS_OF if total >= least)
        decision = record_decision(
            kind=kind,
            person=evaluation.person,
            by=by,
            under=Authority.own(by),
            at=agency.at(),
            class_code=class_code,
            score_class=class_code,
            score_total=str(total),
        )
        conclude(
            evaluation=evaluation,
            stage=stage,
            decision=decision,
            event="evaluation.submitted",
            by=by,
            under=Authority.own(by),
            at=agency.at(),
            snapshot=_snapshot(evaluation, stage, total, class_code, agency.at()),
        )
        flows.complete(task)
        evaluation.save(update_fields=["version"])


def _snapshot(evaluation: Evaluation, stage: str, total: Fraction, class_code: str, at: datetime) -> ScoreSnapshot:
    return ScoreSnapshot.objects.create(
        scorecard=evaluation.scorecard,
        scheme=evaluation.scorecard.scheme,
        stage=stage,
        reviewed=stage == Stage.SUPERVISOR_REVIEW,
        inputs={},
        at=at,
        status="complete",
        total_numerator=str(total.numerator),
        total_denominator=str(total.denominator),
        class_code=class_code,
        result={"total": str(total), "class_code": class_code},
    )
