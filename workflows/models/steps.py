from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models import Decision
from documents.models import Document
from kpi.models import ScoreSnapshot
from organization.append_only import append_only
from workflows.models.evaluations import Evaluation
from workflows.models.periods import EvaluationPeriod, Stage


@append_only
class EvaluationStep(models.Model):
    """The one joining row: what was decided in a stage and round, on which score, and which document proves it."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="steps")
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    round = models.PositiveIntegerField(_("round"))
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="step")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="steps")
    snapshot = models.ForeignKey(ScoreSnapshot, on_delete=models.PROTECT, null=True, related_name="steps")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["evaluation", "stage", "round"])]

    def __str__(self) -> str:
        return f"{self.evaluation} · {self.stage} · {self.round}"


@append_only
class PeriodDocument(models.Model):
    """A document about the whole list of a period: council minutes, the decision with its list."""

    period = models.ForeignKey(EvaluationPeriod, on_delete=models.PROTECT, related_name="documents")
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="of_period")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.period} · {self.document}"
