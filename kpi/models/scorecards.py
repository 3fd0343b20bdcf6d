import uuid
from decimal import Decimal
from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kpi.inputs import ScoreInputs
from kpi.models.catalogue import Product
from kpi.models.schemes import PeriodKind, ScoringScheme
from kpi.scoring import Leader, Line
from organization.models import Appointment, Person


class Provenance(models.TextChoices):
    COMPUTED = "computed", _("Computed here")
    PAPER = "paper", _("From a paper file")
    TRANSFERRED = "transferred", _("Handed over by another agency")


class LineKind(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HANDED_BACK = "handed_back", _("Handed back")
    TAKEN_OVER = "taken_over", _("Taken over")
    UNPLANNED = "unplanned", _("Unplanned")


def _half_or_full(*names: str) -> Q:
    condition = Q()
    for name in names:
        condition &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__in": [50, 100]})
    return condition


class Scorecard(models.Model):
    """One person's score of a period in a post. Freezes the scheme version and the role; `ends_on` is excluded.

    `draft_version` counts the autosaves of the self-assessment. d, đ (`dd`) and e are percents of leaders only.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="scorecards")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="scorecards")
    scheme = models.ForeignKey(ScoringScheme, on_delete=models.PROTECT, related_name="scorecards")
    is_leader = models.BooleanField(_("leader"))
    kind = models.CharField(_("kind of period"), max_length=10, choices=PeriodKind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    draft_version = models.PositiveIntegerField(default=0)
    draft_saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    self_dd = models.PositiveSmallIntegerField(_("đ, own opinion"), null=True, blank=True)
    self_e = models.PositiveSmallIntegerField(_("e, own opinion"), null=True, blank=True)
    leader_d = models.PositiveSmallIntegerField("d", null=True, blank=True)
    leader_dd = models.PositiveSmallIntegerField("đ", null=True, blank=True)
    leader_e = models.PositiveSmallIntegerField("e", null=True, blank=True)
    provenance = models.CharField(_("provenance"), max_length=12, choices=Provenance, default=Provenance.COMPUTED)
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "starts_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="scorecard_ends_after_start"),
            models.CheckConstraint(
                condition=_half_or_full("leader_d", "leader_dd", "leader_e", "self_dd", "self_e"),
                name="scorecard_leader_components_half_or_full",
            ),
            models.CheckConstraint(
                condition=Q(is_leader=True)
                | Q(
                    leader_d__isnull=True,
                    leader_dd__isnull=True,
                    leader_e__isnull=True,
                    self_dd__isnull=True,
                    self_e__isnull=True,
                ),
                name="scorecard_components_of_leaders_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_on:%m/%Y}"

    def inputs(self, *, reviewed: bool) -> ScoreInputs:
        """What the engine needs, on the person's own entries or as the reviewer left them."""
        dd, e = self.self_dd, self.self_e
        if reviewed:
            dd, e = self.leader_dd, self.leader_e
        return ScoreInputs(
            kind=self.kind,
            lines=tuple(line.as_line(reviewed=reviewed) for line in self.lines.all()),
            general={
                row.item_code: None if points is None else Fraction(points)
                for row in self.general_scores.all()
                for points in [row.points(reviewed=reviewed)]
            },
            leader=Leader(d=self.leader_d, dd=dd, e=e) if self.is_leader else None,
        )


class GeneralScore(models.Model):
    """Points of one general criterion: the person's own and, where the reviewer changed them, the reviewed ones."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="general_scores")
    item_code = models.CharField(_("criterion"), max_length=10)
    self_points = models.DecimalField(_("own points"), max_digits=6, decimal_places=3, null=True, blank=True)
    reviewed_points = models.DecimalField(_("reviewed points"), max_digits=6, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ["scorecard_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "item_code"], name="general_item_once_per_scorecard"),
            models.CheckConstraint(
                condition=Q(self_points__isnull=True) | Q(self_points__gte=0), name="general_self_points_from_zero"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_points__isnull=True) | Q(reviewed_points__gte=0),
                name="general_reviewed_points_from_zero",
            ),
        ]

    def __str__(self) -> str:
        return self.item_code

    def points(self, *, reviewed: bool) -> Decimal | None:
        """The points that count: the reviewer's where he changed them, else the person's; None while not scored."""
        return self.reviewed_points if reviewed and self.reviewed_points is not None else self.self_points


class ScoreLine(models.Model):
    """One product of the period. k is frozen at assignment; `done` empty means not entered, never 0.

    Failed reviews, delays and their waivers are the competent person's (Art 14, 18.2).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="lines")
    code = models.CharField(_("code"), max_length=40)
    task = models.CharField(_("task"), max_length=500)
    output = models.CharField(_("output"), max_length=500, blank=True)
    unit_name = models.CharField(_("unit of count"), max_length=60, blank=True)
    requirement = models.TextField(_("requirement"), blank=True)
    k = models.DecimalField(_("conversion factor k"), max_digits=12, decimal_places=6)
    assigned = models.DecimalField(_("assigned"), max_digits=12, decimal_places=3)
    done = models.DecimalField(_("done"), max_digits=12, decimal_places=3, null=True, blank=True)
    reviewed_done = models.DecimalField(_("done, reviewed"), max_digits=12, decimal_places=3, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=LineKind, default=LineKind.PLANNED)
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    note = models.TextField(_("evidence and note"), max_length=4000, blank=True)
    failed_reviews = models.PositiveSmallIntegerField(_("failed reviews"), default=0)
    failed_reviews_waived = models.PositiveSmallIntegerField(_("failed reviews waived"), default=0)
    delays = models.PositiveSmallIntegerField(_("delays"), default=0)
    delays_waived = models.PositiveSmallIntegerField(_("delays waived"), default=0)

    class Meta:
        ordering = ["scorecard_id", F("month").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(condition=Q(k__gt=0), name="line_k_positive"),
            models.CheckConstraint(condition=Q(assigned__gte=0), name="line_assigned_from_zero"),
            models.CheckConstraint(condition=Q(done__isnull=True) | Q(done__gte=0), name="line_done_from_zero"),
            models.CheckConstraint(
                condition=Q(reviewed_done__isnull=True) | Q(reviewed_done__gte=0), name="line_reviewed_from_zero"
            ),
            models.CheckConstraint(
                condition=Q(failed_reviews_waived__lte=F("failed_reviews")), name="line_waived_reviews_within_errors"
            ),
            models.CheckConstraint(
                condition=Q(delays_waived__lte=F("delays")), name="line_waived_delays_within_errors"
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__gte=1, month__lte=12), name="line_month_of_the_year"
            ),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="line_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.task}"

    def done_as(self, *, reviewed: bool) -> Decimal | None:
        """The quantity that counts: the reviewer's where he changed it, else the person's; None while not entered."""
        return self.reviewed_done if reviewed and self.reviewed_done is not None else self.done

    def as_line(self, *, reviewed: bool) -> Line:
        done = self.done_as(reviewed=reviewed)
        return Line(
            key=str(self.uuid),
            k=Fraction(self.k),
            assigned=Fraction(self.assigned),
            done=None if done is None else Fraction(done),
            kind=self.kind,
            month=self.month,
            failed_reviews=self.failed_reviews,
            failed_reviews_waived=self.failed_reviews_waived,
            delays=self.delays,
            delays_waived=self.delays_waived,
            title=f"{self.code} {self.task}".strip(),
        )
