"""The legal ceiling over a period's whole list, live for the council and checked again under the lock."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi.choice import Contender, Placed, by_score, parted
from kpi.quota import Candidate, CeilingCheck, check_ceilings
from kpi.scheme import Scheme
from workflows.models import CouncilCase, Evaluation, EvaluationPeriod, OutstandingAchievement, Standing


def scheme_with_ceilings(period: EvaluationPeriod) -> Scheme | None:
    """The period's rule set that limits the top class, None when no class is given."""
    for chosen in period.schemes.select_related("scheme").order_by("subject_group"):
        scheme = chosen.scheme.scheme
        if scheme.ceilings is not None and scheme.ranks_kind(period.campaign.kind):
            return scheme
    return None


def outstanding_achievement(period: EvaluationPeriod) -> OutstandingAchievement | None:
    """The numbered decision by which the higher share applies to the period (Art 20.5.b), None while none stands."""
    return period.outstanding_achievements.filter(withdrawn_at=None).first()


def check_list(
    period: EvaluationPeriod, classes: Mapping[int, str], *, outstanding: bool | None = None
) -> CeilingCheck | None:
    """Hold these classes (evaluation id → code) of the whole list against the ceilings; None where there is none.

    `outstanding`: the higher share of Art 20.5 (b); None asks whether its numbered decision stands for the period.
    """
    scheme = scheme_with_ceilings(period)
    if scheme is None:
        return None
    if outstanding is None:
        outstanding = outstanding_achievement(period) is not None
    people = Evaluation.objects.filter(period=period).exclude(standing__in=[Standing.VOID, Standing.REPLACED])
    candidates = [
        Candidate(who=str(pk), group=group, class_code=classes.get(pk) or None)
        for pk, group in people.values_list("pk", "duty_group")
    ]
    return check_ceilings(candidates, scheme, outstanding=outstanding)


@dataclass(frozen=True)
class Edge:
    """Who reaches the top class by score: each with his place in his group, and the choices among equals made so."""

    cases: dict[str, CouncilCase]
    groups: dict[str, list[Placed]]
    parted: list[list[str]]


def edge_of(period: EvaluationPeriod, check: CeilingCheck) -> Edge:
    """The council's cases whose score reaches the top class; `parted` names equals who are treated differently."""
    scheme = scheme_with_ceilings(period)
    top = scheme.ceilings.top_class.value if scheme is not None and scheme.ceilings is not None else ""
    rows = CouncilCase.objects.filter(evaluation__period=period, item__score_class=top).exclude(
        evaluation__standing__in=[Standing.VOID, Standing.REPLACED]
    )
    cases = {str(row.evaluation_id): row for row in rows.select_related("evaluation", "item__person")}
    contenders = [
        Contender(
            who=who,
            group=row.evaluation.duty_group,
            score=Fraction(row.item.score_total),
            chosen=(row.item.proposed_class or row.item.score_class) == top,
        )
        for who, row in sorted(cases.items(), key=lambda pair: pair[1].item.person.sort_key)
    ]
    groups = {
        group.group or "": by_score(one for one in contenders if one.group == group.group) for group in check.groups
    }
    room = {group.group or "": group.room for group in check.groups}
    names = [[cases[one.who].item.person.full_name for one in equals] for equals in parted(contenders, room)]
    return Edge(cases=cases, groups={name: placed for name, placed in groups.items() if placed}, parted=names)


def as_json(check: CeilingCheck | None, outstanding: OutstandingAchievement | None = None) -> dict:
    """The checked statement as plain data, for the session's row and the minutes."""
    if check is None:
        return {}
    return {
        "share": str(check.share),
        "reading": check.reading,
        "basis": check.basis,
        "standing": check.standing,
        "most": check.most,
        "holds": check.holds,
        "agency": _row(check.agency),
        "groups": [_row(group) for group in check.groups],
        "outstanding": str(outstanding.uuid) if outstanding else "",
    }


def _row(ceiling) -> dict:
    return {
        "group": ceiling.group,
        "good_or_better": ceiling.good_or_better,
        "allowed": ceiling.allowed,
        "used": ceiling.used,
        "excess": ceiling.excess,
    }
