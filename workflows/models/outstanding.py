import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.models import Person
from workflows.models.periods import EvaluationPeriod


class OutstandingAchievement(models.Model):
    """The numbered decision that recognises an outstanding achievement, by which a list may have 25% at the top.

    Decree 335/2025, Art 20.5 (b). One stands for a period at a time; a withdrawn one is kept with its reason.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(EvaluationPeriod, on_delete=models.PROTECT, related_name="outstanding_achievements")
    number = models.CharField(_("number of the decision"), max_length=60)
    decided_on = models.DateField(_("date of the decision"))
    authority = models.CharField(_("who issued it"), max_length=250)
    text = models.TextField(_("what it recognises"), max_length=1000)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason of the withdrawal"), max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period"], condition=Q(withdrawn_at=None), name="one_standing_achievement_per_period"
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(authority="") & ~Q(text=""), name="achievement_names_its_decision"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")),
                name="achievement_withdrawn_by_whom_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.number}"
