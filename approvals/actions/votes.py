from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions.acts import lock_item, record, store
from approvals.actions.requirements import require_case_officer, require_quorum
from approvals.classes import classes_within
from approvals.errors import ApprovalRefused, Stale
from approvals.models import AgendaItem, Ballot, CouncilMember
from approvals.quorum import ABSTAIN
from approvals.roster import Roster
from approvals.votes import outcome
from organization.models import Person


@transaction.atomic
def put_to_vote(*, item: AgendaItem, by: Person, at: datetime, expected_version: int) -> AgendaItem:
    """Open the vote on a case, which is contested from then on; a vote without a result is repeated this way.

    Raises ApprovalRefused without quorum after the recusals, or when the running vote is not without a result.
    """
    item = lock_item(item, expected_version)
    roster = Roster.of(item.session)
    require_case_officer(roster, item, by)
    require_quorum(roster, item)
    if item.ballot_round:
        vote = outcome(item, roster)
        if vote.valid and vote.tally.winner is not None:
            raise ApprovalRefused(_("The vote has a result: conclude the case."), rule="vote_decided")
        if not vote.took_part:
            raise ApprovalRefused(_("The case is already put to the vote."), rule="vote_open")
    item.contested = True
    item.ballot_round += 1
    store(item)
    record("vote.opened", item, by=by, at=at, round=item.ballot_round)
    return item


@transaction.atomic
def cast_ballot(
    *, item: AgendaItem, member: CouncilMember, choice: str, by: Person, at: datetime, expected_version: int
) -> Ballot:
    """A member's own open vote: a class within the score's, or "abstain"; once in a round.

    Ballots leave the version of the case alone, since all vote at the same time. Raises Stale when he has voted,
    ApprovalRefused when he may not vote or the choice is none.
    """
    item = lock_item(item, expected_version)
    if by.pk != member.person_id:
        raise ApprovalRefused(_("Everybody casts his own ballot."), rule="member")
    return _enter(item, {member: choice}, by=by, at=at)[0]


@transaction.atomic
def record_ballots(
    *, item: AgendaItem, choices: Mapping[CouncilMember, str], by: Person, at: datetime, expected_version: int
) -> list[Ballot]:
    """A show of hands, entered by the secretary or the person in the chair: all of it or nothing."""
    item = lock_item(item, expected_version)
    require_case_officer(Roster.of(item.session), item, by)
    return _enter(item, choices, by=by, at=at)


def _enter(item: AgendaItem, choices: Mapping[CouncilMember, str], *, by: Person, at: datetime) -> list[Ballot]:
    if not item.ballot_round:
        raise ApprovalRefused(_("The case has not been put to the vote."), rule="vote_closed")
    voters = {member.pk for member in Roster.of(item.session).voters(item)}
    known = {ballot.member_id: ballot for ballot in item.ballots.filter(round=item.ballot_round).select_related("by")}
    for member, choice in choices.items():
        if member.pk not in voters:
            raise ApprovalRefused(
                _("%(name)s is absent, recused or not a member: no vote.") % {"name": member.person.full_name},
                rule="voter",
            )
        if choice not in (ABSTAIN, *classes_within(item.score_class)):
            raise ApprovalRefused(
                _("A vote goes to the class by score, %(scored)s, or a lower one.") % {"scored": item.score_class},
                rule="class_above_score",
            )
        if member.pk in known:
            raise Stale(by=known[member.pk].by, at=known[member.pk].at)
    ballots = []
    for member, choice in choices.items():
        ballots.append(
            Ballot.objects.create(item=item, round=item.ballot_round, member=member, choice=choice, by=by, at=at)
        )
        record("ballot.cast", item, by=by, at=at, member=str(member.uuid), round=item.ballot_round)
    return ballots
