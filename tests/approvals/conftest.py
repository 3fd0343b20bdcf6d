"""A department's council of seven (and one alternate) and the acts on it, in invented names."""

from datetime import UTC, date, datetime, timedelta

import pytest

from approvals import actions
from approvals.models import AgendaItem, CouncilMember, CouncilSession
from organization.models import Person, Unit

NAMES = {
    "chair": "Trần Văn Chủ",
    "deputy": "Lê Thị Phó",
    "secretary": "Phạm Thư Ký",
    "an": "Nguyễn Văn An",
    "binh": "Đỗ Thị Bình",
    "cuong": "Võ Minh Cường",
    "dung": "Hồ Thị Dung",
    "alternate": "Bùi Dự Khuyết",
}
ROLES = {name: name if name in ("chair", "deputy", "secretary", "alternate") else "member" for name in NAMES}


class Clock:
    """A clock that goes on by a minute with every look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class Room:
    """The council room: people by short name, one session, and its acts with the newest versions filled in."""

    def __init__(self, clock: Clock) -> None:
        self.at = clock
        self.people: dict[str, Person] = {}
        self.unit = Unit.objects.create(
            code="SNV",
            name="Sở Nội vụ",
            abbreviation="SNV",
            block="state",
            agency_role="using",
            place="Hoa Lư",
            starts_on=date(2020, 1, 1),
        )
        self.council = self.found()

    def person(self, name: str) -> Person:
        if name not in self.people:
            full_name = NAMES.get(name, f"Cán bộ {name}")
            self.people[name] = Person.objects.create_user(username=name, full_name=full_name)
        return self.people[name]

    def found(self, **changes):
        terms = {
            "unit": self.unit,
            "name": "Hội đồng đánh giá Sở Nội vụ",
            "decision_number": "12/QĐ-SNV",
            "decision_on": date(2026, 1, 10),
            "starts_on": date(2026, 1, 15),
            "ends_on": date(2027, 1, 15),
            "seats": [actions.Seat(self.person(name), role, f"Chức vụ {name}") for name, role in ROLES.items()],
            "rules_basis": "Quy chế làm việc của Hội đồng",
            "by": self.person("chair"),
            "at": self.at(),
        }
        return actions.found_council(**{**terms, **changes})

    def case(self, name: str = "staff", score_class: str = "HTXS", **changes) -> actions.Case:
        terms = {
            "person": self.person(name),
            "title": "Chuyên viên",
            "unit_name": "Phòng Công chức",
            "duty_group": "chuyen_vien",
            "score_total": "1849/20",
            "score_class": score_class,
        }
        return actions.Case(**{**terms, **changes})

    def convene(self, *cases: actions.Case, **changes) -> CouncilSession:
        terms = {
            "council": self.council,
            "scheduled_at": datetime(2026, 10, 5, 1, 0, tzinfo=UTC),
            "place": "Phòng họp số 2",
            "chair": self.person("chair"),
            "secretary": self.person("secretary"),
            "cases": cases or [self.case()],
            "by": self.person("secretary"),
            "at": self.at(),
        }
        self.session = actions.convene(**{**terms, **changes})
        return self.session

    def member(self, name: str) -> CouncilMember:
        return CouncilMember.objects.get(council=self.council, person=self.person(name))

    def item(self, order: int = 1) -> AgendaItem:
        return AgendaItem.objects.get(session=self.session, order=order)

    def act(self, action, by: str = "secretary", **arguments):
        """One act on the session, or on the case given as `item`, as its newest version."""
        if "item" in arguments:
            row = arguments["item"] = self.item(arguments["item"])
        else:
            row = arguments["session"] = CouncilSession.objects.get(pk=self.session.pk)
        arguments.setdefault("expected_version", row.version)
        return action(by=self.person(by), at=self.at(), **arguments)

    def roll(self, *absent: str) -> None:
        """Everybody with a seat is present, except these."""
        marks = [
            actions.Mark(self.member(name), name not in absent, "Đi công tác" if name in absent else "")
            for name in NAMES
            if name != "alternate"
        ]
        self.act(actions.call_roll, marks=marks)

    def open(self, *cases: actions.Case, absent: tuple[str, ...] = (), **changes) -> CouncilSession:
        self.convene(*cases, **changes)
        self.roll(*absent)
        return self.act(actions.open_session)

    def vote(self, order: int, **choices: str) -> None:
        """A show of hands on a case put to the vote, by short names."""
        by_member = {self.member(name): choice for name, choice in choices.items()}
        self.act(actions.record_ballots, item=order, choices=by_member)


@pytest.fixture
def room(db) -> Room:
    return Room(Clock())


@pytest.fixture
def committed_room(transactional_db) -> Room:
    """A room whose rows other connections see."""
    return Room(Clock())
