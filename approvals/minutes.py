"""The frozen facts of a session's minutes, as plain data for the document."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils import timezone

from approvals.classes import CLASSES
from approvals.models import AgendaItem, Attendance, CouncilMember, CouncilSession, Recusal
from approvals.roster import Roster
from approvals.votes import PREFETCH, Vote, rounds
from organization.models import Person


def minutes_facts(session: CouncilSession) -> dict[str, Any]:
    """Everything that the minutes say, JSON-able: classes and roles as codes, scores as exact text, times as ISO
    8601 in Asia/Ho_Chi_Minh. Nine queries, however long the agenda.
    """
    roster = Roster.of(session)
    council = session.council
    items = session.items.select_related("person", "presided_by").prefetch_related(
        "recusals__member__person", "recusals__stand_in__person", "opinions__by", *PREFETCH
    )
    cases = [_case(item, roster) for item in items]
    quorum = roster.quorum()
    proposed = Counter(case["proposed_class"] for case in cases)
    return {
        "council": {
            "name": council.name,
            "agency": council.unit.name,
            "decision_number": council.decision_number,
            "decision_on": council.decision_on.isoformat(),
        },
        "number": session.number,
        "place": session.sittings[0]["place"] if session.sittings else session.place,
        "place_of_last_sitting": session.place,
        "began_at": _local(session.opened_at),
        "ended_at": _local(session.ended_at),
        "adopted_at": _local(session.adopted_at),
        "sittings": session.sittings,
        "chair": _named(session.chair, roster),
        "secretary": _named(session.secretary, roster),
        "present": [_present(row) for row in roster.attendances if row.present],
        "absent": [_absent(row) for row in roster.attendances if row.present is False],
        "attendees": [
            {"name": each.person.full_name, "title": each.title, "present": each.present}
            | {"reason": each.reason, "party": each.party}
            for each in session.attendees.select_related("person")
        ],
        "quorum": {
            "members": quorum.members,
            "present": quorum.present,
            "needed": quorum.needed,
            "basis": council.rules_basis,
        },
        "cases": cases,
        "proposed": {code: proposed[code] for code in CLASSES},
        "ceiling": session.ceiling,
        "choice_reason": session.choice_reason,
        "conclusion": session.conclusion,
    }


def _case(item: AgendaItem, roster: Roster) -> dict[str, Any]:
    return {
        "order": item.order,
        "person": str(item.person.uuid),
        "name": item.person.full_name,
        "title": item.title,
        "unit_name": item.unit_name,
        "duty_group": item.duty_group,
        "score_total": item.score_total,
        "score_class": item.score_class,
        "proposed_class": item.proposed_class,
        "reason": item.reason,
        "contested": item.contested,
        "presided_by": _named(item.presided_by, roster) if item.presided_by else None,
        "counted": item.counted,
        "recusals": [_recusal(recusal) for recusal in item.recusals.all()],
        "opinions": [
            {"by": o.by.full_name, "text": o.text, "written": o.written, "at": _local(o.at)}
            for o in item.opinions.all()
        ],
        "votes": [_vote(vote) for vote in rounds(item, roster) if vote.took_part],
    }


def _recusal(recusal: Recusal) -> dict[str, str]:
    return {
        "name": recusal.member.person.full_name,
        "reason": recusal.reason,
        "stand_in": recusal.stand_in.person.full_name if recusal.stand_in else "",
    }


def _vote(vote: Vote) -> dict[str, Any]:
    return {
        "round": vote.round,
        "secret": vote.secret,
        "void": vote.void,
        "voters": [member.person.full_name for member in vote.voters],
        "counts": vote.tally.counts,
        "cast": vote.tally.cast,
        "abstained": vote.tally.abstained,
        "tie": vote.tally.tie,
        "winner": vote.tally.winner,
        "members": [{"name": b.member.person.full_name, "choice": b.choice} for b in vote.ballots],
    }


def _present(row: Attendance) -> dict[str, Any]:
    seat: CouncilMember | None = row.standing_in_for
    return {**_member(row.member), "standing_in_for": seat.person.full_name if seat else "", "party": row.party}


def _absent(row: Attendance) -> dict[str, str]:
    return {**_member(row.member), "reason": row.reason}


def _member(member: CouncilMember) -> dict[str, str]:
    return {"name": member.person.full_name, "title": member.title, "role": member.role}


def _named(person: Person, roster: Roster) -> dict[str, str]:
    member = roster.member_of(person)
    return {"name": person.full_name, "title": member.title if member else ""}


def _local(at: datetime | None) -> str | None:
    return timezone.localtime(at, timezone.get_default_timezone()).isoformat(timespec="minutes") if at else None
