import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.models import Appointment, Unit


class JobPosition(models.Model):
    """A post of the job-position catalogue (vị trí việc làm); `group` as the province names it, such as "A"."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=250)
    group = models.CharField(_("group"), max_length=60, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="job_positions")
    description = models.TextField(_("description"), blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PositionHolding(models.Model):
    """Which job position an appointment fills; one person may fill several."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="position_holdings")
    position = models.ForeignKey(JobPosition, on_delete=models.PROTECT, related_name="holdings")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "position"], name="position_held_once_per_post")
        ]

    def __str__(self) -> str:
        return f"{self.appointment}: {self.position.code}"
