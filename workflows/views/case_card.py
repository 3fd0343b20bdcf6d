"""The card of one case: scores side by side with their history, opinions, recusals, votes and the next act."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import votes
from approvals.classes import classes_within
from approvals.models import AgendaItem, CouncilMember, SessionState
from approvals.quorum import ABSTAIN
from approvals.roster import Roster
from approvals.votes import Vote
from kpi.models import ScoreAdjustment
from organization.models import Person
from workflows.forms.sessions import BallotsForm, ConcludeForm, OpinionForm, RecusalForm, ReopenForm, SeatForm
from workflows.histories import last_results, totals
from workflows.models import Evaluation
from workflows.organisations import head_caps
from workflows.templatetags.look import class_words
from workflows.views.council_room import Row, frame
from workflows.views.room_acts import BEFORE_MINUTES
from workflows.views.sheets import groups, months, with_card
from workflows.views.year_sheets import year_card


@dataclass
class CaseForms:
    """The forms of the card; one of them bound to what was typed."""

    roster: Roster
    recuse: RecusalForm
    opinion: OpinionForm
    ballots: BallotsForm
    conclude: ConcludeForm
    reopen: ReopenForm
    seat: SeatForm
    choice: str = ""
    reason: str = ""

    def of(self, act: str) -> forms.Form | None:
        found: dict[str, forms.Form] = {
            "recuse": self.recuse,
            "opinion": self.opinion,
            "ballots": self.ballots,
            "conclude": self.conclude,
            "reopen": self.reopen,
            "seat": self.seat,
        }
        return found.get(act)


def vote_options(score_class: str) -> list[tuple[str, str]]:
    """Never above the class of the score; abstaining takes part without choosing."""
    return [(code, class_words(code, "short")) for code in classes_within(score_class)] + [(ABSTAIN, _("Abstains"))]


def case_forms(item: AgendaItem, person: Person, data: Any = None, act: str = "") -> CaseForms:
    """Fresh forms, the one of `act` bound to `data`."""
    roster = Roster.of(item.session)
    officer = person.pk in (item.session.chair_id, item.session.secretary_id)
    free = [member for member in roster.members if not roster.is_recused(member, item)]
    own = [member for member in free if member.person_id == person.pk]
    speakers = [member.person for member in roster.members] if officer else [person]
    if officer and item.person_id not in {speaker.pk for speaker in speakers}:
        speakers.append(item.person)
    voters = _still_to_vote(item, roster)
    options = vote_options(item.score_class)

    def bound(name: str) -> Any:
        return data if act == name else None

    return CaseForms(
        roster=roster,
        recuse=RecusalForm(bound("recuse"), members=free if officer else own),
        opinion=OpinionForm(bound("opinion"), people=speakers),
        ballots=BallotsForm(bound("ballots"), voters=voters, options=options),
        conclude=ConcludeForm(bound("conclude")),
        reopen=ReopenForm(bound("reopen")),
        seat=SeatForm(bound("seat"), **(_empty_seats(item, roster) if officer else {})),
        choice=data.get("class", "") if data and act == "propose" else "",
        reason=data.get("reason", "") if data and act == "propose" else "",
    )


def card_context(item: AgendaItem, person: Person, typed: CaseForms) -> dict[str, Any]:
    """Everything on the card, in a fixed number of queries."""
    session, roster = item.session, typed.roster
    evaluation = with_card(Evaluation.objects.filter(pk=item.case.evaluation_id)).get()
    rounds = votes.rounds(item, roster)
    vote = rounds[-1] if rounds else None
    mine = item.person_id == person.pk
    chair = roster.presiding(item)
    me = roster.member_of(person)
    recused = me is not None and roster.is_recused(me, item)
    officer = person.pk in {session.secretary_id, chair.person_id if chair else None} and not recused
    row = Row(
        item,
        None,
        Fraction(item.score_total),
        vote,
        len(roster.voters(item)),
        [],
        False,
        mine,
        typed.choice,
        typed.reason,
    )
    scored = totals([evaluation.pk]).get(evaluation.pk, {})
    voting = _vote_state(item, vote, roster)
    typed.conclude.fields["reason"].required = voting["needs_reason"]  # the card asks only then, and says so
    return {
        **frame(session, roster, person),
        "item": item,
        "row": row,
        "head_cap": head_caps(session.of_period.period).get(evaluation.pk),
        "evaluation": evaluation,
        "own_total": scored.get("self_assessment"),
        "final_total": row.final,
        **(year_card(evaluation) if evaluation.period.procedure.parsed().is_annual else _side_by_side(evaluation)),
        "history": last_results(evaluation.period, [evaluation.person_id]).get(evaluation.person_id, []),
        "marks": [] if mine else list(item.marks.select_related("member__person").order_by("choice", "pk")),
        "opinions": [] if mine else list(item.opinions.select_related("by")),
        "recusals": list(item.recusals.select_related("member__person", "stand_in__person")),
        "quorum": roster.quorum(item),
        "presiding": item.presided_by or (chair.person if chair else None),
        "handed_over": chair is not None and chair.person_id != session.chair_id,
        "rounds": [] if mine else [found for found in rounds if found.took_part],
        "vote": vote,
        "mine": mine,
        "may_reopen": officer and session.state == SessionState.IN_SESSION and item.concluded_at is not None,
        "handles": officer and session.state == SessionState.IN_SESSION and item.concluded_at is None,
        "may_speak": session.state in BEFORE_MINUTES and item.concluded_at is None and (me is not None or mine),
        "may_recuse": session.state in BEFORE_MINUTES and item.concluded_at is None and bool(typed.recuse.members),
        "may_vote": _may_vote(typed, me, item),
        "recused": recused,
        "forms": typed,
        "options": vote_options(item.score_class),
        **voting,
        **_neighbours(item),
    }


def _empty_seats(item: AgendaItem, roster: Roster) -> dict[str, list[CouncilMember]]:
    """Seats of recused members that a free alternate can take in this case; none where nobody is free."""
    alternates = roster.free_alternates(item) if item.concluded_at is None else []
    filled = set(item.recusals.exclude(stand_in=None).values_list("member_id", flat=True)) if alternates else set()
    empty = [member for member in roster.seated if roster.is_recused(member, item) and member.pk not in filled]
    return {"recused": empty if alternates else [], "alternates": alternates}


def _still_to_vote(item: AgendaItem, roster: Roster) -> list[CouncilMember]:
    """Members whose vote of the present round is awaited; nobody's once a secret urn is counted."""
    vote = votes.outcome(item, roster)
    if vote.secret and vote.counted:
        return []
    voted = {member.pk for member in vote.voters}
    return [member for member in roster.voters(item) if member.pk not in voted]


def _may_vote(typed: CaseForms, me: Any, item: AgendaItem) -> bool:
    """Whether the reader's own vote of the present round is still open."""
    in_session = item.session.state == SessionState.IN_SESSION and item.concluded_at is None
    return bool(in_session and item.ballot_round and me and me in typed.ballots.voters.values())


def _vote_state(item: AgendaItem, vote: Vote | None, roster: Roster) -> dict[str, Any]:
    """What can happen next in the vote, and why not."""
    refused = ""
    quorum = roster.quorum(item)
    if not quorum.met:
        refused = _("Quorum for this case: %(counted)d of %(members)d, %(needed)d needed.") % {
            "counted": quorum.counted,
            "members": quorum.members,
            "needed": quorum.needed,
        }
    winner = vote.tally.winner if vote is not None and vote.valid else None
    urn_open = vote is not None and vote.secret and not vote.counted
    running = bool(item.ballot_round) and (urn_open or bool(_still_to_vote(item, roster)))
    again = vote is not None and vote.took_part > 0 and winner is None and not running
    if urn_open:
        to_conclude = _("Count the secret votes first.")
    elif item.contested and winner is None:
        to_conclude = _("A contested case is concluded by its vote.")
    elif not item.contested and not item.proposed_class:
        to_conclude = _("Propose a class first.")
    else:
        to_conclude = refused
    return {
        "winner": winner,
        "vote_again": again,
        "urn_open": urn_open,
        "may_count": urn_open and vote is not None and vote.took_part > 0,
        "running": running and winner is None,
        "may_put": not item.ballot_round or again,
        "vote_refused": refused,
        "conclude_refused": to_conclude,
        "needs_reason": winner is not None and winner != item.score_class and not item.reason,
    }


def _side_by_side(evaluation: Evaluation) -> dict[str, Any]:
    """Self and supervisor beside each other, with the reason of every difference."""
    changed: dict[tuple[str, str], ScoreAdjustment] = {}
    adjustments = list(evaluation.scorecard.adjustments.select_related("by"))
    for change in adjustments:
        changed[(change.target, change.item)] = change
    reviewed = {row.item_code: row.points(reviewed=True) for row in evaluation.scorecard.general_scores.all()}
    criteria = groups(evaluation)
    for group in criteria:
        for row in group["rows"]:
            row |= _difference(row["value"], reviewed.get(row["item"].code), changed, "general", row["item"].code)
        group["explained"] = any(row["change"] for row in group["rows"])
    products = months(evaluation)
    for month in products:
        for row in month["rows"]:
            line = row["line"]
            row |= _difference(line.done, line.done_as(reviewed=True), changed, "done", str(line.uuid))
        month["explained"] = any(row["change"] or row["line"].note for row in month["rows"])
    card = evaluation.scorecard
    leader = [
        (_("d: results of the people managed"), None, card.leader_d),
        (_("đ: organising the work"), card.self_dd, card.leader_dd),
        (_("e: unity inside the unit"), card.self_e, card.leader_e),
    ]
    others = [change for change in adjustments if change.target not in ("general", "done")]
    return {
        "criteria": criteria,
        "products": products,
        "leader": leader if evaluation.is_leader else [],
        "other_changes": others,
        "evidence": list(evaluation.scorecard.evidence.all()),
    }


def _difference(
    own: Any, final: Any, changed: Mapping[tuple[str, str], ScoreAdjustment], target: str, subject: str
) -> dict[str, Any]:
    change = changed.get((target, subject))
    differs = own != final
    return {"final": final, "differs": differs, "change": change if differs else None}


def _neighbours(item: AgendaItem) -> dict[str, Any]:
    """The case before and after on the agenda, and the next that is not concluded."""
    rows = list(item.session.items.order_by("order").values_list("uuid", "person__full_name", "concluded_at"))
    place = next(number for number, row in enumerate(rows) if row[0] == item.uuid)
    waiting = [row for row in rows[place + 1 :] + rows[:place] if row[2] is None]

    def link(row: Any) -> dict[str, str]:
        return {"name": row[1], "url": reverse("case", args=[item.session.uuid, row[0]])}

    return {
        "place": place + 1,
        "cases": len(rows),
        "before": link(rows[place - 1]) if place else None,
        "after": link(rows[place + 1]) if place + 1 < len(rows) else None,
        "next_open": link(waiting[0]) if waiting else None,
    }
