from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.models import Person
from workflows.models.periods import EvaluationPeriod


class InitialRole(models.TextChoices):
    """Who initials a document before its signers, in this order (Decree 30/2020: drafter, then checker)."""

    DRAFTER = "drafter", _("drafter")
    CHECKER = "checker", _("checker")


class PeriodInitials(models.Model):
    """Who initials the period's documents as drafter or checker, where its procedure asks for initials."""

    period = models.ForeignKey(EvaluationPeriod, on_delete=models.CASCADE, related_name="initials")
    role = models.CharField(_("role"), max_length=10, choices=InitialRole)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "role"], name="one_initialler_per_role")]

    def __str__(self) -> str:
        return f"{self.period} · {self.role} · {self.person}"
