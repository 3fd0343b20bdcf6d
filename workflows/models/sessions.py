from django.db import models

from approvals.models import AgendaItem, CouncilSession
from workflows.models.evaluations import Evaluation
from workflows.models.periods import EvaluationPeriod


class PeriodSession(models.Model):
    """The council session that sits on a period's list."""

    period = models.ForeignKey(EvaluationPeriod, on_delete=models.PROTECT, related_name="sessions")
    session = models.OneToOneField(CouncilSession, on_delete=models.PROTECT, related_name="of_period")

    def __str__(self) -> str:
        return f"{self.period} · {self.session}"


class CouncilCase(models.Model):
    """Ties an agenda item (which knows only a person and class codes) to the evaluation it is about."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="council_cases")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="case")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evaluation", "item"], name="one_case_per_item")]

    def __str__(self) -> str:
        return f"{self.evaluation} · {self.item}"
