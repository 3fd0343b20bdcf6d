"""What the year's rating rests on besides the scores of this system: all of it entered, none of it changed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpi.models.scorecards import Provenance
from organization.append_only import append_only
from organization.models import Person


class SourceKind(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")


class CircumstanceKind(models.TextChoices):
    """The overrides of Article 20.4; the values are the paths of the scheme's rules."""

    DISCIPLINE = "discipline", _("Disciplinary act")
    DEGRADATION = "degradation", _("Concluded degradation")
    FORBIDDEN_ACTS = "forbidden_acts", _("Acts forbidden to Party members")
    EXEMPLARY_DUTY = "exemplary_duty", _("Breach of exemplary duty")
    UNIT_CORRUPTION = "unit_corruption", _("Corruption or waste in the unit managed")


class Measure(models.TextChoices):
    """Disciplinary measures, from the schemes' lists; the first two lower no class."""

    CRITICISM = "criticism", _("Criticism")
    REMINDER = "reminder", _("Reminder")
    REPRIMAND = "reprimand", _("Reprimand")
    WARNING = "warning", _("Warning")
    SALARY_REDUCTION = "salary reduction", _("Salary reduction")
    DEMOTION = "demotion", _("Demotion")
    DISMISSAL = "dismissal", _("Dismissal from post")
    REMOVAL = "removal from office", _("Removal from office")
    RESIGNATION = "forced resignation", _("Forced resignation")
    EXPULSION = "expulsion", _("Expulsion")


class Side(models.TextChoices):
    STATE = "state", pgettext_lazy("side of a decision", "State")
    PARTY = "party", pgettext_lazy("side of a decision", "Party")


class Absence(models.TextChoices):
    """Absences with which a person under six months is ranked all the same (Art 11.2)."""

    NONE = "", _("None of these")
    MATERNITY = "maternity leave", _("Maternity leave")
    SICK = "sick leave", _("Sick leave")


@append_only
class RecordedScore(models.Model):
    """A score of a month or quarter that this system did not compute; the latest entry for a time counts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recorded_scores")
    year = models.PositiveIntegerField(_("year"))
    kind = models.CharField(_("kind of period"), max_length=10, choices=SourceKind)
    number = models.PositiveSmallIntegerField(_("month or quarter"))
    total = models.DecimalField(_("total points"), max_digits=6, decimal_places=3)
    provenance = models.CharField(_("provenance"), max_length=12, choices=Provenance)
    agency_name = models.CharField(_("agency that scored"), max_length=250)
    proof = models.CharField(_("document it stands in"), max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "year"], name="recorded_scores_of_a_year")]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0, total__lte=100), name="recorded_score_of_100"),
            models.CheckConstraint(
                condition=Q(kind="month", number__gte=1, number__lte=12)
                | Q(kind="quarter", number__gte=1, number__lte=4),
                name="recorded_score_has_a_time",
            ),
            models.CheckConstraint(condition=~Q(provenance="computed"), name="recorded_score_came_from_outside"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind} {self.number}/{self.year}"


@append_only
class ServiceRecord(models.Model):
    """The months a person worked in a year and why not more; the latest entry counts, else his appointments do."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="service_records")
    year = models.PositiveIntegerField(_("year"))
    months = models.JSONField(_("months worked"), default=list)
    absence = models.CharField(_("absence under Art 11.2"), max_length=20, choices=Absence, blank=True)
    basis = models.CharField(_("document it rests on"), max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "year"], name="service_of_a_year")]

    def __str__(self) -> str:
        return f"{self.person} {self.year}: {len(self.months)}"


@append_only
class CircumstanceRecord(models.Model):
    """A fact that overrides the class by score (Art 11.3, 20.4), with the document it rests on.

    `decision_on` is the date of the numbered decision or conclusion: its year is the one that counts. `twin` names
    the other side's decision on the same act, so that the act counts once; `used_in` a year whose class it lowered.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="circumstances")
    kind = models.CharField(_("kind"), max_length=20, choices=CircumstanceKind)
    measure = models.CharField(_("disciplinary measure"), max_length=20, choices=Measure, blank=True)
    side = models.CharField(_("decided by"), max_length=5, choices=Side)
    act = models.CharField(_("what happened"), max_length=1000)
    act_on = models.DateField(_("date of the act"))
    place = models.CharField(_("organisation in which it happened"), max_length=250)
    tied_to_public_duty = models.BooleanField(_("tied to public duty"))
    decision_number = models.CharField(_("number of the decision"), max_length=60)
    decision_on = models.DateField(_("date of the decision"))
    issuer = models.CharField(_("who decided"), max_length=250)
    twin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="twins")
    used_in = models.PositiveIntegerField(_("year in which it already lowered a class"), null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="discipline") & ~Q(measure="")) | (~Q(kind="discipline") & Q(measure="")),
                name="circumstance_measure_of_discipline_only",
            ),
            models.CheckConstraint(condition=~Q(decision_number=""), name="circumstance_names_its_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.decision_number}"


@append_only
class CircumstanceEnd(models.Model):
    """A later entry by which an earlier one counts no more: repealed, or entered by mistake."""

    circumstance = models.OneToOneField(CircumstanceRecord, on_delete=models.PROTECT, related_name="end")
    reason = models.CharField(_("reason"), max_length=1000)
    proof = models.CharField(_("document it rests on"), max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.circumstance}: {self.reason[:40]}"
