"""Ceilings on the top class (Art 20.5): a property of the whole list, never of the order of approvals."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi.scheme import Scheme
from kpi.scoring.classes import bands
from kpi.scoring.lines import ScoringError

OF_GOOD, OF_GOOD_OR_BETTER = "of good", "of good or better"


@dataclass(frozen=True)
class Candidate:
    """One person of the list: who, the group of similar duty, the class (None: not ranked)."""

    who: str
    group: str
    class_code: str | None


@dataclass(frozen=True)
class Ceiling:
    """Within a group, or the agency (`group` None): how many may be at the top, how many are."""

    group: str | None
    good_or_better: int
    allowed: int
    used: int

    @property
    def excess(self) -> int:
        return max(0, self.used - self.allowed)

    @property
    def room(self) -> int:
        return max(0, self.allowed - self.used)


@dataclass(frozen=True)
class CeilingCheck:
    """The whole list against the ceilings; `most` is what all ceilings together leave possible."""

    share: Fraction
    reading: str
    groups: tuple[Ceiling, ...]
    agency: Ceiling
    most: int
    basis: str
    standing: str

    @property
    def holds(self) -> bool:
        return not self.agency.excess and not any(group.excess for group in self.groups)

    def is_further_above(self, other: "CeilingCheck") -> bool:
        """Whether any of the ceilings is exceeded by more people than in `other`, a check of the same people."""
        before = {each.group: each.excess for each in (*other.groups, other.agency)}
        return any(each.excess > before.get(each.group, 0) for each in (*self.groups, self.agency))


def ceiling(good_or_better: int, share: Fraction, reading: str) -> int:
    """Most people at the top class among n at the base class or better, in one reading of the law."""
    if good_or_better < 0 or not 0 <= share <= 1:
        raise ScoringError("a ceiling needs people ≥ 0 and a share between 0 and 100%")
    if reading == OF_GOOD:
        return int(good_or_better * share / (1 + share))
    if reading == OF_GOOD_OR_BETTER:
        return int(good_or_better * share)
    raise ScoringError(f"unknown reading {reading!r}")


def group_ceilings(groups: Mapping[str, int], share: Fraction, reading: str) -> tuple[dict[str, int], int, int]:
    """Ceiling of each group, of the agency, and the most both leave possible together."""
    each = {group: ceiling(n, share, reading) for group, n in groups.items()}
    agency = ceiling(sum(groups.values()), share, reading)
    return each, agency, min(agency, sum(each.values()))


def check_ceilings(candidates: Iterable[Candidate], scheme: Scheme, *, outstanding: bool = False) -> CeilingCheck:
    """Hold a whole list of classes against the ceilings; `outstanding` needs a numbered decision (Art 20.5.b)."""
    rules = scheme.ceilings
    if rules is None:
        raise ScoringError("the scheme has no ceilings")
    order = [band.code for band in bands(scheme)]
    base = order.index(rules.base_class.value)
    good: Counter[str] = Counter()
    top: Counter[str] = Counter()
    seen: set[str] = set()
    names: set[str] = set()
    for person in candidates:
        if person.who in seen:
            raise ScoringError(f"{person.who} stands twice in the list")
        seen.add(person.who)
        names.add(person.group)
        if person.class_code is None:
            continue
        if person.class_code not in order:
            raise ScoringError(f"unknown class {person.class_code!r}")
        good[person.group] += order.index(person.class_code) >= base
        top[person.group] += person.class_code == rules.top_class.value
    rule = rules.share_outstanding if outstanding else rules.share
    share, reading = rule.value, rules.reading.value
    counts = {group: good[group] for group in sorted(names)}
    each, agency, most = group_ceilings(counts, share, reading)
    return CeilingCheck(
        share=share,
        reading=reading,
        groups=tuple(Ceiling(group, counts[group], each[group], top[group]) for group in counts),
        agency=Ceiling(None, sum(counts.values()), agency, sum(top.values())),
        most=most,
        basis=rule.basis,
        standing=rule.standing,
    )
