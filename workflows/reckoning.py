"""What a flagged result would be if it were computed anew today: shown beside the old figure, stored nowhere."""

from dataclasses import dataclass
from fractions import Fraction

from kpi.actions import compute
from kpi.scoring import leader_d, quarter_means
from workflows import corrections
from workflows.ceilings import check_list
from workflows.dependants import list_classes
from workflows.managed import managed_evaluations, reviewed_totals
from workflows.models import Dependant, DependantKind, Evaluation, PeriodKind, Standing
from workflows.organisation_dependants import fitted_now, head_class_now
from workflows.years import year_inputs


@dataclass(frozen=True)
class Anew:
    """`stands` and `anew` in points; None: not known. `d`: the leader's component then and now, in percent.

    `typed`: points of the standing result were typed by a later decision, so the reckoning is only a guide.
    `used`, `allowed`: people at the top class and the most the list allows. `class_stands`, `class_anew`: the class
    in force and the one that the organisation's class leaves a head, or the points and conditions an organisation.
    """

    stands: Fraction | None = None
    anew: Fraction | None = None
    d: tuple[int | None, int | None] | None = None
    typed: bool = False
    used: int | None = None
    allowed: int | None = None
    class_stands: str = ""
    class_anew: str = ""


def reckoned(flag: Dependant) -> Anew:
    """The figures of one flag."""
    if flag.organisation is not None:
        anew = fitted_now(flag.organisation) if flag.kind == DependantKind.ABOVE else ""
        ruling = flag.organisation.ruling
        return Anew(class_stands=ruling.class_code if ruling else "", class_anew=anew)
    if flag.evaluation is None:
        assert flag.period is not None  # a constraint of the table
        check = check_list(flag.period, list_classes(flag.period))
        return Anew() if check is None else Anew(used=check.agency.used, allowed=check.most)
    if flag.kind == DependantKind.HEAD:
        decided = flag.evaluation.final_decision
        return Anew(class_stands=decided.class_code if decided else "", class_anew=head_class_now(flag.evaluation))
    stands = _standing(flag.evaluation)
    typed = corrections.in_force().filter(evaluation=flag.evaluation).exclude(later__score_total="").exists()
    if flag.kind == DependantKind.LEADER:
        return _leader(flag.evaluation, stands, typed=typed)
    return Anew(stands=stands, anew=_mean(flag.evaluation), typed=typed)


def _standing(evaluation: Evaluation) -> Fraction | None:
    decided = evaluation.final_decision
    if decided is None:
        return reviewed_totals([evaluation])[evaluation.pk]
    return Fraction(decided.score_total) if decided.score_total else None


def _leader(evaluation: Evaluation, stands: Fraction | None, *, typed: bool) -> Anew:
    """The reviewed form with d from the scores that stand now (Art 15)."""
    card = evaluation.scorecard
    was = card.leader_d
    card.leader_d = leader_d(reviewed_totals(managed_evaluations(evaluation)).values())
    return Anew(stands=stands, anew=compute(card, reviewed=True).total, d=(was, card.leader_d), typed=typed)


def _mean(evaluation: Evaluation) -> Fraction | None:
    """The mean of the shorter periods' scores that stand now; None while one of them is missing (Art 11).

    A year is reckoned as its own form reckons it: scores of every agency, from paper, and the months worked.
    """
    campaign = evaluation.period.campaign
    if campaign.kind != PeriodKind.QUARTER:
        return year_inputs(evaluation).mean(evaluation.scorecard.scheme.scheme).total
    rows = Evaluation.objects.filter(
        person_id=evaluation.person_id,
        practice=evaluation.practice,
        standing=Standing.PUBLISHED,
        period__campaign__kind=PeriodKind.MONTH,
        period__campaign__starts_on__gte=campaign.starts_on,
        period__campaign__ends_on__lte=campaign.ends_on,
    )
    months: dict[int, Fraction | None] = {}
    for row in rows.select_related("period__campaign", "final_decision").order_by("pk"):
        total = corrections.standing_points(row).total
        if total:
            months[row.period.campaign.starts_on.month] = Fraction(total)
    first = campaign.starts_on.month
    (mean,) = quarter_means([months.get(month) for month in range(first, first + 3)])
    return mean
