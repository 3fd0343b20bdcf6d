from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from approvals.actions import record_decision
from approvals.errors import ApprovalRefused
from approvals.models import Decision
from organization.authority import Authority
from organization.models import Person

AT = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def people(db):
    return [
        Person.objects.create_user(username=str(number), full_name=name)
        for number, name in enumerate(["Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường"])
    ]


def test_a_decision_keeps_the_authority_it_was_made_under(people):
    person, delegate, holder = people
    under = Authority(
        holder=holder, actor=delegate, capacity="TUQ.", document_number="7/GUQ", document_on=date(2026, 9, 1)
    )
    decision = record_decision(
        kind="review_approved", person=person, by=delegate, under=under, at=AT, score_total="1849/20"
    )
    decision = Decision.objects.get(pk=decision.pk)
    assert decision.on_behalf_of == holder
    assert decision.capacity == "TUQ."
    assert decision.under == under.as_json()
    assert decision.score_total == "1849/20"


def test_a_decision_in_own_name_is_on_behalf_of_nobody(people):
    person, boss, _ = people
    under = Authority(holder=boss, actor=boss)
    decision = record_decision(kind="review_approved", person=person, by=boss, under=under, at=AT)
    assert decision.on_behalf_of is None
    assert decision.capacity == ""


@pytest.mark.parametrize(
    "kind", ["review_approved", "review_returned", "excused", "council_proposed", "head_decided"]
)
def test_nobody_judges_his_own_case_nor_lets_a_delegate_do_it(people, kind):
    person, delegate, _ = people
    own = {"kind": kind, "person": person, "at": AT, "reason": "Lý do"}
    with pytest.raises(ApprovalRefused) as refusal:
        record_decision(by=person, under=None, **own)
    assert refusal.value.rule == "own_case"
    with pytest.raises(ApprovalRefused):
        record_decision(by=delegate, under=Authority(holder=person, actor=delegate, capacity="TUQ."), **own)


def test_the_database_refuses_a_judgement_in_own_case_too(people):
    person = people[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(kind="head_decided", person=person, by=person, at=AT)


def test_a_person_submits_and_withdraws_his_own_case(people):
    person = people[0]
    for kind in ("self_submitted", "withdrawn"):
        assert record_decision(kind=kind, person=person, by=person, under=None, at=AT).by == person


def test_a_return_needs_a_reason(people):
    person, boss, _ = people
    with pytest.raises(ApprovalRefused) as refusal:
        record_decision(kind="review_returned", person=person, by=boss, under=None, at=AT, reason=" ")
    assert refusal.value.rule == "reason"


def test_the_decided_class_is_never_above_the_score_and_differs_only_with_a_reason(people):
    person, head, _ = people

    def decide(class_code, reason=""):
        return record_decision(
            kind="head_decided",
            person=person,
            by=head,
            under=None,
            at=AT,
            class_code=class_code,
            score_class="HTT",
            reason=reason,
        )

    for wrong, rule in (("HTXS", "class_above_score"), ("HTNV", "reason"), ("A", "class_code")):
        with pytest.raises(ApprovalRefused) as refusal:
            decide(wrong)
        assert refusal.value.rule == rule
    assert decide("HTT").class_code == "HTT"
    assert decide("HTNV", "Vi phạm kỷ luật").class_code == "HTNV"


def test_a_decision_is_never_changed_and_never_removed(people):
    person, boss, _ = people
    decision = record_decision(kind="review_approved", person=person, by=boss, under=None, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(comment="khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).delete()
    assert Decision.objects.get(pk=decision.pk).comment == ""
