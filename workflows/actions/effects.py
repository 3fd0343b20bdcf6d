"""What an issued decision that replaces or annuls results changes: from its number on the new result stands."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from documents.models import Document
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import corrections, notices
from workflows.actions.dependants import flag_dependants
from workflows.actions.locks import lock_evaluation
from workflows.actions.national_results import note_corrected
from workflows.actions.settlements import settle_decided_anew
from workflows.dependants import leaders_of_changed
from workflows.models import Correction, Standing


@transaction.atomic
def take_effect(document: Document, *, by: Person, at: datetime) -> int:
    """The issued document counts from now on: each person's result is the new one, and what rests on it is flagged.

    Repeating it changes nothing.
    """
    rows = list(document.corrections.select_related("evaluation", "later", "earlier").order_by("evaluation_id"))
    _lock_with_leaders(rows)
    done = []
    for correction in rows:
        evaluation = lock_evaluation(correction.evaluation, None, after_archive=True)
        if evaluation.final_decision_id != correction.earlier_id:
            continue
        if document.kind.code == corrections.ANNULLING:
            evaluation.annul(correction.later)
        else:
            evaluation.correct(correction.later)
        event = "evaluation.annulled" if evaluation.standing == Standing.ANNULLED else "evaluation.replaced"
        evaluation.title = correction.title or evaluation.title
        evaluation.version += 1
        evaluation.save(update_fields=["standing", "final_decision", "title", "version"])
        note_corrected(evaluation, correction, at=at)
        journal(
            event=event,
            subject=evaluation,
            at=at,
            by=by,
            under=Authority.own(by),
            unit=evaluation.unit,
            changed_from=correction.earlier.class_code,
            changed_to=correction.later.class_code,
            practice=evaluation.practice,
            decision=str(correction.later.uuid),
            document=document.code,
        )
        notices.tell(event=event, people=[evaluation.person], at=at, evaluation=evaluation)
        settle_decided_anew(correction, issued_by=by, at=at)
        correction.evaluation = evaluation
        done.append(correction)
    flag_dependants(done, by=by, at=at)
    return len(done)


def _lock_with_leaders(rows: Sequence[Correction]) -> None:
    """All that this act reads and may change, in the order of the keys, before anything is read.

    The leaders too: one of them may be being approved on the old score, and is flagged once that is done.
    """
    people = [each.evaluation for each in rows]
    leaders = [leader for leader, _correction in leaders_of_changed(rows).values()]
    if people:
        lock_evaluation(people[0], None, along=[*people, *leaders], after_archive=True)


def finish_issued(*, at: datetime) -> int:
    """Let issued decisions count that a crash left between number and effect; returns how many documents."""
    left = Document.objects.filter(
        issue_released_by__isnull=False,
        corrections__evaluation__final_decision=F("corrections__earlier"),
    ).distinct()
    finished = 0
    for document in left.select_related("kind", "issue_released_by"):
        if document.issue_released_by is not None:
            finished += bool(take_effect(document, by=document.issue_released_by, at=at))
    return finished
