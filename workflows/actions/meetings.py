"""Whether a council's session is the legal meeting: whom the law calls to it, and who of them came (Art 21)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from approvals import actions as approvals
from approvals.models import AgendaItem, CouncilSession, Opinion, SessionState
from organization.models import AgencyRole, Appointment, Duty, Person, SubjectGroup
from workflows.actions.periods import own_unit_ids
from workflows.errors import NotAllowed, NotReady
from workflows.models import Evaluation, EvaluationPeriod

RULE = gettext_noop("Decree 335/2025, Art 21")
LEADERS, EVERYBODY = "leaders", "everybody"


@dataclass(frozen=True)
class Called:
    """Somebody whom the law calls to the meeting; `present` is None while nobody has noted it."""

    person: Person
    title: str
    why: str  # LEADERS | EVERYBODY
    seated: bool
    present: bool | None
    reason: str


@dataclass(frozen=True)
class Lawfulness:
    """What makes the session the legal meeting, or only its preparation.

    `representative`: who was named for the Party committee; `party`: his name, "" while nobody named is present.
    """

    called: tuple[Called, ...]
    representative: Person | None
    party: str
    needs_party: bool
    needed: int

    @property
    def present(self) -> int:
        return sum(row.present is True for row in self.called)

    @property
    def unnoted(self) -> tuple[Called, ...]:
        """Called by law and neither present nor absent with a reason."""
        return tuple(row for row in self.called if row.present is None)

    @property
    def is_legal(self) -> bool:
        """Everybody is called, enough of them came, and the Party committee is there where leaders are discussed."""
        return not self.unnoted and self.present >= self.needed and bool(self.party or not self.needs_party)


def lawfulness(session: CouncilSession) -> Lawfulness:
    """Who must attend for the people on this agenda, and who does; the council's own share of presence is asked."""
    period = session.of_period.period
    on = timezone.localdate(session.opened_at or session.scheduled_at)
    evaluations = list(
        Evaluation.objects.filter(council_cases__item__session=session).select_related("appointment", "unit")
    )
    leaders = [row for row in evaluations if row.unit_id == period.agency_id and row.is_leader]
    wanted: dict[int, tuple[Appointment, str]] = {}
    parts = [pk for pk in own_unit_ids(period.agency) if pk != period.agency_id]
    if leaders:
        duties = [Duty.HEAD, Duty.DEPUTY]
        for post in _posts(on, [period.agency_id]).filter(duty__in=duties):
            wanted.setdefault(post.person_id, (post, LEADERS))
        for post in _posts(on, parts).filter(duty=Duty.HEAD):
            wanted.setdefault(post.person_id, (post, LEADERS))
    units = {row.unit_id for row in evaluations if row not in leaders}
    if leaders and not parts:  # only an agency with parts has its heads of parts come instead of everybody
        units.add(period.agency_id)
    everybody = [SubjectGroup.CONG_CHUC]
    for post in _posts(on, list(units)).filter(subject_group__in=everybody):
        wanted.setdefault(post.person_id, (post, EVERYBODY))
    seats = list(session.attendances.select_related("member__person"))
    others = list(session.attendees.select_related("person"))
    noted: dict[int, tuple[bool, bool | None, str]] = {
        row.member.person_id: (True, row.present, row.reason) for row in seats
    }
    noted |= {row.person_id: (False, row.present, row.reason) for row in others}
    called = tuple(
        Called(post.person, post.title, why, *noted.get(post.person_id, (False, None, "")))
        for post, why in sorted(wanted.values(), key=lambda each: (each[0].unit.position, each[0].person.sort_key))
    )
    representing = [(row.member.person, row.present) for row in seats if row.party]
    representing += [(row.person, row.present) for row in others if row.party]
    representative, came = representing[0] if representing else (None, False)
    council = session.council
    return Lawfulness(
        called=called,
        representative=representative,
        party=representative.full_name if representative and came else "",
        needs_party=bool(leaders),
        needed=-(-len(called) * council.quorum_numerator // council.quorum_denominator),
    )


def _posts(on: date, units: Sequence[int]) -> QuerySet[Appointment]:
    rows = Appointment.objects.on(on).filter(unit_id__in=units, person__is_active=True)
    return rows.select_related("person", "unit").order_by("unit__position", "person__sort_key")


def lawful_words(found: Lawfulness) -> str:
    """What the minutes say of it."""
    if found.is_legal:
        party = f"; đại diện cấp ủy: {found.party}" if found.needs_party else ""
        return (
            "Phiên họp này là cuộc họp theo Điều 21 Nghị định số 335/2025/NĐ-CP: những người phải tham dự đã được "
            f"triệu tập đầy đủ, có mặt {found.present}/{len(found.called)}{party}."
        )
    why = []
    if found.unnoted:
        why.append("chưa có trong thành phần: " + ", ".join(row.person.full_name for row in found.unnoted))
    if found.present < found.needed:
        why.append(f"có mặt {found.present}/{len(found.called)} người phải tham dự, cần {found.needed}")
    if found.needs_party and not found.party:
        why.append("không có đại diện cấp ủy")
    return (
        "Phiên họp này chuẩn bị đề nghị để người đứng đầu có thẩm quyền quyết định; chưa phải cuộc họp theo Điều 21 "
        f"Nghị định số 335/2025/NĐ-CP ({'; '.join(why)})."
    )


def words_for_minutes(session: CouncilSession) -> str:
    """Whether this is the meeting of Article 21, in the procedure that has one; "" in others."""
    annual = session.of_period.period.procedure.parsed().is_annual
    return lawful_words(lawfulness(session)) if annual else ""


def part_heads(period: EvaluationPeriod, on: date) -> QuerySet[Appointment]:
    """Heads of the parts of the agency: they may hand in written opinions before the meeting."""
    parts = [pk for pk in own_unit_ids(period.agency) if pk != period.agency_id]
    return _posts(on, parts).filter(duty=Duty.HEAD)


def meetings_open_to(person: Person, on: date) -> list[CouncilSession]:
    """Yearly meetings not yet begun of the agencies in which the person heads a unit."""
    posts = Appointment.objects.on(on).filter(
        person=person, duty=Duty.HEAD, unit__agency_role=AgencyRole.DIRECTLY_USING
    )
    agencies = {post.unit.agency() for post in posts.select_related("unit__parent__parent")}
    if not agencies:
        return []
    coming = CouncilSession.objects.filter(of_period__period__agency__in=agencies, state=SessionState.CONVENED)
    found = coming.select_related("council", "of_period__period__procedure").order_by("scheduled_at", "pk")
    return [session for session in found if session.of_period.period.procedure.parsed().is_annual]


@transaction.atomic
def hand_in_opinions(
    *, session: CouncilSession, opinions: Iterable[tuple[AgendaItem, str]], by: Person, at: datetime
) -> list[Opinion]:
    """Written opinions of a sub-unit's head, with or without a seat; they go into the minutes (Art 21)."""
    period = session.of_period.period
    if not part_heads(period, timezone.localdate(at)).filter(person=by).exists():
        raise NotAllowed(_("Written opinions are handed in by the heads of the agency's units."), rule=_(RULE))
    given = sorted(((item, text) for item, text in opinions if text.strip()), key=lambda each: each[0].pk)
    if not given:
        raise NotReady(_("Write at least one opinion."), rule=_(RULE))
    return [approvals.hand_in_opinion(item=item, text=text, by=by, at=at) for item, text in given]
