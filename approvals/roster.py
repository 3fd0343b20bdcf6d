"""Who sits in a session right now: seats, stand-ins, recusals, the person in the chair. Read once, then asked."""

from dataclasses import dataclass, field

from approvals.models import AgendaItem, Attendance, CouncilMember, CouncilSession, Recusal
from approvals.quorum import Quorum
from organization.models import Person

_CHAIR_ORDER = (CouncilMember.Role.CHAIR, CouncilMember.Role.DEPUTY)


@dataclass(frozen=True)
class Roster:
    """A snapshot of attendance and recusals; take a new one after either changed."""

    session: CouncilSession
    attendances: list[Attendance]
    recused: dict[int, set[int]] = field(default_factory=dict)
    stand_ins: dict[int, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, session: CouncilSession) -> "Roster":
        """Two queries, however long the agenda."""
        recused: dict[int, set[int]] = {}
        stand_ins: dict[int, set[int]] = {}
        rows = Recusal.objects.filter(item__session=session).values_list("item_id", "member_id", "stand_in_id")
        for item_id, member_id, stand_in_id in rows:
            recused.setdefault(item_id, set()).add(member_id)
            if stand_in_id is not None:
                stand_ins.setdefault(item_id, set()).add(stand_in_id)
        attendances = session.attendances.select_related("member__person", "standing_in_for__person")
        return cls(session=session, attendances=list(attendances), recused=recused, stand_ins=stand_ins)

    @property
    def members(self) -> list[CouncilMember]:
        return [attendance.member for attendance in self.attendances]

    @property
    def seats(self) -> list[CouncilMember]:
        """Every member with a seat of his own."""
        return [member for member in self.members if member.role != CouncilMember.Role.ALTERNATE]

    @property
    def seated(self) -> list[CouncilMember]:
        """Who takes part: members present, and alternates standing in for an absent member."""
        return [
            attendance.member
            for attendance in self.attendances
            if attendance.present
            and (attendance.member.role != CouncilMember.Role.ALTERNATE or attendance.standing_in_for_id)
        ]

    def member_of(self, person: Person) -> CouncilMember | None:
        return next((member for member in self.members if member.person_id == person.pk), None)

    def is_recused(self, member: CouncilMember, item: AgendaItem) -> bool:
        """Whether the member keeps out of the case; who fills an absent member's seat inherits his conflicts."""
        recused = self.recused.get(item.pk, ())
        return member.pk in recused or self._seat_filled_by(member) in recused

    def is_named(self, member: CouncilMember, item: AgendaItem) -> bool:
        """Whether the member himself is recused from the case, whoever's seat he fills now."""
        return member.pk in self.recused.get(item.pk, ())

    def _seat_filled_by(self, member: CouncilMember) -> int | None:
        return next((row.standing_in_for_id for row in self.attendances if row.member_id == member.pk), None)

    def stands_in(self, item: AgendaItem) -> list[CouncilMember]:
        """Alternates who take the seat of a recused member for this case alone."""
        chosen = self.stand_ins.get(item.pk, ())
        return [row.member for row in self.attendances if row.present and row.member_id in chosen]

    def free_alternates(self, item: AgendaItem) -> list[CouncilMember]:
        """Alternates present who have no seat, nor any reason to keep out of the case."""
        seated = {member.pk for member in [*self.seated, *self.stands_in(item)]}
        return [
            row.member
            for row in self.attendances
            if row.present
            and row.member.role == CouncilMember.Role.ALTERNATE
            and row.member_id not in seated
            and not self.is_recused(row.member, item)
        ]

    def voters(self, item: AgendaItem) -> list[CouncilMember]:
        """Who may vote on the case."""
        return [member for member in self.seated if not self.is_recused(member, item)] + self.stands_in(item)

    def quorum(self, item: AgendaItem | None = None) -> Quorum:
        """The quorum of the meeting, or for one case after its recusals."""
        council = self.session.council
        present = self.seated
        kept_out = len(present) - len(self.voters(item)) if item is not None else 0
        return Quorum(
            members=len(self.seats),
            present=len(present),
            recused=max(kept_out, 0),  # a stand-in never makes more votes than there are people in their seats
            numerator=council.quorum_numerator,
            denominator=council.quorum_denominator,
        )

    def presiding(self, item: AgendaItem) -> CouncilMember | None:
        """Who is in the chair for the case: the session's chair, or when he is recused or absent the next in rank."""
        candidates = [member for member in self.voters(item) if member.role in _CHAIR_ORDER]
        candidates.sort(key=lambda m: (m.person_id != self.session.chair_id, _CHAIR_ORDER.index(m.role), m.pk))
        return candidates[0] if candidates else None


def session_quorum(session: CouncilSession, item: AgendaItem | None = None) -> Quorum:
    """The quorum of the session, or of one case after its recusals."""
    return Roster.of(session).quorum(item)


def presiding(item: AgendaItem) -> Person | None:
    """The person in the chair for this case; None when chair and deputies are all recused or absent."""
    member = Roster.of(item.session).presiding(item)
    return member.person if member else None
