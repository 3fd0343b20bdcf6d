from approvals.models.cases import AgendaItem, Ballot, Opinion, Recusal
from approvals.models.councils import Council, CouncilMember, TieRule
from approvals.models.decisions import Decision
from approvals.models.interests import DeclaredInterest
from approvals.models.meetings import Attendee
from approvals.models.petitions import Outcome, Petition, PetitionState
from approvals.models.preparation import PreparatoryMark
from approvals.models.secret_ballots import SecretCount, SecretVoter, UrnCount
from approvals.models.sessions import Attendance, CouncilSession, MinutesText, SessionState

__all__ = [
    "AgendaItem",
    "Attendance",
    "Attendee",
    "Ballot",
    "Council",
    "CouncilMember",
    "CouncilSession",
    "Decision",
    "DeclaredInterest",
    "MinutesText",
    "Opinion",
    "Outcome",
    "Petition",
    "PetitionState",
    "PreparatoryMark",
    "Recusal",
    "SecretCount",
    "SecretVoter",
    "SessionState",
    "TieRule",
    "UrnCount",
]
