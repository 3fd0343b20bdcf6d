"""From a card to a class: points choose the class, its conditions must be met as well (Art 8)."""

from dataclasses import dataclass
from fractions import Fraction

from kpi.organisations.cards import COUNTS, FAULTS, RESULT, Card
from kpi.organisations.rules import NEXT_CLASS, UNMATCHED, OrganisationRules
from kpi.scheme import ClassBand, Rule
from kpi.scoring import ScoringError
from kpi.scoring.classes import band_of, bands


@dataclass(frozen=True)
class Condition:
    """One condition of a class held against the card; `found` is a share from 0 to 1, or a count."""

    condition: str
    rule: Rule[Fraction]
    found: Fraction
    met: bool


@dataclass(frozen=True)
class Fit:
    """What a card comes to.

    `total`: points out of 100, None while rows are `missing`. `score_class`: the class of the points alone.
    `class_code`: the class that points and conditions give, None while incomplete or where no class fits.
    `at_most`: the highest class that may be decided. `tests`: the conditions of the class of the points.
    """

    total: Fraction | None = None
    missing: tuple[str, ...] = ()
    score_class: str | None = None
    class_code: str | None = None
    at_most: str | None = None
    tests: tuple[Condition, ...] = ()

    @property
    def complete(self) -> bool:
        return self.total is not None

    @property
    def undecided(self) -> bool:
        """Complete, and yet no class fits: the recogniser decides, with a reason."""
        return self.complete and self.class_code is None

    @property
    def unmet(self) -> tuple[Condition, ...]:
        return tuple(test for test in self.tests if not test.met)


def rate(card: Card, rules: OrganisationRules) -> Fit:
    """The fit of a card. Raises ScoringError for a policy that the rules do not know."""
    missing = _missing(card)
    if missing or card.result is None:
        return Fit(missing=missing)
    total = sum((mark for mark in card.general.values() if mark is not None), card.result)
    band = band_of(total, rules.scheme)
    tests = tests_of(band.code, card, rules)
    if all(test.met for test in tests):
        return Fit(total, (), band.code, band.code, band.code, tests)
    if rules.unmatched.value not in UNMATCHED:
        raise ScoringError(f"unknown policy {rules.unmatched.value!r}")
    below = _below(band, rules)
    if rules.unmatched.value == NEXT_CLASS:
        found = next(code for code in below if all(test.met for test in tests_of(code, card, rules)))
        return Fit(total, (), band.code, found, found, tests)
    return Fit(total, (), band.code, None, below[0], tests)


def _below(band: ClassBand, rules: OrganisationRules) -> list[str]:
    """The classes under this one, best first. The lowest class has no condition, so nobody falls through."""
    codes = [each.code for each in bands(rules.scheme)]
    return codes[: codes.index(band.code)][::-1]


def tests_of(class_code: str, card: Card, rules: OrganisationRules) -> tuple[Condition, ...]:
    """The conditions of one class held against a complete card."""
    return tuple(_test(name, rule, card) for name, rule in rules.conditions[class_code].items())


def _test(name: str, rule: Rule[Fraction], card: Card) -> Condition:
    assigned = Fraction(card.assigned or 0)
    if name == "no_subordinate_unmet":
        return Condition(name, rule, Fraction(card.lowest_below), card.lowest_below == 0)
    if name == "faults_fixed":
        return Condition(name, rule, Fraction(0), bool(card.faults_fixed))
    count = {"tasks_done": card.done, "above_requirement": card.above, "late_at_most": card.late}[name]
    found = Fraction(count or 0) / assigned
    return Condition(name, rule, found, found <= rule.value if name == "late_at_most" else found >= rule.value)


def _missing(card: Card) -> tuple[str, ...]:
    """Rows without which there is no total: nothing assigned is insufficient data, never full marks."""
    empty = [code for code, mark in card.general.items() if mark is None]
    if card.result is None:
        empty.append(RESULT)
    empty += [name for name in COUNTS if getattr(card, name) is None]
    if card.assigned == 0:
        empty.append("assigned")
    if card.faults_fixed is None:
        empty.append(FAULTS)
    return tuple(empty)
