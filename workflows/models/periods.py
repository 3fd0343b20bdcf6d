import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from kpi.models import ScoringScheme
from organization.models import SubjectGroup, Unit
from workflows import stages
from workflows.models.campaigns import Campaign, Procedure


class Stage(models.TextChoices):
    PLANNED = stages.PLANNED, _("Planned")
    SELF_ASSESSMENT = stages.SELF_ASSESSMENT, _("Self-assessment")
    SUPERVISOR_REVIEW = stages.SUPERVISOR_REVIEW, _("Supervisor review")
    COUNCIL = stages.COUNCIL, _("Council")
    PUBLISHED = stages.PUBLISHED, _("Publication")
    ARCHIVED = stages.ARCHIVED, _("Archived")


class EvaluationPeriod(models.Model):
    """One agency's clock. It reminds and closes; it never moves a person's evaluation by itself."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="periods")
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="periods")
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="periods")
    stage = FSMField(_("stage"), choices=Stage.choices, default=Stage.PLANNED, protected=True)
    version = models.PositiveIntegerField(default=0)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    deadlines = models.JSONField(_("deadlines"), default=dict)
    people_expected = models.PositiveIntegerField(null=True, blank=True)
    people_opened = models.PositiveIntegerField(default=0)
    opening_problems = models.JSONField(default=list)
    launched_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["-campaign__starts_on", "agency__position", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "agency"], name="one_period_per_agency")]
        indexes = [models.Index(fields=["stage"])]

    def __str__(self) -> str:
        return f"{self.campaign} – {self.agency}"

    def deadline(self, stage: str) -> date | None:
        """The day by which the stage is due, None before the opening."""
        return date.fromisoformat(self.deadlines[stage]) if stage in self.deadlines else None

    @transition(field=stage, source=Stage.PLANNED, target=Stage.SELF_ASSESSMENT)
    def open(self) -> None:
        """Everybody has his evaluation and his task."""

    @transition(field=stage, source=Stage.SELF_ASSESSMENT, target=Stage.SUPERVISOR_REVIEW)
    def close_self_assessment(self) -> None:
        """Everybody has submitted and signed, or is excused."""

    @transition(field=stage, source=Stage.SUPERVISOR_REVIEW, target=Stage.COUNCIL)
    def close_review_to_council(self) -> None:
        """Everybody's review is approved and signed."""

    @transition(field=stage, source=[Stage.SUPERVISOR_REVIEW, Stage.COUNCIL], target=Stage.PUBLISHED)
    def publish(self) -> None:
        """Everybody is decided and the documents of publication are issued."""

    @transition(field=stage, source=Stage.PUBLISHED, target=Stage.ARCHIVED)
    def archive(self) -> None:
        """Every document stands in the archive."""


class PeriodScheme(models.Model):
    """The frozen scheme version by which one subject group is scored in this period."""

    period = models.ForeignKey(EvaluationPeriod, on_delete=models.CASCADE, related_name="schemes")
    subject_group = models.CharField(max_length=20, choices=SubjectGroup)
    scheme = models.ForeignKey(ScoringScheme, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "subject_group"], name="one_scheme_per_group")]

    def __str__(self) -> str:
        return f"{self.get_subject_group_display()}: {self.scheme}"
