"""Locks in the one order: period (shared) → evaluations by key → session → process → document → counter."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from organization.models import JournalEntry
from workflows.errors import AlreadyHandled, NotReady, already_handled
from workflows.models import Evaluation, EvaluationPeriod, Stage

CLOSED_STAGES = (Stage.PLANNED, Stage.ARCHIVED)


def share_period(period_id: int) -> EvaluationPeriod:
    """Read the period so that its stage cannot move under this act, while other people's acts go on."""
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(EvaluationPeriod._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR SHARE", [period_id])  # noqa: S608 (own table name)
    return EvaluationPeriod.objects.select_related("agency", "campaign", "procedure").get(pk=period_id)


def lock_period(period: EvaluationPeriod, expected_version: int | None) -> EvaluationPeriod:
    """The period's row for an act on the whole list."""
    EvaluationPeriod.objects.select_for_update().get(pk=period.pk)
    locked = EvaluationPeriod.objects.select_related("agency", "campaign", "procedure").get(pk=period.pk)
    check_version(locked, expected_version)
    return locked


def lock_evaluation(
    evaluation: Evaluation,
    expected_version: int | None,
    *,
    along: Iterable[Evaluation] = (),
    after_archive: bool = False,
) -> Evaluation:
    """The evaluation's row under lock, with its period shared. Raises AlreadyHandled or NotReady.

    `along`: others that this act changes as well; all are locked in the order of their keys. `after_archive`: the
    act is lawful in an archived period too, as a wrong result may be found years later.
    """
    period = share_period(evaluation.period_id)
    if period.stage in CLOSED_STAGES and not (after_archive and period.stage == Stage.ARCHIVED):
        raise NotReady(
            _("The period is not running: %(stage)s.") % {"stage": period.get_stage_display()},
            rule=_("Stage of the period"),
        )
    keys = {evaluation.pk, *(other.pk for other in along)}
    list(Evaluation.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    locked = Evaluation.objects.select_related("person", "reviewer", "unit", "scorecard", "appointment").get(
        pk=evaluation.pk
    )
    locked.period = period
    check_version(locked, expected_version)
    return locked


def check_version(subject: Evaluation | EvaluationPeriod, expected_version: int | None) -> None:
    """The page must have been drawn from what is stored now; None: the caller has just read it under this lock."""
    if expected_version is None or expected_version == subject.version:
        return
    raise handled_before(subject.uuid)


def handled_before(subject_uuid: UUID) -> AlreadyHandled:
    """Who was faster, and when, from the journal."""
    entry = JournalEntry.objects.filter(subject_uuid=subject_uuid).select_related("by").last()
    return already_handled(entry.by if entry else None, entry.at if entry else None)
