"""Several cases of a session in one act of its officers: what breaks a rule stays, each with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals import actions as approvals
from approvals.actions import ItemResult
from approvals.errors import Stale
from approvals.models import AgendaItem, CouncilSession
from organization.models import JournalEntry, Person
from workflows.actions.councils import proposed_classes
from workflows.actions.locks import lock_period
from workflows.ceilings import check_list
from workflows.errors import REFUSALS, NotReady, Refused, as_refused


@dataclass(frozen=True)
class Choice:
    """The class chosen for one case on a page that was drawn from `expected_version`."""

    item: AgendaItem
    class_code: str
    reason: str
    expected_version: int


@dataclass(frozen=True)
class RowResult:
    """What became of one case of the list; `refusal` is None where it was done."""

    choice: Choice
    refusal: Refused | None = None


def propose_listed(*, choices: Iterable[Choice], by: Person, at: datetime) -> list[RowResult]:
    """Propose these classes, each case for itself: a refused one does not hold up the others."""
    return [_tried(choice, by=by, at=at) for choice in choices]


def _tried(choice: Choice, *, by: Person, at: datetime) -> RowResult:
    try:
        _propose(choice, by=by, at=at)
    except REFUSALS as error:
        return RowResult(choice, as_refused(error))
    return RowResult(choice)


def _propose(choice: Choice, *, by: Person, at: datetime) -> AgendaItem:
    return approvals.propose_class(
        item=choice.item,
        class_code=choice.class_code,
        reason=choice.reason,
        by=by,
        at=at,
        expected_version=choice.expected_version,
    )


@transaction.atomic
def settle(*, choice: Choice, by: Person, at: datetime) -> AgendaItem:
    """Propose a class for a case and conclude it at once; both or nothing. Raises ApprovalRefused, Stale."""
    try:
        return _settle(choice, by=by, at=at)
    except Stale:
        arrived = _same_choice_of(choice, by)
        if arrived is None:
            raise
        return approvals.conclude_item(item=arrived, by=by, at=at, expected_version=arrived.version)


@transaction.atomic
def _settle(choice: Choice, *, by: Person, at: datetime) -> AgendaItem:
    item, version = choice.item, choice.expected_version
    standing = (item.proposed_class or item.score_class, item.reason)
    if not item.proposed_class or standing != (choice.class_code, choice.reason):
        item = _propose(choice, by=by, at=at)
        version = item.version
    return approvals.conclude_item(item=item, by=by, at=at, expected_version=version)


def _same_choice_of(choice: Choice, by: Person) -> AgendaItem | None:
    """The case as it stands, if all that has happened to it since the page was drawn is this very choice by him.

    A page sends a row as its box is left: a press on the button right after meets one's own words, nobody else's.
    """
    item = AgendaItem.objects.select_related("session", "person").get(pk=choice.item.pk)
    last = JournalEntry.objects.filter(subject_type=item._meta.label, subject_uuid=item.uuid).last()
    own = last is not None and last.event == "class.proposed" and last.by_id == by.pk
    same = (item.proposed_class, item.reason) == (choice.class_code, choice.reason.strip())
    return item if own and same and item.version == choice.expected_version + 1 else None


@transaction.atomic
def confirm_uncontested(
    *, session: CouncilSession, by: Person, expected_version: int, at: datetime
) -> list[ItemResult]:
    """Conclude every uncontested case with the class of its score, unless the list would break the ceiling so."""
    period = lock_period(session.of_period.period, None)
    check = check_list(period, proposed_classes(period))
    if check is not None and not check.holds:
        raise NotReady(
            _("The list has more people at the top class than the ceiling allows: lower a class first."),
            rule=check.basis,
        )
    return approvals.confirm_uncontested(session=session, by=by, at=at, expected_version=expected_version)
