"""Delegated power: by document, for a scope, in a unit and below, for a time."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from organization.actions import delegate, end_delegation, grant_role, seed_holidays, working_calendar
from organization.authority import find_authority, has_role, units_of_role
from organization.models import AgencyRole, Block, CalendarDay, Person, Role, Scope, Unit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 1, 2, tzinfo=UTC)
FROM, UNTIL = date(2026, 10, 1), date(2026, 10, 15)


def unit(code: str, parent: Unit | None = None) -> Unit:
    return Unit.objects.create(
        code=code,
        name=f"Đơn vị {code}",
        abbreviation=code,
        block=Block.STATE,
        agency_role=AgencyRole.USING,
        parent=parent,
        place="Hải Vân",
        starts_on=date(2026, 1, 1),
    )


@pytest.fixture
def head() -> Person:
    return Person.objects.create(username="head", full_name="Trần Văn Trưởng")


@pytest.fixture
def deputy() -> Person:
    return Person.objects.create(username="deputy", full_name="Lê Thị Phó")


def hand_over(head: Person, deputy: Person, where: Unit, **changes):
    wanted = {
        "delegator": head,
        "delegate": deputy,
        "capacity": "KT.",
        "scope": Scope.REVIEW,
        "unit": where,
        "document_number": "08/UQ",
        "document_on": FROM,
        "starts_on": FROM,
        "ends_on": UNTIL,
        "by": head,
        "at": NOW,
    } | changes
    return delegate(**wanted)


def ask(deputy: Person, head: Person, where: Unit, on: date, scope: Scope = Scope.REVIEW):
    return find_authority(actor=deputy, holder=head, scope=scope, unit=where, on=on)


def test_a_delegation_covers_the_units_below_and_no_sibling(head: Person, deputy: Person) -> None:
    agency = unit("A")
    below, sibling = unit("A1", agency), unit("B")
    hand_over(head, deputy, agency)
    found = ask(deputy, head, below, FROM)
    assert found is not None
    assert (found.holder, found.actor, found.capacity, found.document_number) == (head, deputy, "KT.", "08/UQ")
    assert ask(deputy, head, sibling, FROM) is None


@pytest.mark.parametrize(
    ("on", "valid"), [(date(2026, 9, 30), False), (FROM, True), (date(2026, 10, 14), True), (UNTIL, False)]
)
def test_its_period_is_half_open(head: Person, deputy: Person, on: date, valid: bool) -> None:
    where = unit("A")
    hand_over(head, deputy, where)
    assert (ask(deputy, head, where, on) is not None) is valid


def test_a_scope_is_not_another_scope(head: Person, deputy: Person) -> None:
    where = unit("A")
    hand_over(head, deputy, where)
    assert ask(deputy, head, where, FROM, Scope.DECIDE) is None


def test_an_ended_delegation_gives_no_power(head: Person, deputy: Person) -> None:
    where = unit("A")
    handed = hand_over(head, deputy, where)
    end_delegation(delegation=handed, on=date(2026, 10, 5), by=head, at=NOW)
    assert ask(deputy, head, where, date(2026, 10, 5)) is None


def test_nobody_hands_power_to_himself(head: Person) -> None:
    with pytest.raises(ValidationError):
        hand_over(head, head, unit("A"))


def test_a_role_counts_in_the_subtree_and_only_in_its_time(head: Person) -> None:
    agency = unit("A")
    below = unit("A1", agency)
    grant_role(person=head, role=Role.CLERK, unit=agency, starts_on=FROM, ends_on=UNTIL, by=None, at=NOW)
    assert has_role(person=head, role=Role.CLERK, unit=below, on=FROM)
    assert units_of_role(person=head, role=Role.CLERK, on=FROM) == {agency.pk, below.pk}
    assert not has_role(person=head, role=Role.CLERK, unit=below, on=UNTIL)


def test_an_auditors_role_needs_an_end(head: Person) -> None:
    with pytest.raises(ValidationError):
        grant_role(person=head, role=Role.AUDITOR, unit=unit("A"), starts_on=FROM, by=None, at=NOW)


def test_the_calendar_knows_tet_and_can_be_edited() -> None:
    seed_holidays([2026])
    assert not working_calendar()(date(2026, 2, 17))  # first day of Tết Bính Ngọ
    assert not working_calendar()(date(2026, 9, 2))
    CalendarDay.objects.update_or_create(day=date(2026, 9, 2), defaults={"is_working": True, "name": "Trực"})
    assert working_calendar()(date(2026, 9, 2))
    before = CalendarDay.objects.count()
    assert seed_holidays([2026]) == 0
    assert CalendarDay.objects.count() == before
