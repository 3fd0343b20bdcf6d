from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions.acts import lock_item, lock_session, record, store
from approvals.actions.requirements import (
    BEFORE_MINUTES,
    require_case_officer,
    require_class_within,
    require_officer,
    require_quorum,
    require_state,
)
from approvals.actions.votes import next_round
from approvals.errors import ApprovalRefused
from approvals.models import (
    AgendaItem,
    CouncilMember,
    CouncilSession,
    Opinion,
    PreparatoryMark,
    Recusal,
    SessionState,
)
from approvals.roster import Roster
from approvals.votes import outcome
from organization.models import Person


@dataclass(frozen=True)
class ItemResult:
    """What a bulk act did with one case; `refusal` is None where it was done."""

    item: AgendaItem
    refusal: ApprovalRefused | None = None


@transaction.atomic
def declare_recusal(
    *, item: AgendaItem, member: CouncilMember, reason: str, by: Person, at: datetime, expected_version: int
) -> Recusal:
    """A member keeps out of a case, by his own word or entered by chair or secretary; a ballot of his stops counting.

    Possible from the invitation until the case is concluded. Raises ApprovalRefused, Stale.
    """
    item = lock_item(item, expected_version, states=BEFORE_MINUTES)
    if by.pk != member.person_id:
        require_officer(item.session, by)
    if not reason.strip():
        raise ApprovalRefused(_("A recusal needs a reason."), rule="reason")
    roster = Roster.of(item.session)
    if member not in roster.members:
        raise ApprovalRefused(_("This person is not a member of the session."), rule="member")
    if roster.is_recused(member, item):
        raise ApprovalRefused(_("This member is already recused from the case."), rule="recused")
    return keep_out(item, member, reason.strip(), automatic=False, by=by, at=at)


def keep_out(
    item: AgendaItem, member: CouncilMember, reason: str, *, automatic: bool, by: Person, at: datetime
) -> Recusal:
    """Write down the recusal from a locked case; a seat that he filled in it for another is empty again."""
    item.recusals.filter(stand_in=member).update(stand_in=None)
    recusal = Recusal.objects.create(item=item, member=member, reason=reason, automatic=automatic)
    if item.secret and item.secret_voters.filter(round=item.ballot_round, member=member).exists():
        next_round(item)  # his vote cannot be found in the urn any more: the others vote again
    store(item)
    record("member.recused", item, by=by, at=at, member=str(member.uuid))
    return recusal


@transaction.atomic
def seat_alternate(
    *,
    item: AgendaItem,
    recused: CouncilMember,
    alternate: CouncilMember,
    by: Person,
    at: datetime,
    expected_version: int,
) -> Recusal:
    """A present alternate takes the seat of a recused member for this case alone. ApprovalRefused, Stale."""
    item = lock_item(item, expected_version, states=BEFORE_MINUTES)
    require_officer(item.session, by)
    roster = Roster.of(item.session)
    recusal = item.recusals.filter(member=recused, stand_in=None).first()
    if recusal is None or recused not in roster.seated:
        raise ApprovalRefused(_("This seat is not empty in this case."), rule="stand_in")
    if alternate not in roster.free_alternates(item):
        raise ApprovalRefused(_("Only a present alternate who is free in this case stands in."), rule="stand_in")
    recusal.stand_in = alternate
    recusal.save(update_fields=["stand_in"])
    store(item)
    record("member.stands_in", item, by=by, at=at, member=str(alternate.uuid), seat=str(recused.uuid))
    return recusal


@transaction.atomic
def record_opinion(*, item: AgendaItem, person: Person, text: str, by: Person, at: datetime) -> Opinion:
    """Note what `person` said about a case, by himself or by chair or secretary; before the meeting if in writing.

    The person concerned may speak too. Several people may write at once, so no version is asked for.
    """
    item = lock_item(item, states=BEFORE_MINUTES)
    if by.pk != person.pk:
        require_officer(item.session, by)
    elif person.pk != item.person_id and Roster.of(item.session).member_of(person) is None:
        raise ApprovalRefused(_("This person is not a member of the session."), rule="member")
    if not text.strip():
        raise ApprovalRefused(_("The opinion is empty."), rule="reason")
    opinion = Opinion.objects.create(item=item, by=person, text=text.strip(), at=at)
    record("opinion.recorded", item, by=by, at=at, person=str(person.uuid))
    return opinion


@transaction.atomic
def propose_class(
    *, item: AgendaItem, class_code: str, by: Person, at: datetime, expected_version: int, reason: str = ""
) -> AgendaItem:
    """Propose the class by score, or with a reason a lower one. Raises ApprovalRefused, Stale.

    Not once the case is put to the vote: then the vote proposes.
    """
    item = lock_item(item, expected_version)
    require_case_officer(Roster.of(item.session), item, by)
    if item.ballot_round:
        raise ApprovalRefused(_("The case is put to the vote: the vote decides."), rule="vote_open")
    require_class_within(class_code=class_code, score_class=item.score_class, reason=reason)
    _propose(item, class_code, reason, by, at)
    store(item)
    return item


@transaction.atomic
def confirm_uncontested(
    *, session: CouncilSession, by: Person, at: datetime, expected_version: int
) -> list[ItemResult]:
    """Propose the class by score for every unproposed case that nobody contests or questions, and conclude those.

    A case that breaks a rule (no quorum after recusals, the actor recused) stays as it is, with its refusal.
    """
    session = lock_session(session, expected_version)
    require_officer(session, by)
    require_state(session, (SessionState.IN_SESSION,))
    roster = Roster.of(session)
    waiting = session.items.filter(concluded_at=None, contested=False, proposed_class="").select_related("person")
    waiting = waiting.exclude(pk__in=session.items.filter(marks__choice=PreparatoryMark.Choice.QUESTION).values("pk"))
    results = []
    for item in waiting.select_for_update(of=("self",)):
        item.session = session
        try:
            chair = require_case_officer(roster, item, by)
            require_quorum(roster, item)
        except ApprovalRefused as refusal:
            results.append(ItemResult(item, refusal))
        else:
            _propose(item, item.score_class, "", by, at)
            _conclude(item, roster, chair, by, at)
            results.append(ItemResult(item))
    store(session)
    record("session.uncontested_confirmed", session, by=by, at=at, cases=sum(not r.refusal for r in results))
    return results


@transaction.atomic
def conclude_item(
    *, item: AgendaItem, by: Person, at: datetime, expected_version: int, reason: str = ""
) -> AgendaItem:
    """End a case with the council's proposal: the winner of its vote when contested, else the proposed class.

    `reason` is needed when the vote's winner differs from the class by score and none was given before. Raises
    ApprovalRefused without quorum, without a proposal, or with a vote that is incomplete or without a result.
    """
    item = lock_item(item, expected_version)
    roster = Roster.of(item.session)
    chair = require_case_officer(roster, item, by)
    require_quorum(roster, item)
    if item.contested:
        winner = _winner(item, roster)
        reason = reason.strip() or item.reason
        require_class_within(class_code=winner, score_class=item.score_class, reason=reason)
        _propose(item, winner, reason, by, at)
    elif not item.proposed_class:
        raise ApprovalRefused(_("No class is proposed for this case yet."), rule="item_unfinished")
    _conclude(item, roster, chair, by, at)
    return item


def _winner(item: AgendaItem, roster: Roster) -> str:
    if not item.ballot_round:
        raise ApprovalRefused(_("A contested case is put to the vote first."), rule="vote_closed")
    vote = outcome(item, roster)
    if not vote.counted:
        raise ApprovalRefused(_("Count the secret votes first."), rule="vote_open")
    if not vote.valid:
        raise ApprovalRefused(
            _("%(voted)d members voted, %(needed)d are needed.") % {"voted": vote.took_part, "needed": vote.needed},
            rule="quorum",
        )
    if vote.tally.winner is None:
        raise ApprovalRefused(_("No class has a majority: put the case to the vote again."), rule="majority")
    return vote.tally.winner


def _propose(item: AgendaItem, class_code: str, reason: str, by: Person, at: datetime) -> None:
    before, item.proposed_class = item.proposed_class, class_code
    item.reason = reason.strip() if class_code != item.score_class else ""
    record("class.proposed", item, by=by, at=at, changed_from=before, changed_to=class_code)


def _conclude(item: AgendaItem, roster: Roster, chair: Person, by: Person, at: datetime) -> None:
    item.concluded_at = at
    item.counted = roster.quorum(item).counted
    item.presided_by = chair
    store(item)
    record("item.concluded", item, by=by, at=at, changed_to=item.proposed_class, presided_by=str(chair.uuid))
