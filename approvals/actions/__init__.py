"""The only writers of this app, one file per noun. Each act is one transaction that locks its session first."""

from approvals.actions.attendance import Mark, call_roll, mark_attendance
from approvals.actions.cases import (
    ItemResult,
    conclude_item,
    confirm_uncontested,
    declare_recusal,
    propose_class,
    record_opinion,
    seat_alternate,
)
from approvals.actions.councils import Seat, found_council
from approvals.actions.decisions import record_decision
from approvals.actions.interests import declare_interest, end_interest
from approvals.actions.meetings import Presence, hand_in_opinion, note_attendance
from approvals.actions.minutes import adopt_minutes, close_session, draft_minutes, mark_signed
from approvals.actions.petitions import (
    answer_petition,
    name_preparer,
    prepare_answer,
    receive_petition,
    withdraw_petition,
)
from approvals.actions.preparation import MarkedCase, mark_cases
from approvals.actions.sessions import (
    Case,
    adjourn_session,
    convene,
    hand_over,
    open_session,
    resume_session,
)
from approvals.actions.votes import cast_ballot, count_urn, put_to_vote, record_ballots

__all__ = [
    "Case",
    "ItemResult",
    "Mark",
    "MarkedCase",
    "Presence",
    "Seat",
    "adjourn_session",
    "adopt_minutes",
    "answer_petition",
    "call_roll",
    "cast_ballot",
    "close_session",
    "conclude_item",
    "confirm_uncontested",
    "convene",
    "count_urn",
    "declare_interest",
    "declare_recusal",
    "draft_minutes",
    "end_interest",
    "found_council",
    "hand_in_opinion",
    "hand_over",
    "mark_attendance",
    "mark_cases",
    "mark_signed",
    "name_preparer",
    "note_attendance",
    "open_session",
    "prepare_answer",
    "propose_class",
    "put_to_vote",
    "receive_petition",
    "record_ballots",
    "record_decision",
    "record_opinion",
    "resume_session",
    "seat_alternate",
    "withdraw_petition",
]
