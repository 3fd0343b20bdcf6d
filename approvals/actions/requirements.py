"""The rules that an act on a session may break, each raised as ApprovalRefused with its name."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django_fsm import can_proceed

from approvals.classes import is_above
from approvals.errors import ApprovalRefused
from approvals.models import AgendaItem, CouncilSession, SessionState
from approvals.roster import Roster
from organization.models import Person

BEFORE_MINUTES = (SessionState.CONVENED, SessionState.IN_SESSION, SessionState.ADJOURNED)


def require_transition(session: CouncilSession, name: str) -> None:
    """The state machine allows this transition now."""
    if not can_proceed(getattr(session, name)):
        raise ApprovalRefused(
            _("The session is “%(state)s”: this cannot be done now.") % {"state": session.get_state_display()},
            rule="session_state",
        )


def require_state(session: CouncilSession, states: Iterable[str]) -> None:
    """The session stands in one of these states."""
    if session.state not in states:
        raise ApprovalRefused(
            _("The session is “%(state)s”: this cannot be done now.") % {"state": session.get_state_display()},
            rule="session_state",
        )


def require_officer(session: CouncilSession, by: Person) -> None:
    """Only the chair and the secretary of this session conduct it."""
    if by.pk not in (session.chair_id, session.secretary_id):
        raise ApprovalRefused(_("Only the chair or the secretary of the session may do this."), rule="officer")


def require_case_officer(roster: Roster, item: AgendaItem, by: Person) -> Person:
    """`by` presides over the case or is the secretary, and is not recused from it. Returns who presides."""
    member = roster.member_of(by)
    if member is not None and roster.is_recused(member, item):
        raise ApprovalRefused(_("You are recused from this case: somebody else handles it."), rule="recused")
    chair = roster.presiding(item)
    if chair is None:
        raise ApprovalRefused(
            _("Nobody can preside over this case: chair and deputies are recused or absent."), rule="no_chair"
        )
    if by.pk not in (chair.person_id, roster.session.secretary_id):
        raise ApprovalRefused(
            _("This case is handled by the secretary and by %(name)s, who presides over it.")
            % {"name": chair.person.full_name},
            rule="officer",
        )
    return chair.person


def require_quorum(roster: Roster, item: AgendaItem | None = None) -> None:
    """Enough members take part, after the recusals of the case; the refusal says the numbers and their basis."""
    quorum = roster.quorum(item)
    if not quorum.met:
        raise ApprovalRefused(
            _("No quorum: %(counted)d of %(members)d members count, %(needed)d are needed (%(basis)s).")
            % {
                "counted": quorum.counted,
                "members": quorum.members,
                "needed": quorum.needed,
                "basis": roster.session.council.rules_basis,
            },
            rule="quorum",
        )


def require_class_within(*, class_code: str, score_class: str, reason: str) -> None:
    """The class is not higher than the score's, and a differing one has a reason (Decree 335/2025, Art 20)."""
    try:
        above = is_above(class_code, score_class)
    except ValueError:
        raise ApprovalRefused(_("Unknown class."), rule="class_code")
    if above:
        raise ApprovalRefused(
            _("%(proposed)s is higher than the class by score, %(scored)s.")
            % {"proposed": class_code, "scored": score_class},
            rule="class_above_score",
        )
    if class_code != score_class and not reason.strip():
        raise ApprovalRefused(_("A class that differs from the class by score needs a reason."), rule="reason")
