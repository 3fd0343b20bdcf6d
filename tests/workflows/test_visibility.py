"""Lists, pages and files agree: what a person's lists hold opens, whatever else there is answers as if absent."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from organization.actions import current_appointment, delegate, end_delegation, grant_role
from organization.models import Capacity, Delegation, Person, Role, RoleGrant, Scope
from tests.workflows.agency import STAFF, Agency
from tests.workflows.meetings import closed, fresh, opened, reviewed, settled
from workflows.actions.rulings import decide_list
from workflows.models import Evaluation, EvaluationPeriod
from workflows.policy import visibility
from workflows.policy.reviewing import reviewed_by
from workflows.policy.rules import reviewing_authority

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(agency: Agency) -> Agency:
    """A list that the council has proposed and the head decided; nothing is issued yet."""
    period = reviewed(agency)
    closed(agency, settled(agency, opened(agency, period)))
    now = fresh(period)
    decide_list(period=now, by=agency.people["director"], rulings={}, expected_version=now.version, at=agency.at())
    return agency


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def handed_over(agency: Agency, to: str, scope: str = Scope.REVIEW, days: int = 10) -> Delegation:
    """The office head's (for deciding: the director's) power, from yesterday on."""
    today = timezone.localdate()
    giver, unit = ("office_head", "VP") if scope == Scope.REVIEW else ("director", "SNV")
    return delegate(
        delegator=agency.people[giver],
        delegate=agency.people[to],
        capacity=Capacity.KT,
        scope=scope,
        unit=agency.units[unit],
        document_number="08/UQ-VP",
        document_on=today - timedelta(days=1),
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=days),
        by=agency.people["hr"],
        at=agency.at(),
    )


def outsider(agency: Agency, name: str, role: str = "", *, ends_on: date | None = None) -> Person:
    """Somebody without a post in the department, perhaps with a role there."""
    person = Person.objects.create_user(username=name, full_name=name)
    if role:
        grant_role(
            person=person,
            role=role,
            unit=agency.units["SNV"],
            starts_on=date(2026, 1, 1),
            ends_on=ends_on,
            by=None,
            at=agency.at(),
        )
    return person


def seen_by(person: Person) -> set[str]:
    """Whose forms open for him."""
    client = browser(person)
    rows = Evaluation.objects.select_related("person")
    answers = {row.person.username: client.get(reverse("result", args=[row.uuid])).status_code for row in rows}
    assert set(answers.values()) <= {200, 404}
    return {name for name, status in answers.items() if status == 200}


def test_every_form_on_a_persons_list_opens_and_every_other_one_is_absent(decided: Agency) -> None:
    today = timezone.localdate()
    staff = {"hr", "clerk", "archivist", "an", "office_head", "deputy"}
    expected = {
        "director": staff,  # heads the agency
        "deputy": staff,  # sat in the council that had every case
        "office_head": staff,
        "hr": staff,
        "an": staff,
        "clerk": {"clerk"},
        "archivist": {"archivist"},
        "chairman": set(),
    }
    assert set(expected) == set(STAFF)
    for name, forms in expected.items():
        person = decided.people[name]
        listed = visibility.evaluations(person, today).values_list("person__username", flat=True)
        assert sorted(listed) == sorted(forms) == sorted(seen_by(person)), name


def test_every_document_on_a_persons_list_opens_and_every_other_one_is_absent(decided: Agency) -> None:
    today = timezone.localdate()
    for name in ("an", "clerk", "office_head", "director", "chairman"):
        person, client = decided.people[name], browser(decided.people[name])
        listed = set(visibility.documents(person, today))
        for document in Document.objects.all():
            status = client.get(reverse("document", args=[document.uuid])).status_code
            assert status == (200 if document in listed else 404), (name, document.kind.code)


def test_who_is_only_evaluated_sees_neither_minutes_nor_the_decided_list(decided: Agency) -> None:
    plain = decided.people["archivist"]
    RoleGrant.objects.filter(person=plain).update(ends_on=date(2026, 2, 1))
    found = visibility.documents(plain, timezone.localdate())
    assert {row.kind.code for row in found} <= {"form_01", "review_minutes", "notice"}
    assert {row.subject for row in found} == {plain}
    sat = visibility.documents(decided.people["an"], timezone.localdate())
    assert not sat.filter(kind__code="decision").exists()
    for document in Document.objects.filter(kind__code__in=("council_minutes", "decision")):
        for route in ("document", "document_file", "document_preview"):
            assert browser(plain).get(reverse(route, args=[document.uuid])).status_code == 404


def test_a_person_does_not_read_his_own_notice_before_it_is_issued(decided: Agency) -> None:
    """What the head prepares becomes the person's with its number: a draft of a class is nobody's class."""
    person, today = decided.people["clerk"], timezone.localdate()
    RoleGrant.objects.filter(person=person).update(ends_on=date(2026, 2, 1))
    notice = Document.objects.get(kind__code="notice", subject=person)
    assert notice not in visibility.documents(person, today)
    assert notice in visibility.documents(decided.people["director"], today)
    Document.objects.filter(pk=notice.pk).update(issue_released_at=timezone.now())
    assert notice in visibility.documents(person, today)


def test_a_role_taken_away_is_gone_with_the_next_request(agency: Agency) -> None:
    agency.open()
    officer = outsider(agency, "officer", Role.UNIT_HR)
    client, page = browser(officer), reverse("result", args=[agency.evaluation("an").uuid])
    period = reverse("period", args=[EvaluationPeriod.objects.get().uuid])
    assert [client.get(url).status_code for url in (page, period)] == [200, 200]
    RoleGrant.objects.filter(person=officer).update(ends_on=timezone.localdate())
    assert [client.get(url).status_code for url in (page, period)] == [404, 404]


def test_an_auditor_sees_the_agency_until_his_last_day_and_changes_nothing(agency: Agency) -> None:
    agency.open()
    today = timezone.localdate()
    auditor = outsider(agency, "auditor", Role.AUDITOR, ends_on=today + timedelta(days=1))
    form, period = agency.evaluation("an"), EvaluationPeriod.objects.get()
    assert "an" in seen_by(auditor)
    client = browser(auditor)
    for route, uuid in (("period_advance", period.uuid), ("evaluation_excuse", form.uuid)):
        answer = client.post(reverse(route, args=[uuid]), {"expected_version": "0", "reason": "Kiểm tra."})
        assert answer.status_code == 403
    RoleGrant.objects.filter(person=auditor).update(ends_on=today)
    assert seen_by(auditor) == set()
    assert not visibility.periods(auditor, today).exists()
    assert client.get(reverse("journal", args=[period.uuid])).status_code == 404


def test_a_delegate_reviews_in_his_term_and_unit_and_never_his_own_case(agency: Agency) -> None:
    agency.open()
    archivist, today = agency.people["archivist"], timezone.localdate()
    given = handed_over(agency, "archivist")
    assert current_appointment(archivist, today) is not None
    for on, forms in (
        (given.starts_on - timedelta(days=1), set()),
        (today, {"hr", "clerk", "an"}),
        (given.ends_on, set()),
    ):
        reviewing = reviewed_by(archivist, on)
        assert {row.person.username for row in reviewing} == forms
        assert {row.person.username for row in visibility.evaluations(archivist, on)} == forms | {"archivist"}
    own = agency.evaluation("archivist")
    assert reviewing_authority(own, archivist, today) is None
    client = browser(archivist)
    pages = {name: client.get(reverse("review", args=[agency.evaluation(name).uuid])) for name in ("an", "archivist")}
    assert {name: page.status_code for name, page in pages.items()} == {"an": 200, "archivist": 404}
    assert client.get(reverse("review", args=[agency.evaluation("deputy").uuid])).status_code == 404
    end_delegation(delegation=given, on=today, by=agency.people["office_head"], at=agency.at())
    assert client.get(reverse("review", args=[agency.evaluation("an").uuid])).status_code == 404


def test_an_agencys_officers_do_not_read_their_own_heads_form(agency: Agency) -> None:
    """He stands on the managing agency's list (Art 10.2); its own officers do."""
    agency.open()
    form = agency.evaluation("deputy")
    Evaluation.objects.filter(pk=form.pk).update(unit=agency.units["SNV"])
    assert "deputy" in seen_by(agency.people["hr"])
    upper = EvaluationPeriod.objects.create(
        campaign=form.period.campaign, agency=agency.units["UBND"], procedure=form.period.procedure
    )
    Evaluation.objects.filter(pk=form.pk).update(period=upper)
    assert "deputy" not in seen_by(agency.people["hr"])
    province = outsider(agency, "province")
    grant_role(
        person=province,
        role=Role.PROVINCE_HR,
        unit=agency.units["UBND"],
        starts_on=date(2026, 1, 1),
        by=None,
        at=agency.at(),
    )
    assert "deputy" in seen_by(province)


def test_the_machines_administrator_sees_no_content(decided: Agency) -> None:
    administrator = Person.objects.create_superuser(
        username="root", full_name="Quản trị máy", password="mat-khau-thu"
    )
    today = timezone.localdate()
    for rows in (visibility.evaluations, visibility.documents, visibility.periods):
        assert not rows(administrator, today).exists()
    assert seen_by(administrator) == set()
