import uuid
from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kpi.inputs import ScoreInputs
from kpi.models.schemes import ScoringScheme
from kpi.models.scorecards import Scorecard
from kpi.scoring import Score
from kpi.years import YearInputs
from organization.append_only import append_only
from organization.models import Person


class AdjustmentTarget(models.TextChoices):
    """What was changed; `item` is a criterion, a line's uuid, or the letter of a leader's component."""

    GENERAL = "general", _("General criterion")
    DONE = "done", _("Quantity done")
    LEADER = "leader", _("Leader's component")
    FAILED_REVIEWS = "failed_reviews", _("Failed reviews")
    FAILED_REVIEWS_WAIVED = "failed_reviews_waived", _("Failed reviews waived")
    DELAYS = "delays", _("Delays")
    DELAYS_WAIVED = "delays_waived", _("Delays waived")
    KIND = "kind", _("Kind of line")


@append_only
class ScoreAdjustment(models.Model):
    """One change by a competent person, with its reason. `new` empty: the person's own entry counts again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="adjustments")
    target = models.CharField(_("target"), max_length=24, choices=AdjustmentTarget)
    item = models.CharField(_("item"), max_length=40)
    label = models.CharField(_("name"), max_length=600, blank=True)
    old = models.CharField(_("old value"), max_length=40, blank=True)
    new = models.CharField(_("new value"), max_length=40, blank=True)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    under = models.JSONField(_("authority"), default=dict)
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["scorecard", "id"])]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.target} {self.item}: {self.old} → {self.new}"


@append_only
class ScoreSnapshot(models.Model):
    """A score as it stood at a step, with all it was made from. The total is exact: numerator over denominator."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="snapshots")
    scheme = models.ForeignKey(ScoringScheme, on_delete=models.PROTECT, related_name="snapshots")
    stage = models.CharField(_("stage"), max_length=40)
    round = models.PositiveIntegerField(_("round"), default=1)
    reviewed = models.BooleanField(_("as reviewed"))
    inputs = models.JSONField()
    result = models.JSONField()
    status = models.CharField(max_length=20)
    total_numerator = models.CharField(max_length=400, blank=True)
    total_denominator = models.CharField(max_length=400, blank=True)
    class_code = models.CharField(_("class"), max_length=10, blank=True)
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["scorecard", "stage", "round"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="complete", total_numerator__gt="", total_denominator__gt="")
                | (~Q(status="complete") & Q(total_numerator="", total_denominator="")),
                name="snapshot_total_of_complete_scores_only",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.round}"

    @property
    def total(self) -> Fraction | None:
        """The exact total, None when the score was not complete."""
        if not self.total_denominator:
            return None
        return Fraction(int(self.total_numerator), int(self.total_denominator))

    def recompute(self) -> Score:
        """The score again, from the kept inputs under the kept scheme version."""
        kept: ScoreInputs | YearInputs = (
            YearInputs.from_json(self.inputs) if "sources" in self.inputs else ScoreInputs.from_json(self.inputs)
        )
        return kept.score(self.scheme.scheme)
