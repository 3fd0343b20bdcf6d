"""Small invented people and forms for the tests of this app."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from kpi.actions import open_scorecard
from kpi.models import Scorecard, ScoreLine, ScoringScheme
from organization.models import AgencyRole, Appointment, Block, Duty, Person, SubjectGroup, Unit

NOW = datetime(2026, 10, 2, 3, 0, tzinfo=UTC)
_numbers = count(1)


def make_unit() -> Unit:
    return Unit.objects.create(
        code=f"U{next(_numbers)}",
        name="Sở Thử nghiệm",
        abbreviation="STN",
        block=Block.STATE,
        agency_role=AgencyRole.USING,
        place="Hải Vân",
        starts_on=date(2026, 1, 1),
    )


def make_person(name: str = "Lê Thị Mẫu") -> Person:
    return Person.objects.create(username=f"p{next(_numbers)}", full_name=name)


def make_appointment(person: Person | None = None, unit: Unit | None = None) -> Appointment:
    return Appointment.objects.create(
        person=person or make_person(),
        unit=unit or make_unit(),
        title="Chuyên viên",
        subject_group=SubjectGroup.CONG_CHUC,
        duty=Duty.STAFF,
        starts_on=date(2026, 1, 1),
    )


def make_scorecard(*, is_leader: bool = False, code: str = "decree-335-local-quarter") -> Scorecard:
    appointment = make_appointment()
    return open_scorecard(
        person=appointment.person,
        appointment=appointment,
        scheme=ScoringScheme.objects.get(code=code, version=1),
        is_leader=is_leader,
        kind="quarter",
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 10, 1),
    )


def make_line(scorecard: Scorecard, **values) -> ScoreLine:
    number = next(_numbers)
    defaults = {
        "code": f"SP{number}",
        "task": f"Báo cáo số {number}",
        "k": Decimal("1.5"),
        "assigned": Decimal(10),
        "month": 7,
    }
    return ScoreLine.objects.create(scorecard=scorecard, **(defaults | values))


def full_marks(scorecard: Scorecard) -> dict[str, Decimal]:
    return {
        item.code: Decimal(5) if item.code[:2] == "I." else Decimal("2.5") for item in scorecard.scheme.scheme.items
    }
