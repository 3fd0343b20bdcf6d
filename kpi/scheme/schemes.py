"""The typed shape of a scoring scheme. Values are exact Fractions; points are out of 100."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction

from kpi.scheme.rules import LOCAL, Rule, SchemeError

STAFF_COMPONENTS = ("a", "b", "c")
LEADER_COMPONENTS = ("d", "dd", "e")  # "dd" is the law's letter đ
COMPONENTS = STAFF_COMPONENTS + LEADER_COMPONENTS

POLICY_VALUES: Mapping[str, tuple[object, ...]] = {
    "cap": ("each ratio", "seventy points", "none"),
    "deduction": ("line", "unit"),
    "floor": (Fraction(0),),
    "rounding": ("exact", "two decimals"),
    "zero_assigned": ("insufficient data",),
    "surplus": ("counts", "up to assigned"),
    "period_basis": ("pooled", "mean of months"),
    "year_basis": ("quarter stands for its months", "mean of periods"),
    "hired_within_year": ("months worked", "twelve months"),
    "december": ("left out", "required"),
}


@dataclass(frozen=True)
class GeneralItem:
    """One of the ten general criteria of Form 01; `code` such as "II.3"."""

    code: str
    name: str
    maximum: Fraction
    basis: str
    standing: str


@dataclass(frozen=True)
class GeneralGroup:
    code: str
    name: str
    maximum: Fraction
    basis: str
    standing: str
    items: tuple[GeneralItem, ...]


@dataclass(frozen=True)
class ClassBand:
    """A class from `lowest` (included) to `below` (excluded; None for the top class)."""

    code: str
    name: str
    lowest: Fraction
    below: Fraction | None


@dataclass(frozen=True)
class Policies:
    """What the decree leaves open; the allowed values are POLICY_VALUES."""

    cap: Rule[str]
    deduction: Rule[str]
    deduction_rate: Rule[Fraction]
    floor: Rule[Fraction]
    rounding: Rule[str]
    zero_assigned: Rule[str]
    surplus: Rule[str]
    period_basis: Rule[str]
    year_basis: Rule[str]
    hired_within_year: Rule[str]
    december: Rule[str]


@dataclass(frozen=True)
class Ceilings:
    """How many may reach the top class, of those at `base_class` or better (Art 20.5)."""

    kinds: Rule[tuple[str, ...]]
    top_class: Rule[str]
    base_class: Rule[str]
    share: Rule[Fraction]
    share_outstanding: Rule[Fraction]
    reading: Rule[str]
    groups: Rule[tuple[str, ...]]


@dataclass(frozen=True)
class Aggregation:
    """From months to quarters and the year (Art 11, 19)."""

    quarter: Rule[str]
    year: Rule[str]
    months_needed: Rule[int]
    exempt_absences: Rule[tuple[str, ...]]


@dataclass(frozen=True)
class Scheme:
    """A whole scheme: every number the engine uses comes from here, with its article."""

    code: str
    name: str
    general_points: Rule[Fraction]
    general_step: Rule[Fraction | None]
    groups: tuple[GeneralGroup, ...]
    result_points: Rule[Fraction]
    staff_weights: Rule[Mapping[str, Fraction]]
    leader_weights: Rule[Mapping[str, Fraction]]
    components: Mapping[str, Rule[str]]
    line_kinds: Mapping[str, Rule[str]]
    factor: Rule[str]
    policies: Policies
    ranks: Rule[tuple[str, ...]]
    classes: Rule[tuple[ClassBand, ...]] | None
    overrides: Mapping[str, Rule[str]]
    discipline_measures: Rule[tuple[str, ...]]
    lesser_measures: Rule[tuple[str, ...]]
    lowest_class: Rule[str]
    head_cap: Rule[bool]
    ceilings: Ceilings | None
    aggregation: Aggregation

    @property
    def items(self) -> tuple[GeneralItem, ...]:
        return tuple(item for group in self.groups for item in group.items)

    @property
    def is_local(self) -> bool:
        """True when any rule stands on a local text: such a scheme is named local wherever it shows."""
        return any(rule.standing == LOCAL for _, rule in self.rules())

    def ranks_kind(self, kind: str) -> bool:
        """May a period of this kind (month, quarter, year) carry a class?"""
        return self.classes is not None and kind in self.ranks.value

    def with_policies(self, **values: object) -> "Scheme":
        """The same scheme under other policy values, articles kept (for the laboratory and worked cases)."""
        for name, value in values.items():
            if value not in POLICY_VALUES.get(name, ()):
                raise SchemeError(f"policies.{name}", f"unknown policy value {value!s}")
        changed = {name: replace(getattr(self.policies, name), value=value) for name, value in values.items()}
        return replace(self, policies=replace(self.policies, **changed))

    def rules(self) -> Iterator[tuple[str, Rule]]:
        """Every rule with its path; criteria count as rules whose value is the maximum."""
        for group in self.groups:
            yield f"general.groups.{group.code}", Rule(group.maximum, group.basis, group.standing)
            for item in group.items:
                yield f"general.items.{item.code}", Rule(item.maximum, item.basis, item.standing)
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Rule):
                yield field.name, value
            elif isinstance(value, Mapping):
                yield from ((f"{field.name}.{key}", rule) for key, rule in value.items())
            elif isinstance(value, (Policies, Ceilings, Aggregation)):
                for inner in fields(value):
                    yield f"{field.name}.{inner.name}", getattr(value, inner.name)
