"""What the ballots of a case say, recusals and the chair's side taken into account."""

from collections.abc import Iterable
from dataclasses import dataclass

from approvals.classes import CLASSES
from approvals.models import AgendaItem, Ballot
from approvals.quorum import Tally, tally
from approvals.roster import Roster


@dataclass(frozen=True)
class Vote:
    """One round of a vote. It is valid when as many took part (abstaining included) as the quorum needs."""

    round: int
    tally: Tally
    ballots: list[Ballot]
    needed: int

    @property
    def took_part(self) -> int:
        return len(self.ballots)

    @property
    def valid(self) -> bool:
        return self.took_part >= self.needed


def outcome(item: AgendaItem, roster: Roster) -> Vote:
    """The present round of the case."""
    ballots = item.ballots.filter(round=item.ballot_round).select_related("member__person")
    return count(item, roster, ballots, item.ballot_round)


def count(item: AgendaItem, roster: Roster, ballots: Iterable[Ballot], round_number: int) -> Vote:
    """One round from its ballots; those of members recused meanwhile do not count."""
    counted = [ballot for ballot in ballots if not roster.is_recused(ballot.member, item)]
    chair_id = item.presided_by_id
    if chair_id is None:
        chair = roster.presiding(item)
        chair_id = chair.person_id if chair else None
    result = tally(
        [ballot.choice for ballot in counted],
        order=CLASSES,
        chair_choice=next((ballot.choice for ballot in counted if ballot.member.person_id == chair_id), None),
        tie_rule=roster.session.council.tie_rule,
    )
    return Vote(round=round_number, tally=result, ballots=counted, needed=roster.quorum(item).needed)
