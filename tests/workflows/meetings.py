"""A department that has come as far as its council, without the minutes that rendering and signing take."""

from django.conf import settings
from django.test import Client
from django.utils import timezone

from approvals import actions as approvals
from approvals.models import AgendaItem, CouncilSession
from documents.models import SignatureSlot
from organization.models import Person
from tests.workflows.agency import IN_PERIOD, Agency
from workflows.actions.councils import adopt_minutes, close_session, convene_session, draft_minutes
from workflows.actions.reviews import LeaderMarks, approve_review
from workflows.models import EvaluationPeriod

SHARES = dict.fromkeys(IN_PERIOD, "0.6") | {"an": "1"}


def as_signed(kind: str) -> None:
    """As if every signer of these documents had signed; the signatures themselves are tested elsewhere."""
    slots = SignatureSlot.objects.filter(document__kind__code=kind, expected_signer__isnull=False)
    slots.update(signed_at=timezone.now(), fingerprint="0" * 64)


def fresh(period: EvaluationPeriod) -> EvaluationPeriod:
    return EvaluationPeriod.objects.get(pk=period.pk)


def reviewed(agency: Agency, procedure: str = "full_cycle", scheme: str = "decree-335-local-quarter"):
    """A period in which everybody is reviewed; `an` alone reached the top class."""
    period = agency.open(procedure, scheme)
    for name in IN_PERIOD:
        agency.hand_in(name, share=SHARES[name])
    as_signed("form_01")
    for name in ("hr", "clerk", "archivist", "an", "office_head", "deputy"):
        evaluation = agency.evaluation(name)
        approve_review(
            evaluation=evaluation,
            by=evaluation.reviewer,
            comment="Hoàn thành tốt nhiệm vụ.",
            leader=LeaderMarks(dd=100, e=100) if evaluation.is_leader else None,
            expected_version=evaluation.version,
            at=agency.at(),
        )
    return fresh(period)


def convened(agency: Agency, period: EvaluationPeriod) -> CouncilSession:
    return convene_session(
        period=fresh(period),
        council=agency.council(),
        scheduled_at=agency.at(),
        place="Phòng họp số 1",
        chair=agency.people["director"],
        secretary=agency.people["hr"],
        by=agency.people["hr"],
        expected_version=None,
        at=agency.at(),
    )


def again(session: CouncilSession) -> CouncilSession:
    return CouncilSession.objects.get(pk=session.pk)


def opened(agency: Agency, period: EvaluationPeriod) -> CouncilSession:
    """A session in progress, everybody present."""
    session = convened(agency, period)
    marks = [approvals.Mark(member=row.member, present=True) for row in session.attendances.all()]
    session = approvals.call_roll(
        session=session, marks=marks, by=session.secretary, at=agency.at(), expected_version=session.version
    )
    return approvals.open_session(session=session, by=session.chair, at=agency.at(), expected_version=session.version)


def case_of(session: CouncilSession, person: Person) -> AgendaItem:
    return session.items.get(person=person)


def settled(agency: Agency, session: CouncilSession) -> CouncilSession:
    """Every case concluded: the top class lowered with a reason, so that the ceiling holds."""
    top = case_of(session, agency.people["an"])
    top = approvals.propose_class(
        item=top,
        class_code="HTT",
        reason="Không còn suất xuất sắc.",
        by=session.secretary,
        at=agency.at(),
        expected_version=top.version,
    )
    approvals.conclude_item(item=top, by=session.secretary, at=agency.at(), expected_version=top.version)
    session = again(session)
    approvals.confirm_uncontested(session=session, by=session.chair, at=agency.at(), expected_version=session.version)
    return again(session)


def adopted(agency: Agency, session: CouncilSession) -> CouncilSession:
    """Minutes adopted and, as it were, signed."""
    session = draft_minutes(
        session=session,
        by=session.secretary,
        conclusion="Nhất trí với danh sách.",
        choice_reason="",
        expected_version=session.version,
        at=agency.at(),
    )
    session = adopt_minutes(session=session, by=session.chair, expected_version=session.version, at=agency.at())
    as_signed("council_minutes")
    return session


def closed(agency: Agency, session: CouncilSession) -> CouncilSession:
    """The signed session closed; the list waits for the head."""
    session = adopted(agency, session)
    return close_session(session=session, by=session.chair, expected_version=session.version, at=agency.at())


def as_person(person: Person) -> Client:
    """A browser of this person, reading English."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client
