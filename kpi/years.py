"""A person's year as plain data: which scores it is made of, the months worked, and what overrides its class.

A snapshot keeps this and computes it again from nothing else. No framework here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from kpi.scheme import Scheme
from kpi.scoring import (
    Circumstances,
    Discipline,
    Missing,
    NextClass,
    PeriodMean,
    Rating,
    Score,
    Step,
    apply_overrides,
    class_of,
    mean,
    year_mean,
)
from kpi.scoring.classes import next_band
from kpi.scoring.explanation import plain, printed, shown, step
from kpi.scoring.results import COMPLETE, INCOMPLETE

KIND = "year"
MONTH, QUARTER = "month", "quarter"


@dataclass(frozen=True)
class YearSource:
    """One score of the year: of month 1–12 or quarter 1–4, exact, with where it comes from.

    `provenance`: computed | paper | transferred; `agency` and `proof` (a document) in words for the reader.
    """

    kind: str
    number: int
    total: Fraction
    provenance: str
    agency: str
    proof: str = ""


@dataclass(frozen=True)
class MonthRow:
    """A row of Form 02: the score that counts for the month, None where there is none, and what stands behind it."""

    month: int
    total: Fraction | None
    sources: tuple[YearSource, ...]
    worked: bool
    missing: bool


@dataclass(frozen=True)
class YearInputs:
    """What a year's score and class are made of. Several scores of one month or quarter count with their mean."""

    sources: tuple[YearSource, ...]
    worked: tuple[int, ...]
    circumstances: Circumstances

    def _values(self, kind: str) -> dict[int, Fraction]:
        found: dict[int, list[Fraction]] = {}
        for source in self.sources:
            if source.kind == kind:
                found.setdefault(source.number, []).append(source.total)
        return {number: value for number, values in found.items() if (value := mean(values)) is not None}

    def mean(self, scheme: Scheme) -> PeriodMean:
        """The year's mean under the scheme's policies, or the months that are missing (Art 11, 19)."""
        return year_mean(self._values(MONTH), self._values(QUARTER), scheme, self.worked)

    def rows(self, scheme: Scheme) -> tuple[MonthRow, ...]:
        """The twelve rows of Form 02."""
        months, quarters = self._values(MONTH), self._values(QUARTER)
        found = self.mean(scheme)
        rows = []
        for month in range(1, 13):
            quarter = (month + 2) // 3
            own = month in months
            value = (
                months.get(month, quarters.get(quarter)) if month in self.worked or month in found.counted else None
            )
            behind = tuple(
                source
                for source in self.sources
                if value is not None
                and (source.kind, source.number) == ((MONTH, month) if own else (QUARTER, quarter))
            )
            rows.append(MonthRow(month, value, behind, month in self.worked, month in found.missing))
        return tuple(rows)

    def score(self, scheme: Scheme) -> Score:
        """The year as a score with its explanation; its class is that of the points alone."""
        found = self.mean(scheme)
        total = found.total
        ranked = total is not None and scheme.ranks_kind(KIND)
        band = next_band(total, scheme) if ranked and total is not None else None
        return Score(
            status=COMPLETE if total is not None else INCOMPLETE,
            kind=KIND,
            missing=tuple(Missing(MONTH, str(month), f"Tháng {month}") for month in found.missing),
            components={},
            general_points=None,
            result_points=None,
            total=total,
            general_so_far=Fraction(0),
            result_so_far=None,
            class_code=class_of(total, scheme) if ranked and total is not None else None,
            next_class=None
            if band is None or total is None
            else NextClass(band.code, band.name, band.lowest, band.lowest - total),
            losses=(),
            explanation=tuple(self._steps(scheme, total)),
        )

    def _steps(self, scheme: Scheme, total: Fraction | None) -> list[Step]:
        rule = scheme.aggregation.year
        steps = [
            step(
                "year.month",
                "aggregation.year",
                rule,
                shown(row.total),
                row.total,
                subject=str(row.month),
                title="; ".join(words_of(source) for source in row.sources),
            )
            for row in self.rows(scheme)
            if row.total is not None
        ]
        if total is None:
            return steps
        policies = scheme.policies
        uses = tuple(each.key for each in steps)
        text = " + ".join(shown(row.total) for row in self.rows(scheme) if row.total is not None)
        parts = (
            f"({text}) / {len(steps)}"
            if policies.year_basis.value != "mean of periods"
            else policies.year_basis.value
        )
        steps.append(
            step(
                "year.mean", "policies.year_basis", policies.year_basis, f"{parts} = {shown(total)}", total, uses=uses
            )
        )
        rounding = f"{shown(total)} ≈ {printed(total)}"
        steps.append(step("rounding", "policies.rounding", policies.rounding, rounding, total, uses=("year.mean",)))
        return steps

    def rating(self, scheme: Scheme) -> Rating | None:
        """The class after Articles 11 and 20; None while a month is missing that the class needs."""
        total = self.mean(scheme).total
        if total is not None:
            return apply_overrides(class_of(total, scheme), self.circumstances, scheme)
        # Not ranked needs no score; every other answer does.
        found = apply_overrides(scheme.lowest_class.value, self.circumstances, scheme)
        return None if found.ranked else found

    def to_json(self) -> dict[str, Any]:
        """JSON-able data; exact numbers as text."""
        facts = asdict(self.circumstances)
        return {
            "kind": KIND,
            "sources": [asdict(source) | {"total": plain(source.total)} for source in self.sources],
            "worked": list(self.worked),
            "circumstances": facts | {"months_worked": plain(self.circumstances.months_worked)},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "YearInputs":
        """The inverse of `to_json`, exactly."""
        facts = dict(data["circumstances"])
        months = facts["months_worked"]
        facts["months_worked"] = None if months is None else Fraction(months)
        facts["discipline"] = tuple(Discipline(**each) for each in facts["discipline"])
        return cls(
            sources=tuple(YearSource(**{**each, "total": Fraction(each["total"])}) for each in data["sources"]),
            worked=tuple(data["worked"]),
            circumstances=Circumstances(**facts),
        )


def rating_to_json(rating: Rating | None) -> dict[str, Any] | None:
    """A class with its reasons as plain data; `ranked` false is a state, not a class."""
    if rating is None:
        return None
    reasons = [asdict(reason) for reason in rating.reasons]
    return {"class_code": rating.class_code or "", "ranked": rating.ranked, "reasons": reasons}


def words_of(source: YearSource) -> str:
    """A source in words for a Vietnamese paper: "Quý III, Sở Nội vụ (hồ sơ giấy: Phiếu số 12)"."""
    name = f"Tháng {source.number}" if source.kind == MONTH else f"Quý {('I', 'II', 'III', 'IV')[source.number - 1]}"
    origin = {"paper": "hồ sơ giấy", "transferred": "cơ quan cũ chuyển đến"}.get(source.provenance, "")
    behind = ": ".join(filter(None, [origin, source.proof if origin else ""]))
    return f"{name}, {source.agency}" + (f" ({behind})" if behind else "")
