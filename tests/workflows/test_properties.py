"""Whatever the order of clicks, the process says what a small model says, and no transition moves a score."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals import actions as approvals
from approvals.models import Council, CouncilSession, Decision
from documents.models import Document, SignatureSlot, State
from kpi.actions import Change, compute
from kpi.models import ScoreSnapshot
from organization.actions import grant_role
from organization.models import Role
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_signed
from tests.workflows.reference_model import DECIDED, PUBLISHED, VOID, Form, Model
from workflows import flows
from workflows.actions import lines
from workflows.actions.councils import adopt_minutes, close_session, convene_session, draft_minutes
from workflows.actions.people import excuse
from workflows.actions.periods import advance_period
from workflows.actions.publications import issue
from workflows.actions.reviews import approve_review, reopen, return_for_rework
from workflows.actions.rulings import decide_list
from workflows.actions.self_assessments import submit_self_assessment, withdraw
from workflows.errors import REFUSALS
from workflows.models import Evaluation, EvaluationPeriod, EvaluationProcess, EvaluationTask, Stage, Standing

EXCUSED = ("deputy", "office_head", "hr", "archivist")
#: Clicks that are meant to move the reviewed score; `return` and `reopen` take adjustments off again.
SCORING = ("save", "delay", "adjust", "return", "reopen")


class Office:
    """The product, clicked by short names; every click goes through the act that its page would call."""

    def __init__(self, agency: Agency):
        self.agency = agency

    def click(self, act: str, name: str) -> None:
        """Raises one of REFUSALS where the product says no."""
        getattr(self, act.replace(" ", "_"))(*([name] if name else []))

    def form(self, name: str) -> Evaluation:
        return Evaluation.objects.get(person=self.agency.people[name])

    def period(self) -> EvaluationPeriod:
        return EvaluationPeriod.objects.get()

    def session(self) -> CouncilSession:
        """The latest session; where there is none, the act is refused as the page would: it is not offered."""
        found = CouncilSession.objects.order_by("pk").last()
        if found is None:
            raise REFUSALS[0]("no session")
        return found

    def _on(self, name: str, act: Callable, by: str | None = None, **changes) -> None:
        form = self.form(name)
        wanted = {"expected_version": form.version, "at": self.agency.at(), "by": self.agency.people[by or name]}
        act(evaluation=form, **wanted | changes)

    def save(self, name: str) -> None:
        form = self.form(name)  # also one that no longer stands: its page is still open somewhere
        self.agency.fill(name, share="0.6", done=str(7 + form.scorecard.draft_version % 3), evaluation=form)

    def submit(self, name: str) -> None:
        self._on(name, submit_self_assessment)

    def sign(self, name: str) -> None:
        """The slot as a signature would leave it; there is no act to refuse where there is nothing to sign."""
        slots = SignatureSlot.objects.filter(
            document__subject=self.agency.people[name], document__kind__code="form_01", role="person", signed_at=None
        ).exclude(document__state=State.CANCELLED)
        if not slots.update(signed_at=self.agency.at(), fingerprint="0" * 64):
            raise REFUSALS[0]("nothing to sign")

    def withdraw(self, name: str) -> None:
        self._on(name, withdraw)

    def approve(self, name: str) -> None:
        self._on(name, approve_review, "office_head")

    def adjust(self, name: str) -> None:
        change = Change("general", "I.1", Decimal("1.5"), "Chưa đủ minh chứng.")
        self._on(name, approve_review, "office_head", adjustments=[change])

    def return_(self, name: str) -> None:
        self._on(name, return_for_rework, "office_head", reason="Thiếu minh chứng.")

    def delay(self, name: str) -> None:
        line = self.form(name).scorecard.lines.order_by("pk").first()
        form = self.form(name)
        reviewer = self.agency.people["office_head"]
        lines.record_delay(evaluation=form, line=line, reason="Chậm.", by=reviewer, at=self.agency.at())

    def reopen(self, name: str) -> None:
        self._on(name, reopen, "office_head", reason="Sai số liệu.")

    def excuse(self, name: str) -> None:
        self._on(name, excuse, "hr", reason="Nghỉ ốm.")

    def submit_as_another(self) -> None:
        self._on("an", submit_self_assessment, "clerk")

    def approve_as_another(self) -> None:
        self._on("an", approve_review, "director")

    def approve_own(self) -> None:
        self._on("an", approve_review, "an")

    def approve_from_an_old_page(self) -> None:
        self._on("an", approve_review, "office_head", expected_version=self.form("an").version + 1)

    def _on_period(self, act: Callable, by: str, **changes) -> None:
        period = self.period()
        act(period=period, by=self.agency.people[by], expected_version=period.version, at=self.agency.at(), **changes)

    def advance(self) -> None:
        self._on_period(advance_period, "hr")

    def convene(self) -> None:
        act = {"by": self.agency.people["hr"], "at": self.agency.at()}
        convene_session(
            period=self.period(),
            council=Council.objects.first() or self.agency.council(),
            scheduled_at=self.agency.at(),
            place="Phòng họp số 1",
            chair=self.agency.people["director"],
            secretary=self.agency.people["hr"],
            expected_version=None,
            **act,
        )

    def meet(self) -> None:
        """Roll, opening, every case concluded; contested ones as if voted on, which is tested elsewhere."""
        session = self.session()
        act = {"at": self.agency.at(), "by": session.secretary}
        if session.state == "convened":
            marks = [approvals.Mark(member=row.member, present=True) for row in session.attendances.all()]
            approvals.call_roll(session=session, marks=marks, expected_version=session.version, **act)
        approvals.open_session(session=session, expected_version=self.session().version, **act)
        session.items.update(contested=False)
        approvals.confirm_uncontested(session=session, expected_version=self.session().version, **act)
        for item in session.items.filter(concluded_at=None):
            approvals.conclude_item(item=item, expected_version=item.version, reason="Giữ mức theo điểm.", **act)

    def adopt(self) -> None:
        session = self.session()
        act = {"at": self.agency.at(), "by": session.secretary}
        words = {"conclusion": "Nhất trí.", "choice_reason": ""}
        draft_minutes(session=session, expected_version=session.version, **words, **act)
        adopt_minutes(session=session, expected_version=self.session().version, **act)

    def close(self) -> None:
        session = self.session()
        as_signed("council_minutes")
        close_session(session=session, by=session.chair, expected_version=session.version, at=self.agency.at())

    def decide(self) -> None:
        self._on_period(decide_list, "director", rulings={})

    def decide_as_another(self) -> None:
        self._on_period(decide_list, "deputy", rulings={})

    def issue(self) -> None:
        notices = Document.objects.filter(kind__code="notice", issue_released_at=None)
        if not notices:
            raise REFUSALS[0]("nothing to issue")
        Document.objects.filter(pk__in=notices).update(state=State.SIGNED)
        every = Document.objects.filter(kind__code="notice")
        results = issue(documents=every, by=self.agency.people["clerk"], at=self.agency.at())
        assert all(result.ok for result in results)


setattr(Office, "return", Office.return_)


def totals(form: Evaluation) -> tuple[Fraction | None, Fraction | None]:
    """(own, reviewed) as they compute now."""
    card = form.scorecard
    return compute(card, reviewed=False).total, compute(card, reviewed=True).total


def assert_like(model: Form, form: Evaluation, name: str) -> None:
    """The form stands where the model says, with one live process and task at most, and honest snapshots."""
    tasks = EvaluationTask.objects.filter(process__evaluation=form, finished=None)
    ended = model.node in (DECIDED, PUBLISHED, VOID)
    assert [flows.node_name(task) for task in tasks] == ([] if ended else [model.node])
    assert EvaluationProcess.objects.filter(evaluation=form, finished=None).count() == (not ended)
    assert form.standing == (model.node if ended else Standing.OPEN)
    assert (form.round, form.steps.count()) == (model.round, model.steps)
    papers = Document.objects.filter(subject=form.person).exclude(state=State.CANCELLED)
    assert papers.count() == model.papers
    assert Decision.objects.filter(person=form.person).count() == model.steps
    for snapshot in ScoreSnapshot.objects.filter(scorecard=form.scorecard).select_related("scheme"):
        assert snapshot.recompute().total == snapshot.total
        assert snapshot.total is not None


@pytest.fixture
def office(agency: Agency) -> Office:
    """A list of two: the others are excused, and still review, decide and keep the minutes."""
    agency.open()
    second = {"unit": agency.units["SNV"], "starts_on": date(2026, 1, 1), "by": None, "at": agency.at()}
    grant_role(person=agency.people["deputy"], role=Role.UNIT_HR, **second)
    for name in EXCUSED:
        officer = agency.people["deputy" if name == "hr" else "hr"]
        form = agency.evaluation(name)
        excuse(evaluation=form, by=officer, reason="Nghỉ.", expected_version=None, at=agency.at())
    return Office(agency)


def run(office: Office, data: st.DataObject) -> None:
    """One run of clicks beside the model, undone afterwards."""
    model = Model()
    names = list(model.forms)
    for _click in range(data.draw(st.integers(10, 26), label="clicks")):
        choose = data.draw(st.sampled_from(["onward"] * 6 + ["neighbours"] + ["clicks"]), label="bias")
        offered = getattr(model, choose)() or model.clicks()
        act, name = data.draw(st.sampled_from(offered), label="click")
        before = {each: totals(office.form(each)) for each in names}
        allowed = model.legal(act, name)
        if allowed:
            office.click(act, name)
            model.done(act, name)
        else:
            with pytest.raises(REFUSALS), transaction.atomic():
                office.click(act, name)
        for each in names:
            form = office.form(each)
            assert_like(model.forms[each], form, each)
            own, reviewed = totals(form)
            moved = act if allowed and each == name else ""
            if moved not in ("save", "delay"):  # a delay is a fact of the line, counted in both totals
                assert own == before[each][0]
            if moved not in SCORING:
                assert reviewed == before[each][1]
    listed = Document.objects.filter(of_period__period=office.period()).count()
    assert listed == model.list_papers
    assert (office.period().stage != Stage.SELF_ASSESSMENT) == model.closed_self_assessment


@pytest.mark.django_db
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_order_of_clicks_ends_where_the_model_says(office: Office, data: st.DataObject) -> None:
    now = office.agency.now
    with transaction.atomic():
        try:
            run(office, data)
        finally:
            office.agency.now = now
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["save", "submit", "withdraw", "approve", "return", "reopen", "excuse"])
def test_nothing_is_done_to_the_form_of_whoever_was_excused(office: Office, act: str) -> None:
    office.click("save", "clerk")
    office.click("excuse", "clerk")
    with pytest.raises(REFUSALS), transaction.atomic():
        office.click(act, "clerk")


@pytest.mark.django_db
def test_nobody_is_excused_from_under_a_session_that_has_his_case(office: Office) -> None:
    """His case would have no turn left, and the session could never be closed."""
    model = Model()
    papers = [(act, name) for act in ("save", "submit", "sign", "approve") for name in model.forms]
    for act, name in [*papers, ("convene", ""), ("meet", ""), ("adopt", "")]:
        office.click(act, name)
    with pytest.raises(REFUSALS), transaction.atomic():
        office.click("excuse", "clerk")
    office.click("close", "")
