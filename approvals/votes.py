"""What the votes on a case say, recusals and the chair's side taken into account; open and secret ones alike."""

from collections import Counter
from dataclasses import dataclass, field

from approvals.classes import CLASSES
from approvals.models import AgendaItem, Ballot, CouncilMember
from approvals.quorum import Tally, tally
from approvals.roster import Roster

#: What `rounds` reads of a case; lists of cases prefetch it.
PREFETCH = ("ballots__member__person", "secret_voters__member__person", "secret_counts")


@dataclass(frozen=True)
class Vote:
    """One round of a vote. It is valid when as many took part (abstaining included) as the quorum needs.

    `counted` is False while a secret urn stands unopened: nobody knows its tally then. `void`: a secret round given
    up before it was counted.
    """

    round: int
    tally: Tally
    needed: int
    voters: list[CouncilMember]
    ballots: list[Ballot] = field(default_factory=list)
    secret: bool = False
    counted: bool = True
    void: bool = False

    @property
    def took_part(self) -> int:
        return len(self.voters)

    @property
    def valid(self) -> bool:
        return self.counted and self.took_part >= self.needed


def rounds(item: AgendaItem, roster: Roster) -> list[Vote]:
    """Every round of the case in its order; the present one too when nobody has voted in it yet."""
    known = {ballot.round for ballot in item.ballots.all()} | {voter.round for voter in item.secret_voters.all()}
    if item.ballot_round:
        known.add(item.ballot_round)
    return [_round(item, roster, number) for number in sorted(known)]


def outcome(item: AgendaItem, roster: Roster) -> Vote:
    """The present round of the case."""
    return _round(item, roster, item.ballot_round)


def _round(item: AgendaItem, roster: Roster, number: int) -> Vote:
    voters = [voter.member for voter in item.secret_voters.all() if voter.round == number]
    if voters or (item.secret and number == item.ballot_round):
        return _secret(item, roster, number, voters)
    # The ballots of members recused meanwhile do not count. Who fills which seat changes with every sitting: a case
    # concluded before is read by its own recusals.
    kept_out = roster.is_recused if item.concluded_at is None else roster.is_named
    ballots = [
        ballot for ballot in item.ballots.all() if ballot.round == number and not kept_out(ballot.member, item)
    ]
    chair_id = item.presided_by_id
    if chair_id is None:
        chair = roster.presiding(item)
        chair_id = chair.person_id if chair else None
    result = tally(
        [ballot.choice for ballot in ballots],
        order=CLASSES,
        chair_choice=next((ballot.choice for ballot in ballots if ballot.member.person_id == chair_id), None),
        tie_rule=roster.session.council.tie_rule,
    )
    members = [ballot.member for ballot in ballots]
    return Vote(number, result, roster.quorum(item).needed, members, ballots)


def _secret(item: AgendaItem, roster: Roster, number: int, voters: list[CouncilMember]) -> Vote:
    """A secret round: nobody's side is known, the chair's neither, so his side cannot break a tie."""
    counts = Counter({row.choice: row.votes for row in item.secret_counts.all() if row.round == number})
    result = tally(counts.elements(), order=CLASSES, tie_rule=roster.session.council.tie_rule)
    counted = bool(counts)
    return Vote(
        number,
        result,
        roster.quorum(item).needed,
        voters,
        secret=True,
        counted=counted,
        void=not counted and number != item.ballot_round,
    )
