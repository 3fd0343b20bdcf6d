from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions.acts import lock_session, record, store
from approvals.actions.agenda import sort_agenda
from approvals.actions.requirements import (
    BEFORE_MINUTES,
    require_officer,
    require_quorum,
    require_state,
    require_transition,
)
from approvals.classes import CLASSES
from approvals.errors import ApprovalRefused
from approvals.models import (
    AgendaItem,
    Attendance,
    Council,
    CouncilMember,
    CouncilSession,
    DeclaredInterest,
    Recusal,
    SessionState,
)
from approvals.roster import Roster
from approvals.sittings import local_text, sitting
from organization.models import Person

OWN_CASE = "Trường hợp của bản thân"
INTEREST = "Có quan hệ đã khai báo: {relation}"
PRIOR_REVIEWER = "Đã theo dõi, đánh giá ở bước trước"


@dataclass(frozen=True)
class Case:
    """What the process brings before the council about one person; totals are exact decimals or fractions as text.

    `own_total`: the self-assessment's, "" when not scored; `last_class`: "" without an earlier result.
    """

    person: Person
    title: str
    unit_name: str
    duty_group: str
    score_total: str
    score_class: str
    own_total: str = ""
    last_class: str = ""
    contested: bool = False
    prior_reviewers: tuple[Person, ...] = ()


@transaction.atomic
def convene(
    *,
    council: Council,
    scheduled_at: datetime,
    place: str,
    chair: Person,
    secretary: Person,
    cases: Sequence[Case],
    by: Person,
    at: datetime,
    recuse_prior_reviewers: bool = False,
    others_named: bool = False,
) -> CouncilSession:
    """Call a session: attendance for the whole roster, the agenda by disagreement, recusals known already.

    Item n in the order of creation is case n; among equals that order is the agenda's. A member is recused from his
    own case, from those of people with whom he declared a relation, and with `recuse_prior_reviewers` from the cases
    that he reviewed. `others_named`: its minutes name people on whom nobody votes, so it may sit without a case.
    Raises ApprovalRefused for a wrong chair, secretary, day or case.
    """
    council = Council.objects.select_for_update(of=("self",)).select_related("unit").get(pk=council.pk)
    members = list(council.members.select_related("person"))
    _require_term(council, scheduled_at)
    _require_roles(members, chair=chair, secretary=secretary)
    _require_cases(cases, others_named=others_named)
    last = council.sessions.order_by("number").last()
    session = CouncilSession.objects.create(
        council=council,
        number=last.number + 1 if last else 1,
        scheduled_at=scheduled_at,
        place=place,
        chair=chair,
        secretary=secretary,
    )
    Attendance.objects.bulk_create(Attendance(session=session, member=member) for member in members)
    items = AgendaItem.objects.bulk_create(
        AgendaItem(
            session=session,
            order=order,
            person=case.person,
            title=case.title,
            unit_name=case.unit_name,
            duty_group=case.duty_group,
            score_total=case.score_total,
            score_class=case.score_class,
            own_total=case.own_total,
            last_class=case.last_class,
            contested=case.contested,
        )
        for order, case in enumerate(cases, start=1)
    )
    interests = _interests({member.person_id for member in members})
    recusals = [
        Recusal(item=item, member=member, reason=reason, automatic=True)
        for item, case in zip(items, cases, strict=True)
        for member in members
        if (reason := _automatic_reason(member, case, recuse_prior_reviewers, interests))
    ]
    Recusal.objects.bulk_create(recusals)
    sort_agenda(session)
    record("session.convened", session, by=by, at=at, cases=len(items), recusals=len(recusals))
    return session


def _interests(members: set[int]) -> dict[frozenset[int], str]:
    """Pair of people → the relation they declared, as far as a member is one of them."""
    rows = DeclaredInterest.objects.filter(Q(person__in=members) | Q(about__in=members), ended_at=None)
    return {frozenset((row.person_id, row.about_id)): row.relation for row in rows}


def _automatic_reason(
    member: CouncilMember, case: Case, recuse_prior_reviewers: bool, interests: dict[frozenset[int], str]
) -> str:
    if member.person_id == case.person.pk:
        return OWN_CASE
    if relation := interests.get(frozenset((member.person_id, case.person.pk))):
        return INTEREST.format(relation=relation)[:300]
    if recuse_prior_reviewers and member.person_id in {person.pk for person in case.prior_reviewers}:
        return PRIOR_REVIEWER
    return ""


@transaction.atomic
def hand_over(
    *,
    session: CouncilSession,
    by: Person,
    at: datetime,
    expected_version: int,
    chair: Person | None = None,
    secretary: Person | None = None,
) -> CouncilSession:
    """Name another chair or secretary for the session, so that one absent person never locks it.

    Possible until the minutes are adopted: then it stands who signs them. Done by either of the two or by the
    council's chair or deputy. Raises ApprovalRefused for a wrong person.
    """
    session = lock_session(session, expected_version)
    require_state(session, (*BEFORE_MINUTES, SessionState.MINUTES_DRAFTED))
    members = list(session.council.members.select_related("person"))
    leading = {m.person_id for m in members if m.role in (CouncilMember.Role.CHAIR, CouncilMember.Role.DEPUTY)}
    if by.pk not in leading:
        require_officer(session, by)
    session.chair = chair or session.chair
    session.secretary = secretary or session.secretary
    _require_roles(members, chair=session.chair, secretary=session.secretary)
    store(session)
    details = {"chair": str(session.chair.uuid), "secretary": str(session.secretary.uuid)}
    record("session.handed_over", session, by=by, at=at, **details)
    return session


@transaction.atomic
def open_session(*, session: CouncilSession, by: Person, at: datetime, expected_version: int) -> CouncilSession:
    """Begin the meeting. Raises ApprovalRefused without quorum or without its chair present."""
    session = _begin(session, "open", by, expected_version)
    session.opened_at = at
    store(session)
    record("session.opened", session, by=by, at=at)
    return session


@transaction.atomic
def adjourn_session(
    *,
    session: CouncilSession,
    by: Person,
    at: datetime,
    expected_version: int,
    resumes_at: datetime | None = None,
    resumes_place: str = "",
) -> CouncilSession:
    """Break the meeting off; what is concluded stays, who was there is kept, and everybody is noted anew.

    `resumes_at`, `resumes_place`: when and where it goes on, None and "" while that is open. Raises ApprovalRefused
    for a time that has passed or lies beyond the council's term.
    """
    session = lock_session(session, expected_version)
    require_officer(session, by)
    require_transition(session, "adjourn")
    if resumes_at is not None:
        _require_term(session.council, resumes_at)
        if resumes_at <= at:
            raise ApprovalRefused(_("The session goes on at a time that is still to come."), rule="term")
    session.adjourn()
    session.sittings = [*session.sittings, sitting(session, until=at)]
    session.attendances.update(present=None, reason="", standing_in_for=None, party=False)
    session.attendees.all().delete()
    session.resumes_at, session.resumes_place = resumes_at, resumes_place.strip()
    store(session)
    when = resumes_at.isoformat() if resumes_at else ""
    record("session.adjourned", session, by=by, at=at, resumes_at=when, place=session.resumes_place)
    return session


@transaction.atomic
def resume_session(*, session: CouncilSession, by: Person, at: datetime, expected_version: int) -> CouncilSession:
    """Continue an adjourned meeting after its roll. ApprovalRefused without quorum or without its chair present."""
    session = _begin(session, "resume", by, expected_version)
    session.place = session.resumes_place or session.place
    if session.sittings:  # none was kept of a session that was adjourned under an older release
        session.sittings = [*session.sittings[:-1], session.sittings[-1] | {"resumed_at": local_text(at)}]
    store(session)
    record("session.resumed", session, by=by, at=at)
    return session


def _begin(session: CouncilSession, transition: str, by: Person, expected_version: int) -> CouncilSession:
    session = lock_session(session, expected_version)
    require_officer(session, by)
    require_transition(session, transition)
    roster = Roster.of(session)
    require_quorum(roster)
    if session.chair_id not in {member.person_id for member in roster.seated}:
        raise ApprovalRefused(_("The chair is not present: hand the chair over first."), rule="chair_present")
    getattr(session, transition)()
    return session


def _require_term(council: Council, scheduled_at: datetime) -> None:
    day = timezone.localdate(scheduled_at, timezone.get_default_timezone())
    if day < council.starts_on or (council.ends_on is not None and day >= council.ends_on):
        raise ApprovalRefused(_("The day lies outside the term of the council."), rule="term")


def _require_roles(members: list[CouncilMember], *, chair: Person, secretary: Person) -> None:
    roles = {member.person_id: member.role for member in members}
    if roles.get(chair.pk) not in (CouncilMember.Role.CHAIR, CouncilMember.Role.DEPUTY):
        raise ApprovalRefused(_("A session is chaired by the chair or a deputy of the council."), rule="roster")
    if secretary.pk not in roles:
        raise ApprovalRefused(_("The secretary of a session is a member of the council."), rule="roster")
    if chair == secretary:
        raise ApprovalRefused(_("Chair and secretary are two people."), rule="roster")


def _require_cases(cases: Sequence[Case], *, others_named: bool) -> None:
    if not cases and not others_named:
        raise ApprovalRefused(_("A session needs at least one case."), rule="agenda")
    for case in cases:
        if case.score_class not in CLASSES:
            raise ApprovalRefused(
                _("%(name)s has no class by score yet.") % {"name": case.person.full_name}, rule="agenda"
            )
