"""What each person may see: one queryset a model, for lists, details, files and exports.

Foreign and absent rows both answer 404.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from approvals.models import CouncilSession
from documents.finding import keys_of
from documents.models import Access, Document, FileAccess, FileEntry, RecordsFile, SignatureSlot
from organization.actions import current_appointment
from organization.authority import delegators_of, subtree_ids, units_by_role, units_of_role
from organization.models import AgencyRole, Appointment, Duty, Person, Role, Scope
from workflows.models import (
    Evaluation,
    EvaluationPeriod,
    EvaluationStep,
    OrganisationRuling,
    PeriodDocument,
    PeriodSession,
    ResultTransfer,
    Stage,
)


@dataclass(frozen=True)
class Offices:
    """What a person's roles, posts and delegations open that day, read once for one question."""

    by_role: dict[str, set[int]]
    headed: list[int]
    reviewing: list[tuple[int, int]]

    @classmethod
    def of(cls, person: Person, on: date) -> "Offices":
        return cls(
            by_role=units_by_role(person=person, on=on),
            headed=headed_units(person, on),
            reviewing=delegators_of(actor=person, scope=Scope.REVIEW, on=on),
        )

    def units(self, *roles: Role) -> set[int]:
        """Units in which the person holds one of these roles."""
        return {unit for role in roles for unit in self.by_role.get(role, ())}

    @property
    def content(self) -> set[int]:
        """Units whose evaluations the person sees by a standing role."""
        return self.units(Role.UNIT_HR, Role.PROVINCE_HR, Role.AUDITOR)

    @property
    def filed(self) -> set[int]:
        """Agencies into whose files the person looks: those he keeps, heads or audits."""
        return self.units(Role.ARCHIVIST, Role.AUDITOR) | set(self.headed)


def headed_units(person: Person, on: date) -> list[int]:
    """Agencies that the person heads, or whose head handed him the deciding power."""
    own = list(
        Appointment.objects.on(on)
        .filter(person=person, duty=Duty.HEAD)
        .exclude(unit__agency_role="directly_using")
        .values_list("unit_id", flat=True)
    )
    return own + [unit for _, unit in delegators_of(actor=person, scope=Scope.DECIDE, on=on)]


def evaluations(person: Person, on: date) -> QuerySet[Evaluation]:
    """Own; to review, also by delegation; the agency's for its head; those of one's council sessions; by role.

    A role in an agency opens the agency's own list: its head stands on the managing agency's (Art 10.2).
    """
    return _evaluations(person, Offices.of(person, on))


def _evaluations(person: Person, offices: Offices) -> QuerySet[Evaluation]:
    seen = Q(person=person) | Q(reviewer=person)
    for delegator_id, unit_id in offices.reviewing:
        seen |= Q(reviewer_id=delegator_id, unit_id__in=subtree_ids([unit_id])) & ~Q(person=person)
    seen |= Q(period__agency_id__in=offices.headed)
    seen |= Q(council_cases__item__session__in=sessions(person).values("pk"))
    seen |= Q(period__agency_id__in=offices.content)
    seen |= Q(unit_id__in=offices.content, unit__agency_role=AgencyRole.DIRECTLY_USING)
    return Evaluation.objects.filter(pk__in=Evaluation.objects.filter(seen).values("pk"))


def sessions(person: Person) -> QuerySet[CouncilSession]:
    """Sessions on whose roster the person stands."""
    return CouncilSession.objects.filter(
        Q(attendances__member__person=person) | Q(chair=person) | Q(secretary=person)
    ).distinct()


def periods(person: Person, on: date) -> QuerySet[EvaluationPeriod]:
    """Periods in which the person is evaluated, reviews, decides, sits, issues, keeps or manages."""
    offices = Offices.of(person, on)
    return EvaluationPeriod.objects.filter(
        Q(pk__in=_evaluations(person, offices).values("period_id"))
        | Q(agency_id__in=offices.headed)
        | Q(agency_id__in=offices.units(*Role))
        | Q(pk__in=PeriodSession.objects.filter(session__in=sessions(person).values("pk")).values("period_id"))
    )


def managed_periods(person: Person, on: date) -> QuerySet[EvaluationPeriod]:
    """Periods that the person runs as personnel officer."""
    units = units_of_role(person=person, role=Role.UNIT_HR, on=on) | units_of_role(
        person=person, role=Role.PROVINCE_HR, on=on
    )
    return EvaluationPeriod.objects.filter(agency_id__in=units)


def documents(person: Person, on: date) -> QuerySet[Document]:
    """About or signed by oneself; of evaluations one sees; the agency's by office (decision 0016).

    A notice, or the answer to a petition, becomes the person's own when the clerk issues it: what the head prepares
    is nobody's class yet.
    """
    offices = Offices.of(person, on)
    held = Document.objects.filter(pk__in=keys_of(*_concerned(person, on, offices), *_kept(offices)))
    return held.exclude(subject=person, kind__code__in=("notice", "petition_answer"), issue_released_at__isnull=True)


def reads_as_keeper(document: Document, person: Person, on: date) -> bool:
    """Whether only the archivist's office opens this document to him: then its opening stands in the journal."""
    concerned = keys_of(*_concerned(person, on, Offices.of(person, on)))
    return not Document.objects.filter(pk=document.pk).filter(pk__in=concerned).exists()


def _kept(offices: Offices) -> list[QuerySet]:
    """The archivist reads what is archived; before that a document is not his."""
    units = offices.units(Role.ARCHIVIST)
    return [Document.objects.filter(unit_id__in=units, archived_at__isnull=False).values_list("pk")] if units else []


def _concerned(person: Person, on: date, offices: Offices) -> list[QuerySet]:
    """Keys of the documents that a person reads for another reason than keeping them, one query a reason.

    One query with all the joins would read every document; these begin at an index each.
    """
    clerk = offices.units(Role.CLERK)
    audits = offices.units(Role.AUDITOR)
    runs = offices.content - audits
    reviewed = _evaluations(person, offices).values("pk")
    by_unit = PeriodDocument.objects.values_list("document_id")
    of_people = EvaluationStep.objects.filter(document__kind__access=Access.PERSONAL).values_list("document_id")
    # Who reads a form reads the signed list that stands for its signature: without it the form proves nothing.
    lists = SignatureSlot.objects.filter(listed_in__isnull=False).order_by().values_list("listed_in_id")
    reasons: list[QuerySet] = [
        Document.objects.filter(subject=person).values_list("pk"),
        lists.filter(document__steps__evaluation__in=reviewed),
        SignatureSlot.objects.filter(expected_signer=person).values_list("document_id"),
        _not_personal(of_people.filter(evaluation__in=reviewed)),
        _not_personal(
            by_unit.filter(stage=Stage.COUNCIL, period__sessions__session__in=sessions(person).values("pk"))
        ),
    ]
    reasons += _of_organisations(person, on, offices)
    if watched := {*offices.headed, *audits}:
        reasons += [
            by_unit.filter(period__agency_id__in=watched),
            of_people.filter(evaluation__period__agency_id__in=watched),
            lists.filter(document__steps__evaluation__period__agency_id__in=watched),
        ]
    if runs:
        reasons.append(_not_personal(by_unit.filter(period__agency_id__in=runs)))
    sent_on = ResultTransfer.objects.order_by().values_list("document_id")
    if runs:
        reasons.append(sent_on.filter(from_agency_id__in=runs))
        reasons.append(sent_on.filter(to_agency_id__in=runs, document__issue_released_at__isnull=False))
    if clerk:
        issued = Document.objects.filter(Q(kind__numbered=True) | Q(kind__sealed=True), unit_id__in=clerk)
        reasons.append(issued.values_list("pk"))
    post = current_appointment(person, on)
    if post is not None:
        opened = FileEntry.objects.filter(file__access=FileAccess.PUBLIC, document__kind__access=Access.UNIT)
        reasons.append(opened.filter(file__unit=post.unit.agency()).values_list("document_id"))
    return reasons


def _of_organisations(person: Person, on: date, offices: Offices) -> list[QuerySet]:
    """The issued notice for who heads the organisation; all of a list by office at its recogniser's agency."""
    rulings = OrganisationRuling.objects.order_by()
    headed = Appointment.objects.on(on).filter(person=person, duty=Duty.HEAD).values("unit_id")
    told = rulings.filter(rating__unit_id__in=headed, notice__issue_released_at__isnull=False)
    found: list[QuerySet] = [told.values_list("notice_id")]
    if units := offices.content | set(offices.headed):
        listed = rulings.filter(rating__listed__agency_id__in=units)
        found += [listed.values_list("document_id"), listed.values_list("notice_id")]
    return found


def _not_personal(rows: QuerySet) -> QuerySet:
    """Without the documents of files that the archivist closed as personal."""
    return rows.exclude(document__file_entry__file__access=FileAccess.PERSONAL)


def file_units(person: Person, on: date) -> set[int]:
    """Agencies into whose files the person looks: those he keeps, heads or audits."""
    return Offices.of(person, on).filed


def files(person: Person, on: date) -> QuerySet[RecordsFile]:
    """Files of the agencies whose archive the person keeps, heads or audits."""
    return RecordsFile.objects.filter(unit_id__in=file_units(person, on))
