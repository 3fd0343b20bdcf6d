"""A person's year as this system knows it: scores of every agency, months worked, circumstances. Reads only."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpi.models import CircumstanceKind, CircumstanceRecord, Provenance, RecordedScore, ServiceRecord
from kpi.scoring import Circumstances, Discipline, Rating
from kpi.wording import cited
from kpi.years import MONTH, QUARTER, YearInputs, YearSource
from organization.models import Appointment, Person
from workflows import corrections
from workflows.facts.wording import period_words
from workflows.models import Evaluation, EvaluationPeriod, PeriodKind, Standing

TRACKED = {PeriodKind.MONTH: MONTH, PeriodKind.QUARTER: QUARTER}


@dataclass(frozen=True)
class Service:
    """The months worked: entered by personnel, else derived from the appointments (`record` None).

    `months`: every month with a day in it, whose scores count. `lasting`: how long that is, in exact months, of
    which Art 11 asks six.
    """

    months: tuple[int, ...]
    lasting: Fraction
    absence: str
    record: ServiceRecord | None


def year_of(evaluation: Evaluation) -> int:
    return evaluation.period.campaign.starts_on.year


def year_inputs(evaluation: Evaluation) -> YearInputs:
    """Everything the year of this person is made of, as it stands now."""
    year, person = year_of(evaluation), evaluation.person
    service = service_of(person, year, practice=evaluation.practice)
    entries = standing_circumstances(person, practice=evaluation.practice)
    concluded = _concluded(entries, year)
    return YearInputs(
        sources=tuple(sources_of(person, year, agency_id=evaluation.period.agency_id, practice=evaluation.practice)),
        worked=service.months,
        circumstances=Circumstances(
            year=year,
            leader=evaluation.is_leader,
            months_worked=service.lasting,
            absence=service.absence or None,
            discipline=tuple(discipline_of_entry(row) for row in entries if row.kind == CircumstanceKind.DISCIPLINE),
            degradation=CircumstanceKind.DEGRADATION in concluded,
            forbidden_acts=CircumstanceKind.FORBIDDEN_ACTS in concluded,
            exemplary_duty=CircumstanceKind.EXEMPLARY_DUTY in concluded,
            unit_corruption=CircumstanceKind.UNIT_CORRUPTION in concluded,
        ),
    )


def tracked_sources(person: Person, year: int, *, agency_id: int, practice: bool) -> list[YearSource]:
    """Decided and published scores of the year in whatever agency."""
    rows = (
        Evaluation.objects.filter(
            person=person,
            practice=practice,
            period__campaign__starts_on__year=year,
            period__campaign__kind__in=list(TRACKED),
            standing__in=[Standing.DECIDED, Standing.PUBLISHED],
        )
        .select_related("period__campaign", "period__agency", "final_decision")
        .order_by("period__campaign__starts_on", "pk")
    )
    found = []
    for row in rows:
        total = (row.final_decision.score_total if row.final_decision else "") or corrections.standing_points(
            row
        ).total
        if not total:
            continue
        foreign = row.period.agency_id != agency_id
        found.append(
            YearSource(
                kind=TRACKED[PeriodKind(row.period.campaign.kind)],
                number=number_of(row.period),
                total=Fraction(total),
                provenance=Provenance.TRANSFERRED if foreign else Provenance.COMPUTED,
                agency=row.period.agency.name,
                proof=f"Kết quả {period_words(row.period.campaign)}",
            )
        )
    return found


def sources_of(person: Person, year: int, *, agency_id: int, practice: bool) -> list[YearSource]:
    """The scores of this system, then what was entered for times without one."""
    found = tracked_sources(person, year, agency_id=agency_id, practice=practice)
    known = {(source.kind, source.number) for source in found}
    entered: dict[tuple[str, int], RecordedScore] = {}
    for record in RecordedScore.objects.filter(person=person, year=year, practice=practice).order_by("pk"):
        entered[record.kind, record.number] = record
    found += [
        YearSource(key[0], key[1], Fraction(record.total), record.provenance, record.agency_name, record.proof)
        for key, record in sorted(entered.items())
        if key not in known
    ]
    return found


def number_of(period: EvaluationPeriod) -> int:
    """Month 1–12 or quarter 1–4 of a tracking period."""
    month = period.campaign.starts_on.month
    return month if period.campaign.kind == PeriodKind.MONTH else (month + 2) // 3


def service_of(person: Person, year: int, *, practice: bool) -> Service:
    """The latest entry, else every month in which the person had a post."""
    record = ServiceRecord.objects.filter(person=person, year=year, practice=practice).order_by("pk").last()
    if record is not None:
        return Service(tuple(record.months), Fraction(len(record.months)), record.absence, record)
    posts = list(Appointment.objects.filter(person=person, practice=practice).values_list("starts_on", "ends_on"))
    parts = {month: _part_in_post(posts, year, month) for month in range(1, 13)}
    months = tuple(month for month, part in parts.items() if part)
    return Service(months, sum(parts.values(), start=Fraction(0)), "", None)


def _part_in_post(posts: Iterable[tuple[date, date | None]], year: int, month: int) -> Fraction:
    """Days of the month in a post, two posts at a time counted once, over the days that it has."""
    length = monthrange(year, month)[1]
    days = (date(year, month, day) for day in range(1, length + 1))
    served = sum(any(start <= day and (end is None or day < end) for start, end in posts) for day in days)
    return Fraction(served, length)


def standing_circumstances(person: Person, *, practice: bool) -> list[CircumstanceRecord]:
    """Entries that no later entry has ended."""
    rows = CircumstanceRecord.objects.filter(person=person, practice=practice, end__isnull=True)
    return list(rows.select_related("twin").order_by("decision_on", "pk"))


def discipline_of_entry(row: CircumstanceRecord) -> Discipline:
    """The entry as the rules read it."""
    return Discipline(
        measure=row.measure,
        tied_to_public_duty=row.tied_to_public_duty,
        decision_year=row.decision_on.year,
        act=str(row.twin.uuid if row.twin else row.uuid),
        used_in=row.used_in,
    )


def _concluded(entries: Iterable[CircumstanceRecord], year: int) -> set[str]:
    """Conclusions of the year that were not used against another one already (Art 11.3.b)."""
    return {row.kind for row in entries if row.decision_on.year == year and row.used_in in (None, year)}


def rating_words(rating: Rating) -> str:
    """Why a class is not that of the score, or why there is none, with the article."""
    unranked = "Công tác dưới thời gian tối thiểu trong năm"
    return "; ".join(f"{each.text if rating.ranked else unranked} ({cited(each.basis)})" for each in rating.reasons)
