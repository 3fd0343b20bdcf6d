"""A drafted product catalogue counts once the competent head's decision is entered (Art 13)."""

from datetime import date, datetime

from django.utils import timezone

from kpi import actions
from kpi.models import Catalogue
from organization.models import Person
from workflows.policy.setup import require_province_hr


def decide(*, catalogue: Catalogue, number: str, on: date, by: Person, at: datetime) -> Catalogue:
    """Enter the decision's number and day; the version counts and changes no more."""
    require_province_hr(by, timezone.localdate(at))
    return actions.decide_catalogue(catalogue=catalogue, number=number, on=on, by=by, at=at)
