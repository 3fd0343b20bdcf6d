from django.conf import settings
from django.db import models
from django.db.models import Q
from viewflow.workflow.models import AbstractProcess, AbstractTask

from workflows.models.evaluations import Evaluation


class EvaluationProcess(AbstractProcess):
    """The engine's process of one evaluation."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="processes")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation"], condition=Q(finished__isnull=True), name="one_live_process_per_evaluation"
            )
        ]


class EvaluationTask(AbstractTask):
    """The engine's task: the open one says whose turn it is, and nothing else does."""

    process = models.ForeignKey(EvaluationProcess, on_delete=models.PROTECT, related_name="task_set")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="evaluation_tasks"
    )

    class Meta:
        indexes = [
            models.Index(fields=["owner", "created"], condition=Q(status="ASSIGNED"), name="open_tasks_of_owner"),
            models.Index(fields=["process"], condition=Q(finished__isnull=True), name="open_tasks_of_process"),
        ]
