"""One invented department with everybody that a whole period needs, and the acts of its people in short words."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from approvals.actions import Seat, found_council
from approvals.models import Council
from documents import demo_authority, keys, pipeline
from documents.actions import documents_waiting_for
from documents.models import Document
from kpi.actions import assign_line
from kpi.models import ScoringScheme
from organization.actions import grant_role
from organization.models import AgencyRole, Appointment, Block, Duty, Person, Role, SubjectGroup, Unit
from workflows.actions.periods import launch_period, plan_period
from workflows.actions.self_assessments import save_draft, submit_self_assessment
from workflows.actions.signing import sign
from workflows.models import Campaign, Evaluation, EvaluationPeriod, PeriodKind, Procedure
from workflows.tasks import open_people

PIN = "2468-1357"
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
STARTS, ENDS = date(2026, 7, 1), date(2026, 10, 1)
#: short name: full name, unit, title, duty, short name of the reviewer, group of similar duty
STAFF = {
    "chairman": ("Vũ Thị Chủ", "UBND", "Chủ tịch Ủy ban nhân dân tỉnh", Duty.HEAD, None, "Lãnh đạo tỉnh"),
    "director": ("Đặng Văn Giám", "SNV", "Giám đốc", Duty.HEAD, "chairman", "Lãnh đạo sở"),
    "deputy": ("Lê Thị Phó", "SNV", "Phó Giám đốc", Duty.DEPUTY, "director", "Lãnh đạo sở"),
    "office_head": ("Trần Văn Phòng", "VP", "Chánh Văn phòng", Duty.HEAD, "director", "Trưởng phòng"),
    "hr": ("Phạm Thị Nhân", "VP", "Chuyên viên", Duty.STAFF, "office_head", "Chuyên viên"),
    "clerk": ("Bùi Thị Thư", "VP", "Văn thư viên", Duty.STAFF, "office_head", "Chuyên viên"),
    "archivist": ("Hồ Văn Lưu", "VP", "Lưu trữ viên", Duty.STAFF, "office_head", "Chuyên viên"),
    "an": ("Nguyễn Văn An", "VP", "Chuyên viên", Duty.STAFF, "office_head", "Chuyên viên"),
}
IN_PERIOD = ("deputy", "office_head", "hr", "clerk", "archivist", "an")


@cache
def key_file(folder: Path, name: str) -> bytes:
    issue = demo_authority.issue_seal if name == "seal" else demo_authority.issue_person
    return issue(folder, STAFF[name][0] if name in STAFF else "Sở Nội vụ", name.replace("_", "-"), PIN)


@dataclass
class Agency:
    """The department, its people by short name, and a clock that only goes forward."""

    authority: Path
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Appointment] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    now: datetime = datetime(2026, 10, 2, 8, 0, tzinfo=LOCAL)

    def at(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def build(self) -> "Agency":
        self._unit("UBND", "Ủy ban nhân dân tỉnh Thử nghiệm", AgencyRole.MANAGING, None)
        self._unit("SNV", "Sở Nội vụ", AgencyRole.USING, "UBND")
        self._unit("VP", "Văn phòng Sở", AgencyRole.DIRECTLY_USING, "SNV")
        for name, (full_name, *_rest) in STAFF.items():
            self.people[name] = Person.objects.create_user(
                username=name, full_name=full_name, password="mat-khau-thu"
            )
        for name, (_full, unit, title, duty, reviewer, group) in STAFF.items():
            self.posts[name] = Appointment.objects.create(
                person=self.people[name],
                unit=self.units[unit],
                title=title,
                subject_group=SubjectGroup.CONG_CHUC,
                duty=duty,
                reviewer=self.people[reviewer] if reviewer else None,
                duty_group=group,
                starts_on=date(2026, 1, 1),
            )
        self.posts["deputy"].fields_in_charge.add(self.units["VP"])
        for name, role in (("clerk", Role.CLERK), ("archivist", Role.ARCHIVIST), ("hr", Role.UNIT_HR)):
            grant_role(
                person=self.people[name],
                role=role,
                unit=self.units["SNV"],
                starts_on=date(2026, 1, 1),
                by=None,
                at=self.at(),
            )
        return self

    def enrol_keys(self, *names: str) -> None:
        for name in names or STAFF:
            keys.enrol_person_key(person=self.people[name], data=key_file(self.authority, name), pin=PIN)
        keys.enrol_seal(unit=self.units["SNV"], data=key_file(self.authority, "seal"), pin=PIN)

    def _unit(self, code: str, name: str, role: str, parent: str | None) -> None:
        self.units[code] = Unit.objects.create(
            code=code,
            name=name,
            abbreviation=code,
            block=Block.STATE,
            agency_role=role,
            parent=self.units[parent] if parent else None,
            place="Hải Vân",
            starts_on=date(2026, 1, 1),
        )

    def plan(self, procedure: str = "full_cycle", scheme: str = "decree-335-local-quarter") -> EvaluationPeriod:
        campaign = Campaign.objects.create(
            name="Quý III năm 2026", kind=PeriodKind.QUARTER, starts_on=STARTS, ends_on=ENDS
        )
        return plan_period(
            campaign=campaign,
            agency=self.units["SNV"],
            procedure=Procedure.objects.get(code=procedure, version=1),
            schemes={SubjectGroup.CONG_CHUC: ScoringScheme.objects.get(code=scheme, version=1)},
            by=self.people["hr"],
            at=self.at(),
        )

    def open(self, procedure: str = "full_cycle", scheme: str = "decree-335-local-quarter") -> EvaluationPeriod:
        """A launched period, everybody's work assigned."""
        period = self.plan(procedure, scheme)
        launch_period(period=period, by=self.people["hr"], expected_version=period.version, at=self.at())
        open_people(period.pk)
        for evaluation in Evaluation.objects.filter(period=period).select_related("person"):
            self.assign(evaluation.person.username)
        return EvaluationPeriod.objects.get(pk=period.pk)

    def assign(self, name: str) -> None:
        """Ten reports of k = 1.5 in each month of the quarter."""
        for month in (7, 8, 9):
            assign_line(
                scorecard=self.evaluation(name).scorecard,
                code=f"B1.{month:02d}",
                task=f"Báo cáo tháng {month}",
                k=Decimal("1.5"),
                assigned=Decimal(10),
                month=month,
            )

    def evaluation(self, name: str) -> Evaluation:
        return Evaluation.objects.exclude(standing__in=["void", "replaced"]).get(person=self.people[name])

    def fill(
        self, name: str, *, share: str = "1", done: str = "10", evaluation: Evaluation | None = None
    ) -> Evaluation:
        """Type a whole form: `share` of every criterion's points, the same quantity on every line.

        `evaluation`: the person's, when it may no longer stand.
        """
        evaluation = evaluation or self.evaluation(name)
        items = evaluation.scorecard.scheme.scheme.items
        save_draft(
            evaluation=evaluation,
            by=evaluation.person,
            general={item.code: Decimal(str(float(item.maximum))) * Decimal(share) for item in items},
            lines={line.uuid: {"done": Decimal(done), "note": ""} for line in evaluation.scorecard.lines.all()},
            strengths="Chủ động, đúng hạn.",
            limitations="Cần học thêm ngoại ngữ.",
            expected_draft_version=evaluation.scorecard.draft_version,
        )
        return self.evaluation(name)

    def hand_in(self, name: str, **typed) -> Evaluation:
        evaluation = self.fill(name, **typed)
        return submit_self_assessment(
            evaluation=evaluation, by=evaluation.person, expected_version=evaluation.version, at=self.at()
        )

    def render(self) -> None:
        """What the worker does."""
        pipeline.drain()

    def sign_all(self, name: str) -> list:
        """The person signs everything that waits for him."""
        self.render()
        waiting = documents_waiting_for(self.people[name])
        results = sign(documents=waiting, by=self.people[name], pin=PIN, at=self.at())
        self.render()
        return results

    def council(self) -> Council:
        seats = [
            Seat(self.people["director"], "chair", "Giám đốc"),
            Seat(self.people["deputy"], "deputy", "Phó Giám đốc"),
            Seat(self.people["hr"], "secretary", "Chuyên viên"),
            Seat(self.people["office_head"], "member", "Chánh Văn phòng"),
            Seat(self.people["an"], "member", "Chuyên viên"),
        ]
        return found_council(
            unit=self.units["SNV"],
            name="Hội đồng đánh giá, xếp loại chất lượng Sở Nội vụ",
            decision_number="12/QĐ-SNV",
            decision_on=date(2026, 9, 1),
            starts_on=date(2026, 9, 1),
            ends_on=None,
            seats=seats,
            rules_basis="Quy chế làm việc của Hội đồng",
            by=self.people["hr"],
            at=self.at(),
            quorum_numerator=1,
            quorum_denominator=2,
        )

    def documents(self, kind: str) -> list[Document]:
        return list(Document.objects.filter(kind__code=kind).order_by("pk"))

    def today(self) -> date:
        return timezone.localdate(self.now)
