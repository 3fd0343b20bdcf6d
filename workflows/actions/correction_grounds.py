"""The ground of a new result: whether it carries what is decided, and the row that keeps it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.models import Outcome, PetitionState
from documents.models import State
from workflows.errors import NotReady, Refused
from workflows.grounds import Discipline, GroundGiven, discipline_of
from workflows.learnt import entry_of, lowering_entries, rests_on_register
from workflows.models import Correction, CorrectionGround, Evaluation, Ground


def check_ground(evaluation: Evaluation, given: GroundGiven, *, same: bool) -> None:
    """Raises Refused or NotReady where the ground does not carry a new result; `same`: class and points stay."""
    if given.kind == Ground.PETITION:
        _check_petition(evaluation, given)
    elif given.kind == Ground.DEPENDANT:
        _check_dependant(evaluation, given)
    elif given.kind == Ground.DISCIPLINE:
        _check_discipline(evaluation, given.discipline)
    elif given.kind == Ground.CLERICAL and not same:
        raise Refused(
            _("A clerical error changes a name or a title. Points and class are wrong on another ground."),
            rule=_("Ground of the new decision"),
        )


def _check_petition(evaluation: Evaluation, given: GroundGiven) -> None:
    petition = given.petition
    if petition is None or petition.case.evaluation_id != evaluation.pk:
        raise Refused(
            _("Name the accepted petition of %(name)s.") % {"name": evaluation.person.full_name},
            rule=_("Decree 335/2025, Art 22"),
        )
    if petition.state != PetitionState.ANSWERED or petition.outcome == Outcome.REJECTED:
        raise NotReady(_("The petition has not been accepted."), rule=_("Decree 335/2025, Art 22"))
    if live_grounds().filter(petition=petition).exists():
        raise NotReady(_("A new result has followed this petition already."), rule=_("Decree 335/2025, Art 22"))


def live_grounds() -> QuerySet[CorrectionGround]:
    """Grounds on which a new result was made; a document that was cancelled before its issue takes them with it."""
    return CorrectionGround.objects.exclude(
        correction__document__state=State.CANCELLED, correction__document__issue_released_at__isnull=True
    )


def _check_dependant(evaluation: Evaluation, given: GroundGiven) -> None:
    flag = given.dependant
    if flag is None or flag.evaluation_id != evaluation.pk:
        raise Refused(
            _("Name the changed result on which that of %(name)s rests.") % {"name": evaluation.person.full_name},
            rule=_("Ground of the new decision"),
        )
    if hasattr(flag, "settlement"):
        raise NotReady(_("This has been settled already."), rule=_("Ground of the new decision"))


def _check_discipline(evaluation: Evaluation, known: Discipline | None) -> None:
    if known is None or not known.organisation.strip() or not known.number.strip():
        raise Refused(
            _("Discipline is named with the day of the act, who disciplined, number and date of the decision."),
            rule=_("Decree 335/2025, Art 11.3"),
        )
    if known.on < known.act_on or (known.twin_on and known.twin_on < known.act_on):
        raise Refused(_("The decision is not older than the act."), rule=_("Decree 335/2025, Art 11.3"))
    campaign = evaluation.period.campaign
    if not any(campaign.starts_on <= day < campaign.ends_on for day in (known.act_on, known.on)):
        raise Refused(
            _("Neither the act nor its decision lies in this period: it counts elsewhere."),
            rule=_("Decree 335/2025, Art 11.3"),
        )
    if rests_on_register(evaluation.period):
        _check_register(evaluation, known)
    counted = _counted_elsewhere(evaluation, known)
    if counted is not None:
        raise Refused(
            _("This act is counted already: %(where)s. One act counts once, whoever disciplined it.")
            % {"where": str(counted.correction.evaluation.period)},
            rule=_("Decree 335/2025, Art 11.3"),
        )


def _check_register(evaluation: Evaluation, known: Discipline) -> None:
    """A yearly class is lowered by what the register of circumstances holds, and by nothing else."""
    entry = entry_of(evaluation, known)
    if entry is None:
        raise NotReady(
            _("The person's year's file has no such decision on an act of this day: personnel enter it there first."),
            rule=_("Decree 335/2025, Art 11.3"),
        )
    if entry not in lowering_entries(evaluation):
        raise Refused(
            _("By the register this discipline lowers no class of this year: its measure, its year, or its act."),
            rule=_("Decree 335/2025, Art 11.3"),
        )


def _counted_elsewhere(evaluation: Evaluation, known: Discipline) -> CorrectionGround | None:
    """Another result of the person for which the same act, by this decision or its twin, was used."""
    used = live_grounds().filter(
        kind=Ground.DISCIPLINE,
        correction__evaluation__person=evaluation.person_id,
        correction__evaluation__practice=evaluation.practice,
    )
    for ground in used.select_related(
        "correction__evaluation__period__campaign", "correction__evaluation__period__agency"
    ):
        earlier = discipline_of(ground)
        if earlier and ground.correction.evaluation_id != evaluation.pk and earlier.papers & known.papers:
            return ground
    return None


def keep_ground(correction: Correction, given: GroundGiven) -> CorrectionGround:
    """Store the ground beside its correction."""
    known = given.discipline if given.kind == Ground.DISCIPLINE else None
    row = CorrectionGround(
        correction=correction,
        kind=given.kind,
        petition=given.petition if given.kind == Ground.PETITION else None,
        dependant=given.dependant if given.kind == Ground.DEPENDANT else None,
    )
    if known is not None:
        row.act_on, row.organisation = known.act_on, known.organisation.strip()
        row.decision_number, row.decision_on = known.number.strip(), known.on
        row.twin_number, row.twin_on = known.twin_number.strip(), known.twin_on
        if rests_on_register(correction.evaluation.period):
            row.circumstance = entry_of(correction.evaluation, known)
    row.save()
    return row
