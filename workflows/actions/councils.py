"""The council on a period's list. The session's own acts are those of `approvals`; here they meet the evaluations."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import actions as approvals
from approvals.models import AgendaItem, Council, CouncilSession, Decision, SessionState
from documents.actions import SlotSpec, request_document
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import facts, flows, notices
from workflows.actions.invitations import cases_on, waiting_evaluations
from workflows.actions.locks import lock_evaluation, lock_period
from workflows.actions.meetings import words_for_minutes
from workflows.actions.reviews import last_review
from workflows.actions.self_assessments import require_turn
from workflows.actions.steps import conclude
from workflows.actions.unranked import not_ranked, still_unranked, to_be_ranked, under_way, unranked_reason
from workflows.ceilings import as_json, check_list, edge_of, outstanding_achievement
from workflows.errors import NotReady
from workflows.models import CouncilCase, Evaluation, EvaluationPeriod, PeriodDocument, PeriodSession, Stage, Standing
from workflows.organisations import require_heads_within
from workflows.policy import rules
from workflows.readiness import synthesis_missing


@transaction.atomic
def convene_session(
    *,
    period: EvaluationPeriod,
    council: Council,
    scheduled_at: datetime,
    place: str,
    chair: Person,
    secretary: Person,
    by: Person,
    expected_version: int | None,
    at: datetime,
) -> CouncilSession:
    """Call a session on everybody who waits and whom the council covers; what is disagreed about comes first.

    Whoever is not ranked is on no agenda: the minutes name him, also those of a meeting with nobody else before it.
    """
    period = lock_period(period, expected_version)
    seats = {member.person_id for member in council.members.all()}
    if by.pk not in seats:
        rules.require_period_manager(period.agency, by, timezone.localdate(at))
    if council.unit_id != period.agency_id:
        raise NotReady(_("This council belongs to another agency."), rule=_("Council of the agency"))
    unsigned = synthesis_missing(period)
    if unsigned:
        raise NotReady(
            _("The council sits on a signed synthesis table."),
            rule=_("Documents of the procedure"),
            missing=unsigned,
        )
    present = waiting_evaluations(period, council)
    waiting = to_be_ranked(period, present)
    if not present or (not waiting and under_way(period.sessions.all()).exists()):
        raise NotReady(_("Nobody whom this council covers waits for it."), rule=_("Order of steps"))
    stale = [row.person.full_name for row in waiting if row.score_is_stale]
    if stale:
        raise NotReady(_("Some leaders must be scored again first."), rule=_("Art 15 (d)"), missing=stale)
    session = approvals.convene(
        council=council,
        scheduled_at=scheduled_at,
        place=place,
        chair=chair,
        secretary=secretary,
        cases=cases_on(period, waiting),
        others_named=bool(not_ranked(present)),
        by=by,
        at=at,
    )
    PeriodSession.objects.create(period=period, session=session)
    items = session.items.order_by("pk")  # as the cases were given; their numbers follow the disagreement
    CouncilCase.objects.bulk_create(
        CouncilCase(evaluation=row, item=item) for row, item in zip(waiting, items, strict=True)
    )
    notices.tell(event="session.convened", people=[m.person for m in council.members.select_related("person")], at=at)
    return session


def proposed_classes(period: EvaluationPeriod) -> dict[int, str]:
    """Evaluation id → the class on the table now: the council's proposal, else the class of the score."""
    rows = CouncilCase.objects.filter(evaluation__period=period).values_list(
        "evaluation_id", "item__proposed_class", "item__score_class"
    )
    return {pk: proposed or by_score for pk, proposed, by_score in rows}


@transaction.atomic
def draft_minutes(
    *,
    session: CouncilSession,
    by: Person,
    conclusion: str,
    choice_reason: str,
    expected_version: int,
    at: datetime,
) -> CouncilSession:
    """Close the discussion: the ceiling is checked on the whole list under the period's lock.

    Equals of whom some stay at the top and some do not need `choice_reason`: no order of rows chooses between them.
    """
    period = lock_period(session.of_period.period, None)
    proposed = proposed_classes(period)
    require_heads_within(period, proposed)
    check = check_list(period, proposed)
    if check is not None and not check.holds:
        raise NotReady(
            _("The list has more people at the top class than the ceiling allows."),
            rule=check.basis,
            missing=[
                _("%(group)s: %(used)s of at most %(allowed)s")
                % {"group": row.group or _("Whole agency"), "used": row.used, "allowed": row.allowed}
                for row in (check.agency, *check.groups)
                if row.excess
            ],
        )
    equals = edge_of(period, check).parted if check is not None else []
    if equals and not choice_reason.strip():
        raise NotReady(
            _("People with the same exact score got different classes: say why these were chosen."),
            rule=_("Choice among equals"),
            missing=[", ".join(names) for names in equals],
        )
    return approvals.draft_minutes(
        session=session,
        conclusion=conclusion,
        ceiling=as_json(check, outstanding_achievement(period)),
        choice_reason=choice_reason,
        by=by,
        at=at,
        expected_version=expected_version,
    )


@transaction.atomic
def adopt_minutes(*, session: CouncilSession, by: Person, expected_version: int, at: datetime) -> CouncilSession:
    """The meeting adopts its minutes; the document is owed.

    The secretary signs, the members where their rules ask, the chair last. Raises NotReady when the whole list or its
    share changed since the draft: minutes say what is true when they are adopted.
    """
    period = lock_period(session.of_period.period, None)
    check = check_list(period, proposed_classes(period))
    if _drafted_on_another_list(session, as_json(check, outstanding_achievement(period))):
        raise NotReady(
            _("The list or its ceiling has changed since the draft: amend the draft, then adopt it."),
            rule=_("Ceiling on the whole list"),
        )
    session = approvals.adopt_minutes(session=session, by=by, at=at, expected_version=expected_version)
    document = request_document(
        kind="council_minutes",
        unit=period.agency,
        facts=facts.council_minutes(
            period,
            session,
            not_ranked=not_ranked(waiting_evaluations(period, session.council)),
            lawful=words_for_minutes(session),
        ),
        signers=[SlotSpec(role=role, person=person) for role, person in facts.minutes_signers(session)],
        practice=period.practice,
        at=at,
    )
    PeriodDocument.objects.create(period=period, stage=Stage.COUNCIL, document=document, at=at)
    if period.procedure.parsed().owes("ballot_minutes") and facts.votes_were_held(session):
        _owe_ballot_minutes(period, session, at)
    signing = [person for _role, person in facts.minutes_signers(session)]
    notices.tell(event="document.to_sign", people=signing, at=at)
    return session


def _drafted_on_another_list(session: CouncilSession, ceiling: dict) -> bool:
    """Whether the draft, as it stands now whatever the asking page was drawn from, says something else."""
    drafted = CouncilSession.objects.filter(pk=session.pk, state=SessionState.MINUTES_DRAFTED)
    said = drafted.values_list("ceiling", flat=True).first()
    return said is not None and said != ceiling


def _owe_ballot_minutes(period: EvaluationPeriod, session: CouncilSession, at: datetime) -> None:
    """The count of the votes has minutes of its own where the procedure asks; secretary and chair counted."""
    counted = request_document(
        kind="ballot_minutes",
        unit=period.agency,
        facts=facts.ballot_minutes(period, session),
        signers=[
            SlotSpec(role="teller_head", person=session.secretary),
            SlotSpec(role="teller_2", person=session.chair),
        ],
        practice=period.practice,
        at=at,
    )
    PeriodDocument.objects.create(period=period, stage=Stage.COUNCIL, document=counted, at=at)


def minutes_document(session: CouncilSession, kind: str = "council_minutes"):
    """The minutes of this session, or those of its ballot count; None before they are adopted."""
    row = (
        session.of_period.period.documents.filter(
            document__kind__code=kind, document__facts__session=str(session.uuid)
        )
        .select_related("document")
        .last()
    )
    return row.document if row else None


@transaction.atomic
def close_session(*, session: CouncilSession, by: Person, expected_version: int, at: datetime) -> CouncilSession:
    """After the last signature: each case's proposal is recorded and the people's flows wait for the head."""
    period = lock_period(session.of_period.period, None)
    document = minutes_document(session)
    if document is None or document.slots.filter(signed_at__isnull=True).exists():
        raise NotReady(
            _("The minutes are not signed by everybody yet."),
            rule=_("The next approval asks for the previous personal signature"),
        )
    counted = minutes_document(session, "ballot_minutes")
    if counted is not None and counted.slots.filter(signed_at__isnull=True).exists():
        raise NotReady(
            _("The minutes of the ballot count are not signed by secretary and chair yet."),
            rule=_("The next approval asks for the previous personal signature"),
        )
    session = approvals.mark_signed(session=session, by=by, at=at, expected_version=expected_version)
    cases = (
        CouncilCase.objects.filter(item__session=session)
        .select_related("item", "evaluation")
        .order_by("evaluation_id")
    )
    for case in cases:
        _propose(case.evaluation, case.item, document=document, by=case.item.presided_by or session.chair, at=at)
    named = {each["evaluation"] for each in document.facts.get("not_ranked", [])}
    for row in still_unranked(waiting_evaluations(period, session.council), named):
        _propose(row, None, document=document, by=session.chair, at=at)
    session = approvals.close_session(session=session, by=by, at=at, expected_version=session.version)
    period.version += 1
    period.save(update_fields=["version"])
    journal(event="period.proposed", subject=period, at=at, by=by, unit=period.agency)
    return session


def _propose(row: Evaluation, item: AgendaItem | None, *, document, by: Person, at: datetime) -> None:
    """Record what the meeting proposes; without an agenda item: that the person is not ranked, as the minutes say."""
    evaluation = lock_evaluation(row, None)
    task = require_turn(evaluation, flows.COUNCIL)
    under = Authority.own(by)
    review = last_review(evaluation)
    decision = approvals.record_decision(
        kind=Decision.Kind.COUNCIL_PROPOSED,
        person=evaluation.person,
        by=by,
        under=under,
        at=at,
        class_code=item.proposed_class if item else "",
        score_class=item.score_class if item else "",
        score_total=item.score_total if item else review.decision.score_total if review else "",
        reason=item.reason if item else unranked_reason(evaluation),
        practice=evaluation.practice,
    )
    conclude(
        evaluation=evaluation,
        stage=Stage.COUNCIL,
        decision=decision,
        event="evaluation.council_proposed",
        by=by,
        under=under,
        at=at,
        document=document,
        snapshot=review.snapshot if review else None,
    )
    flows.pass_handle(task)
    evaluation.save(update_fields=["version"])


def open_sessions(period: EvaluationPeriod) -> Sequence[CouncilSession]:
    return list(CouncilSession.objects.filter(of_period__period=period).order_by("-number"))


def unfinished_items(session: CouncilSession) -> Sequence[AgendaItem]:
    return list(session.items.filter(concluded_at__isnull=True).order_by("order"))


def everybody_proposed(period: EvaluationPeriod) -> bool:
    """Whether the council has spoken on the whole list: only then can it be decided."""
    live = Evaluation.objects.filter(period=period).exclude(standing__in=[Standing.VOID, Standing.REPLACED])
    tasks = flows.open_tasks(process__evaluation__in=live).exclude(
        flow_task__in=flows.nodes_named(flows.HEAD_DECISION)
    )
    return not tasks.exists()
