from approvals.models.cases import AgendaItem, Ballot, Opinion, Recusal
from approvals.models.councils import Council, CouncilMember, TieRule
from approvals.models.decisions import Decision
from approvals.models.sessions import Attendance, CouncilSession, SessionState

__all__ = [
    "AgendaItem",
    "Attendance",
    "Ballot",
    "Council",
    "CouncilMember",
    "CouncilSession",
    "Decision",
    "Opinion",
    "Recusal",
    "SessionState",
    "TieRule",
]
