import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from approvals.models import Decision
from kpi.models import Scorecard
from organization.models import Appointment, Person, Unit
from workflows.models.periods import EvaluationPeriod


class Standing(models.TextChoices):
    OPEN = "open", _("Open")
    DECIDED = "decided", _("Decided")
    PUBLISHED = "published", _("Published")
    REPLACED = "replaced", _("Replaced")
    VOID = "void", _("Void")
    ANNULLED = "annulled", _("Annulled")


class Evaluation(models.Model):  # type: ignore[django-manager-missing]
    """One person's evaluation in a post and a period. Freezes the unit, the reviewer, the role and the duty group."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(EvaluationPeriod, on_delete=models.PROTECT, related_name="evaluations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="evaluations")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="evaluations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="evaluations")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews")
    scorecard = models.OneToOneField(Scorecard, on_delete=models.PROTECT, related_name="evaluation")
    title = models.CharField(_("title"), max_length=150)
    duty_group = models.CharField(_("group of similar duty"), max_length=60)
    is_leader = models.BooleanField(_("leader"))
    standing = FSMField(_("standing"), choices=Standing.choices, default=Standing.OPEN, protected=True)
    round = models.PositiveIntegerField(_("round"), default=1)
    version = models.PositiveIntegerField(default=0)
    final_decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="final_of"
    )
    strengths = models.TextField(_("strengths"), blank=True, max_length=4000)
    limitations = models.TextField(_("limitations"), blank=True, max_length=4000)
    self_class = models.CharField(_("own class"), max_length=5, blank=True)
    score_is_stale = models.BooleanField(_("score to be computed again"), default=False)
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["unit__position", "person__sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "person", "appointment"],
                condition=~Q(standing__in=["replaced", "void"]),
                name="one_live_evaluation_per_post",
            ),
            models.CheckConstraint(condition=~Q(reviewer=F("person")), name="evaluation_not_own_reviewer"),
            models.CheckConstraint(
                condition=Q(standing__in=["open", "void"]) | Q(final_decision__isnull=False),
                name="decided_evaluation_names_its_decision",
            ),
        ]
        indexes = [models.Index(fields=["period", "standing"]), models.Index(fields=["reviewer", "standing"])]

    def __str__(self) -> str:
        return f"{self.person} – {self.period}"

    @transition(field=standing, source=Standing.OPEN, target=Standing.DECIDED)
    def decide(self, decision: Decision) -> None:
        """The competent person's act is recorded."""
        self.final_decision = decision

    @transition(field=standing, source=Standing.DECIDED, target=Standing.PUBLISHED)
    def publish(self) -> None:
        """The person's notice is issued."""

    @transition(field=standing, source=Standing.PUBLISHED, target=Standing.REPLACED)
    def replace(self) -> None:
        """A new decision stands in its place (Art 21.3)."""

    @transition(field=standing, source=[Standing.PUBLISHED, Standing.ANNULLED], target=Standing.PUBLISHED)
    def correct(self, decision: Decision) -> None:
        """A new decision on the same person stands in the place of the earlier one (Art 21.3)."""
        self.final_decision = decision

    @transition(field=standing, source=Standing.PUBLISHED, target=Standing.ANNULLED)
    def annul(self, decision: Decision) -> None:
        """The decision on the person is annulled: no result stands."""
        self.final_decision = decision

    @transition(field=standing, source=Standing.OPEN, target=Standing.VOID)
    def excuse(self) -> None:
        """The person is not evaluated in this period, for a recorded reason."""
