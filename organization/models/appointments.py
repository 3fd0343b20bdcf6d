import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.models.people import Person
from organization.models.periods_of_validity import Dated
from organization.models.units import Unit


class SubjectGroup(models.TextChoices):
    CAN_BO = "can_bo", _("Cadre")
    CONG_CHUC = "cong_chuc", _("Civil servant")
    VIEN_CHUC = "vien_chuc", _("Public employee")
    CONTRACT = "contract", _("Contract staff")


class Duty(models.TextChoices):
    HEAD = "head", _("Head")
    DEPUTY = "deputy", _("Deputy")
    STAFF = "staff", _("Staff")


class Appointment(Dated):
    """Who holds which post in which unit, from when to when, and who scores him directly.

    `position_code` is the code in the job-position catalogue of `kpi`; it is text because this app may not point up.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    position_code = models.CharField(_("job position code"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=150)
    subject_group = models.CharField(_("subject group"), max_length=20, choices=SubjectGroup)
    duty = models.CharField(_("duty"), max_length=10, choices=Duty)
    acting = models.BooleanField(_("acting (Q.)"), default=False)
    reviewer = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="reviewed_appointments"
    )
    fields_in_charge = models.ManyToManyField(Unit, blank=True, related_name="deputies_in_charge")
    duty_group = models.CharField(_("group of similar duty"), max_length=60, blank=True)
    practice = models.BooleanField(_("practice space"), default=False)

    history = HistoricalRecords()

    class Meta(Dated.Meta):
        ordering = ["unit__position", "id"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("person")),
                name="appointment_not_own_reviewer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.title}"

    @property
    def is_leader(self) -> bool:
        """Leaders are scored with d, đ and e (Decree 335/2025, Art 15)."""
        return self.duty != Duty.STAFF
