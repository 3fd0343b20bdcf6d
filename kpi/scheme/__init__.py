"""Scoring schemes as data: what the law fixes, what it leaves open, and under which article each rule stands."""

from kpi.scheme.parsing import parse_scheme
from kpi.scheme.problems import Problem, scheme_problems
from kpi.scheme.rules import MANDATORY, STANDINGS, UNDER_REVIEW, Rule, SchemeError
from kpi.scheme.schemes import (
    COMPONENTS,
    LEADER_COMPONENTS,
    STAFF_COMPONENTS,
    Aggregation,
    Ceilings,
    ClassBand,
    GeneralGroup,
    GeneralItem,
    Policies,
    Scheme,
)

__all__ = [
    "COMPONENTS",
    "LEADER_COMPONENTS",
    "MANDATORY",
    "STAFF_COMPONENTS",
    "STANDINGS",
    "UNDER_REVIEW",
    "Aggregation",
    "Ceilings",
    "ClassBand",
    "GeneralGroup",
    "GeneralItem",
    "Policies",
    "Problem",
    "Rule",
    "Scheme",
    "SchemeError",
    "parse_scheme",
    "scheme_problems",
]
