"""The rating of organisations (Decree 335/2025, Art 5–9): exact, pure, rules as data; no framework."""

from kpi.organisations.cards import COUNTS, FAULT_VALUES, FAULTS, RESULT, Card, card_problems, parse_card, row_codes
from kpi.organisations.rating import Condition, Fit, rate, tests_of
from kpi.organisations.rules import (
    CONDITIONS,
    NEXT_CLASS,
    UNDECIDED,
    UNMATCHED,
    OrganisationRules,
    organisation_problems,
    parse_organisation_rules,
    with_choices,
)

__all__ = [
    "CONDITIONS",
    "COUNTS",
    "FAULTS",
    "FAULT_VALUES",
    "NEXT_CLASS",
    "RESULT",
    "UNDECIDED",
    "UNMATCHED",
    "Card",
    "Condition",
    "Fit",
    "OrganisationRules",
    "card_problems",
    "organisation_problems",
    "parse_card",
    "parse_organisation_rules",
    "rate",
    "row_codes",
    "tests_of",
    "with_choices",
]
