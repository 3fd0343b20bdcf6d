"""The legal ceiling over a period's whole list, live for the council and checked again under the lock."""

from collections.abc import Mapping

from kpi.quota import Candidate, CeilingCheck, check_ceilings
from kpi.scheme import Scheme
from workflows.models import Evaluation, EvaluationPeriod, Standing


def scheme_with_ceilings(period: EvaluationPeriod) -> Scheme | None:
    """The period's rule set that limits the top class, None when no class is given."""
    for chosen in period.schemes.select_related("scheme").order_by("subject_group"):
        scheme = chosen.scheme.scheme
        if scheme.ceilings is not None and scheme.ranks_kind(period.campaign.kind):
            return scheme
    return None


def check_list(
    period: EvaluationPeriod, classes: Mapping[int, str], *, outstanding: bool = False
) -> CeilingCheck | None:
    """Hold these classes (evaluation id → code) of the whole list against the ceilings; None where there is none."""
    scheme = scheme_with_ceilings(period)
    if scheme is None:
        return None
    people = Evaluation.objects.filter(period=period).exclude(standing__in=[Standing.VOID, Standing.REPLACED])
    candidates = [
        Candidate(who=str(pk), group=group, class_code=classes.get(pk) or None)
        for pk, group in people.values_list("pk", "duty_group")
    ]
    return check_ceilings(candidates, scheme, outstanding=outstanding)


def as_json(check: CeilingCheck | None) -> dict:
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
    }


def _row(ceiling) -> dict:
    return {
        "group": ceiling.group,
        "good_or_better": ceiling.good_or_better,
        "allowed": ceiling.allowed,
        "used": ceiling.used,
        "excess": ceiling.excess,
    }
