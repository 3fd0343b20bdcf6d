from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from approvals.actions.acts import lock_item, record, store
from approvals.actions.requirements import require_case_officer, require_quorum
from approvals.classes import CLASSES, classes_within
from approvals.errors import ApprovalRefused, Stale
from approvals.models import AgendaItem, Ballot, CouncilMember, SecretCount, SecretVoter, UrnCount
from approvals.quorum import ABSTAIN
from approvals.roster import Roster
from approvals.votes import outcome
from organization.models import Person


@transaction.atomic
def put_to_vote(
    *, item: AgendaItem, by: Person, at: datetime, expected_version: int, secret: bool = False
) -> AgendaItem:
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
        if not vote.took_part or not vote.counted:
            raise ApprovalRefused(_("The case is already put to the vote."), rule="vote_open")
    item.contested, item.secret = True, secret
    next_round(item)
    store(item)
    record("vote.opened", item, by=by, at=at, round=item.ballot_round, secret=secret)
    return item


def next_round(item: AgendaItem) -> None:
    """One more round, voted like the present one; an urn that nobody counted is given up with its votes."""
    item.urn.all().delete()
    item.ballot_round += 1
    if item.secret:
        # All rows of the urn stand before the first vote: their order tells nothing.
        UrnCount.objects.bulk_create(
            UrnCount(item=item, round=item.ballot_round, choice=choice) for choice in (*CLASSES, ABSTAIN)
        )


@transaction.atomic
def cast_ballot(
    *, item: AgendaItem, member: CouncilMember, choice: str, by: Person, at: datetime, expected_version: int
) -> Ballot | SecretVoter:
    """A member's own vote: a class within the score's, or "abstain"; once in a round, open or secret as it was put.

    Votes leave the version of the case alone, since all vote at the same time. Raises Stale when he has voted,
    ApprovalRefused when he may not vote or the choice is none.
    """
    item = lock_item(item, expected_version)
    if by.pk != member.person_id:
        raise ApprovalRefused(_("Everybody casts his own ballot."), rule="member")
    if item.secret:
        return _drop_into_urn(item, member, choice, by=by, at=at)
    return _enter(item, {member: choice}, by=by, at=at)[0]


@transaction.atomic
def record_ballots(
    *, item: AgendaItem, choices: Mapping[CouncilMember, str], by: Person, at: datetime, expected_version: int
) -> list[Ballot]:
    """A show of hands, entered by the secretary or the person in the chair: all of it or nothing."""
    item = lock_item(item, expected_version)
    require_case_officer(Roster.of(item.session), item, by)
    if item.secret:
        raise ApprovalRefused(_("The vote is secret: everybody votes himself."), rule="vote_secret")
    return _enter(item, choices, by=by, at=at)


@transaction.atomic
def count_urn(*, item: AgendaItem, by: Person, at: datetime, expected_version: int) -> AgendaItem:
    """End a secret round: the urn is opened, its counts are kept and it is emptied; nobody votes in it any more.

    All counts are written in this one transaction, so no row of theirs shares anything with a voter's. Raises
    ApprovalRefused for an open vote, an urn counted already or one in which nobody has voted.
    """
    item = lock_item(item, expected_version)
    require_case_officer(Roster.of(item.session), item, by)
    urn = list(item.urn.filter(round=item.ballot_round).select_for_update())
    if not item.secret or not urn:
        raise ApprovalRefused(_("No secret vote is running on this case."), rule="vote_closed")
    voted = item.secret_voters.filter(round=item.ballot_round).count()
    if not voted:
        raise ApprovalRefused(_("Nobody has voted yet."), rule="vote_open")
    counts = Counter({row.choice: row.votes for row in urn})
    if counts.total() != voted:
        raise ApprovalRefused(
            _("%(voted)d members voted, but the urn holds %(held)d votes: repeat the vote.")
            % {"voted": voted, "held": counts.total()},
            rule="urn",
        )
    SecretCount.objects.bulk_create(
        SecretCount(item=item, round=item.ballot_round, choice=choice, votes=counts[choice])
        for choice in (*CLASSES, ABSTAIN)
    )
    item.urn.all().delete()
    store(item)
    record("vote.counted", item, by=by, at=at, round=item.ballot_round)
    return item


def _drop_into_urn(item: AgendaItem, member: CouncilMember, choice: str, *, by: Person, at: datetime) -> SecretVoter:
    """Tick the member off and add one to the choice; the two rows share nothing but the round."""
    _require_vote(item, {member: choice})
    before = item.secret_voters.filter(round=item.ballot_round, member=member).first()
    if before is not None:
        raise Stale(by=by, at=before.at)
    urn = item.urn.filter(round=item.ballot_round, choice=choice)
    if not urn.update(votes=F("votes") + 1):
        raise ApprovalRefused(_("The urn is closed: the votes have been counted."), rule="vote_closed")
    voter = SecretVoter.objects.create(item=item, round=item.ballot_round, member=member, at=at)
    record("ballot.cast", item, by=by, at=at, member=str(member.uuid), round=item.ballot_round, secret=True)
    return voter


def _require_vote(item: AgendaItem, choices: Mapping[CouncilMember, str]) -> None:
    if not item.ballot_round:
        raise ApprovalRefused(_("The case has not been put to the vote."), rule="vote_closed")
    voters = {member.pk for member in Roster.of(item.session).voters(item)}
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


def _enter(item: AgendaItem, choices: Mapping[CouncilMember, str], *, by: Person, at: datetime) -> list[Ballot]:
    _require_vote(item, choices)
    known = {ballot.member_id: ballot for ballot in item.ballots.filter(round=item.ballot_round).select_related("by")}
    for member in choices:
        if member.pk in known:
            raise Stale(by=known[member.pk].by, at=known[member.pk].at)
    ballots = []
    for member, choice in choices.items():
        ballots.append(
            Ballot.objects.create(item=item, round=item.ballot_round, member=member, choice=choice, by=by, at=at)
        )
        record("ballot.cast", item, by=by, at=at, member=str(member.uuid), round=item.ballot_round)
    return ballots
