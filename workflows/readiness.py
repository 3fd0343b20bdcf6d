"""What is missing before a period can be launched or a stage closed: always a list that people can work off."""

from datetime import date, timedelta

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from documents.models import Document, State
from kpi.models import RecordedScore
from organization.models import Appointment, Person, Role, RoleGrant
from workflows import flows
from workflows.models import Evaluation, EvaluationPeriod, EvaluationStep, PeriodDocument, Stage, Standing
from workflows.policy.rules import head_of

#: Days before the last month of the year from which a yearly rating may be launched (due before 15 December).
NEAR_THE_END = 61
_FINISHED = (State.ARCHIVED, State.CANCELLED)


def readiness(period: EvaluationPeriod, on: date) -> list[str]:
    """Reasons why the period cannot be launched that day; empty when it can."""
    from workflows.actions.periods import people_of

    people = people_of(period)
    problems = [
        _("%(name)s (%(unit)s) has no direct reviewer.") % {"name": post.person.full_name, "unit": post.unit.name}
        for post in people.filter(reviewer__isnull=True)
    ]
    groups = set(people.values_list("subject_group", flat=True))
    ruled = set(period.schemes.values_list("subject_group", flat=True))
    labels = dict(Appointment._meta.get_field("subject_group").choices or ())
    problems += [_("No rule set for %(group)s.") % {"group": labels[group]} for group in sorted(groups - ruled)]
    if not groups:
        problems.append(_("Nobody belongs to this period."))
    if head_of(period.agency, on) is None:
        problems.append(_("The agency has no head who could decide."))
    clerks = RoleGrant.objects.on(on).filter(role=Role.CLERK, unit=period.agency, person__is_active=True)
    if not clerks.exists():
        problems.append(_("The agency has no clerk who numbers and seals."))
    if period.procedure.parsed().is_annual:
        problems += _year_problems(period, on)
    return problems


def _year_problems(period: EvaluationPeriod, on: date) -> list[str]:
    """A year is ranked near its end; missing months are named later, by person."""
    last = period.campaign.ends_on - timedelta(days=1)
    if on < date(last.year, last.month, 1) - timedelta(days=NEAR_THE_END):
        return [_("The year is not near its end: its scores are not there yet (Art 19.2).")]
    return []


def remarks(period: EvaluationPeriod) -> list[str]:
    """What will have to be done after the launch and does not keep it waiting.

    Scores from paper are entered in the year's file of each person, which the launch opens: an agency that tracked on
    paper could never launch if it had to have a score before.
    """
    from workflows.actions.periods import people_of

    if not period.procedure.parsed().is_annual:
        return []
    people, year = people_of(period).values("person"), period.campaign.starts_on.year
    tracked = Evaluation.objects.filter(
        person__in=people,
        period__campaign__starts_on__year=year,
        standing__in=[Standing.DECIDED, Standing.PUBLISHED],
    )
    if tracked.exists() or RecordedScore.objects.filter(person__in=people, year=year).exists():
        return []
    return [
        _(
            "Nobody has a tracked score of this year in this system: after the launch, personnel enter the scores "
            "from paper in each person's file of the year. Nobody's year is confirmed without them."
        )
    ]


def missing_for_advance(period: EvaluationPeriod) -> list[str]:
    """Who or what keeps the present stage open, one line each; empty when it can be closed."""
    return {
        Stage.SELF_ASSESSMENT: _self_assessments_missing,
        Stage.SUPERVISOR_REVIEW: _reviews_missing,
        Stage.COUNCIL: _ratings_missing,
        Stage.PUBLISHED: _archive_missing,
        Stage.ARCHIVED: lambda period: [_("The period is archived; there is no further stage.")],
    }[Stage(period.stage)](period)


def _live(period: EvaluationPeriod):
    return Evaluation.objects.filter(period=period).exclude(standing__in=[Standing.VOID, Standing.REPLACED])


def _people_at(period: EvaluationPeriod, *nodes: str) -> list[Person]:
    tasks = flows.open_tasks(
        process__evaluation__period=period, flow_task__in=flows.nodes_named(*nodes)
    ).select_related("process__evaluation__person")
    return [task.process.evaluation.person for task in tasks]


def _names(template: str, people: list[Person]) -> list[str]:
    return [template % {"name": person.full_name} for person in sorted(people, key=lambda p: p.sort_key)]


def _self_assessments_missing(period: EvaluationPeriod) -> list[str]:
    form = _("%(name)s has not signed Form 01.")
    if period.procedure.parsed().is_annual:
        form = _("%(name)s has not signed Form 02.")
    unsigned = _live(period).filter(
        steps__round=F("round"),  # an earlier round's form is cancelled and counts no more
        steps__stage=Stage.SELF_ASSESSMENT,
        steps__document__slots__role="person",
        steps__document__slots__signed_at__isnull=True,
    )
    return _names(_("%(name)s has not handed in."), _people_at(period, flows.SELF_ASSESSMENT)) + _names(
        form, [row.person for row in unsigned.select_related("person").distinct()]
    )


def _reviews_missing(period: EvaluationPeriod) -> list[str]:
    lines = _names(_("%(name)s has not handed in."), _people_at(period, flows.SELF_ASSESSMENT))
    lines += _names(_("%(name)s waits for the review."), _people_at(period, flows.REVIEW))
    lines += _names(
        _("%(name)s must be scored again: a subordinate's score has changed."),
        [row.person for row in _live(period).filter(score_is_stale=True).select_related("person")],
    )
    lines += _months_missing(period)
    lines += _documents_missing(period, ("form_01", "review_minutes"))
    if not period.procedure.parsed().has_council:
        lines += _publication_missing(period)
    return lines


def _months_missing(period: EvaluationPeriod) -> list[str]:
    """Months without a score in the yearly forms that wait for their confirmation, as they were handed in."""
    if not period.procedure.parsed().is_annual:
        return []
    waiting = flows.open_tasks(
        process__evaluation__period=period, flow_task__in=flows.nodes_named(flows.REVIEW)
    ).values("process__evaluation")
    steps = EvaluationStep.objects.filter(
        evaluation__in=waiting,
        round=F("evaluation__round"),
        stage=Stage.SELF_ASSESSMENT,
        snapshot__status="incomplete",
    ).order_by("evaluation__person__sort_key", "pk")
    return [
        _("%(name)s: no score for month %(months)s.")
        % {"name": name, "months": ", ".join(entry["subject"] for entry in result["missing"]) or "1–12"}
        for name, result in steps.values_list("evaluation__person__full_name", "snapshot__result")
        if not (result.get("rating") and not result["rating"]["ranked"])
    ]


def _ratings_missing(period: EvaluationPeriod) -> list[str]:
    lines = _names(_("%(name)s waits for the council."), _people_at(period, flows.COUNCIL))
    lines += _names(_("%(name)s waits for the head's decision."), _people_at(period, flows.HEAD_DECISION))
    return lines + _publication_missing(period)


def unpublished(period: EvaluationPeriod) -> list[str]:
    """Who has no issued notice yet, one line each."""
    waiting = _live(period).exclude(standing__in=[Standing.PUBLISHED, Standing.ANNULLED]).select_related("person")
    return _names(_("%(name)s has no issued notice yet."), [row.person for row in waiting])


def _publication_missing(period: EvaluationPeriod) -> list[str]:
    kinds = ("form_02", "synthesis_table", "ballot_minutes", "council_minutes", "party_opinion", "decision", "notice")
    return unpublished(period) + _documents_missing(period, kinds)


def synthesis_missing(period: EvaluationPeriod) -> list[str]:
    """Where the procedure asks for a synthesis table: why the council cannot be called on it yet."""
    if not period.procedure.parsed().owes("synthesis_table"):
        return []
    tables = period_documents(period).filter(kind__code="synthesis_table").exclude(state=State.CANCELLED)
    if not tables.exists():
        return [_("The synthesis table of the reviewed scores has not been made.")]
    unsigned = tables.filter(slots__signed_at__isnull=True)
    return [
        _("The synthesis table %(code)s is not signed yet.") % {"code": each.code} for each in unsigned.distinct()
    ]


def _public_notice_missing(period: EvaluationPeriod) -> list[str]:
    if not period.procedure.parsed().owes("public_notice"):
        return []
    given = period_documents(period).filter(kind__code="public_notice").exclude(state=State.CANCELLED)
    return [] if given.exists() else [_("The public notice inside the agency has not been ordered.")]


def period_documents(period: EvaluationPeriod):
    """Every document of the period: those of its people and those of the whole list."""
    return documents_of_period(str(period.uuid))


def documents_of_period(uuid: str):
    """The same by the name that the period's file bears in its origin."""
    listed = PeriodDocument.objects.filter(period__uuid=uuid).values("document_id")
    return Document.objects.filter(Q(pk__in=listed) | Q(steps__evaluation__period__uuid=uuid)).distinct()


def _documents_missing(period: EvaluationPeriod, kinds: tuple[str, ...]) -> list[str]:
    unfinished = period_documents(period).filter(kind__code__in=kinds).exclude(state__in=_FINISHED)
    return [
        _("%(title)s %(code)s: %(state)s.")
        % {
            "title": document.kind.title_vi + (f" – {document.subject.full_name}" if document.subject else ""),
            "code": document.code,
            "state": document.get_state_display(),
        }
        for document in unfinished.select_related("kind", "subject").order_by("pk")
    ]


def _archive_missing(period: EvaluationPeriod) -> list[str]:
    unfinished = period_documents(period).exclude(state__in=_FINISHED)
    kinds = tuple(unfinished.order_by().values_list("kind__code", flat=True).distinct())
    return _public_notice_missing(period) + _documents_missing(period, kinds)


def progress(period: EvaluationPeriod) -> dict[str, int]:
    """How many people stand where; the numbers of the progress board."""
    counted = dict(_live(period).values_list("standing").annotate(number=Count("pk")).order_by())
    at = {
        node: flows.open_tasks(process__evaluation__period=period, flow_task__in=flows.nodes_named(node)).count()
        for node in (flows.SELF_ASSESSMENT, flows.REVIEW, flows.COUNCIL, flows.HEAD_DECISION)
    }
    return {
        **at,
        "decided": counted.get(Standing.DECIDED, 0),
        "published": counted.get(Standing.PUBLISHED, 0),
        "people": sum(counted.values()),
    }
