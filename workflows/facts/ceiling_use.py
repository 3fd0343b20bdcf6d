"""How much of the ceiling on the top class a period's list uses, for the reports (Decree 335/2025, Art 20.5)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.quota import group_ceilings
from kpi.scheme import Scheme
from kpi.scoring.classes import bands
from workflows.models import EvaluationPeriod, OutstandingAchievement

OPEN = "open"  # the cell of a result that does not stand yet


@dataclass(frozen=True)
class CeilingUse:
    """How much of the ceiling a period's list uses; `allowed` None while results of the list are missing.

    `allowed`: what agency and groups leave possible together; `whole_agency`: what the agency alone would. `reading`
    and `share` as the rule set reads Art 20.5; `achievement`: the decision by which the higher share applies.
    """

    agency: str
    period: EvaluationPeriod
    allowed: int | None
    whole_agency: int | None
    used: int
    groups_over: int | None
    share: Fraction
    reading: str
    achievement: OutstandingAchievement | None
    basis: str
    standing: str


def ceiling_use(
    period: EvaluationPeriod,
    rows: Iterable[Mapping[str, Any]],
    schemes: Iterable[Any],
    achievement: OutstandingAchievement | None,
) -> CeilingUse | None:
    """The ceilings over this list (rows of grouped counts), None where its rule set limits no class."""
    scheme = next((each.scheme for each in schemes if _limits(each.scheme, period.campaign.kind)), None)
    if scheme is None or scheme.ceilings is None:
        return None
    order = [band.code for band in bands(scheme)]
    base, top = order.index(scheme.ceilings.base_class.value), scheme.ceilings.top_class.value
    good, used = Counter[str](), Counter[str]()
    whole = True
    for row in rows:
        whole = whole and row["cell"] != OPEN
        good[row["duty_group"]] += row["number"] * (row["cell"] in order[base:])
        used[row["duty_group"]] += row["number"] * (row["cell"] == top)
    share = scheme.ceilings.share_outstanding if achievement else scheme.ceilings.share
    reading = scheme.ceilings.reading.value
    each, agency, most = group_ceilings(good, share.value, reading)
    return CeilingUse(
        agency=period.agency.name,
        period=period,
        allowed=most if whole else None,
        whole_agency=agency if whole else None,
        used=used.total(),
        groups_over=sum(used[group] > limit for group, limit in each.items()) if whole else None,
        share=share.value,
        reading=reading,
        achievement=achievement,
        basis=share.basis,
        standing=share.standing,
    )


def _limits(scheme: Scheme, kind: str) -> bool:
    return scheme.ceilings is not None and scheme.ranks_kind(kind)
