"""Who may see, prepare and answer a petition (Decree 335/2025, Art 22)."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from approvals.models import Decision, Petition, PetitionState
from organization.authority import Authority, delegators_of, subtree_ids, units_of_role
from organization.models import Person, Role, RoleGrant, Scope
from workflows.errors import NotAllowed
from workflows.models import Evaluation, PeriodKind
from workflows.policy import correcting, rules
from workflows.policy.visibility import headed_units

READING_ROLES = (Role.UNIT_HR, Role.PROVINCE_HR, Role.AUDITOR)


def petitions(person: Person, on: date) -> QuerySet[Petition]:
    """One's own, those to prepare or to answer, the agency's for its head, its personnel officers and auditors."""
    agencies = {unit for role in READING_ROLES for unit in units_of_role(person=person, role=role, on=on)}
    agencies.update(headed_units(person, on))
    seen = Q(person=person) | Q(preparer=person) | Q(case__evaluation__period__agency_id__in=agencies)
    seen |= Q(target=Petition.Target.SCORE, case__evaluation__reviewer=person)
    # Whoever replaces a yearly ranking reads the accepted petition that asks for it (Art 21.3).
    seen |= Q(
        state=PetitionState.ANSWERED,
        case__evaluation__period__campaign__kind=PeriodKind.YEAR,
        case__evaluation__period__agency_id__in=correcting.managed_agencies(person, on),
    )
    for delegator_id, unit_id in delegators_of(actor=person, scope=Scope.REVIEW, on=on):
        seen |= Q(
            target=Petition.Target.SCORE,
            case__evaluation__reviewer_id=delegator_id,
            case__evaluation__unit_id__in=subtree_ids([unit_id]),
        )
    return Petition.objects.filter(pk__in=Petition.objects.filter(seen).values("pk"))


def answering_authority(petition: Petition, by: Person, on: date) -> Authority | None:
    """The power to answer: whoever scores for the score, whoever ranks for the class; never the petitioner."""
    evaluation = petition.case.evaluation
    if by.pk == petition.person_id:
        return None
    if petition.target == Petition.Target.SCORE:
        return rules.reviewing_authority(evaluation, by, on)
    return rules.deciding_authority(evaluation.period, by, on)


def require_answerer(petition: Petition, by: Person, on: date) -> Authority:
    authority = answering_authority(petition, by, on)
    if authority is None:
        raise NotAllowed(
            _("A petition is answered by the person competent to score or to rank."),
            rule=_("Decree 335/2025, Art 22"),
        )
    return authority


def may_name_preparer(petition: Petition, by: Person, on: date) -> bool:
    """Whoever answers, or the personnel officers of the agency; never the petitioner."""
    if by.pk == petition.person_id:
        return False
    agency = petition.case.evaluation.period.agency
    return answering_authority(petition, by, on) is not None or rules.may_manage_period(agency, by, on)


def involved(evaluation: Evaluation) -> set[int]:
    """Keys of everybody who had a part in the result: reviewer, whoever decided on it, officers of its session."""
    people = {evaluation.person_id, evaluation.reviewer_id}
    people.update(
        Decision.objects.filter(step__evaluation=evaluation)
        .exclude(kind=Decision.Kind.SELF_SUBMITTED)
        .values_list("by_id", flat=True)
    )
    for session in evaluation.council_cases.values_list("item__session__chair_id", "item__session__secretary_id"):
        people.update(session)
    return people


def personnel_officer(evaluation: Evaluation, on: date) -> Person | None:
    """Who receives petitions in the agency: its personnel officer, the petitioner himself left out."""
    grants = RoleGrant.objects.on(on).filter(role=Role.UNIT_HR, unit=evaluation.period.agency)
    grant = grants.exclude(person=evaluation.person).select_related("person").order_by("pk").first()
    return grant.person if grant else None
