import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.models import Person, Unit
from organization.models.periods_of_validity import Dated


class TieRule(models.TextChoices):
    """What happens when two sides of a vote are equal: the law is silent, the council's rules must say it."""

    CHAIR = "chair", _("the side of the person in the chair")
    LOWER = "lower", _("the lower class")
    NONE = "none", _("the case is put to the vote again")


class Council(Dated):
    """An evaluation council of one agency, founded by a numbered decision for a term.

    Quorum, tie rule and who signs the minutes are data of the council; `rules_basis` names the document that sets
    them. `covers`: the units whose people it judges, each with what lies below it, the agency's own row meaning only
    those directly under it; no row: the whole agency.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="councils", verbose_name=_("agency"))
    name = models.CharField(_("name"), max_length=250)
    decision_number = models.CharField(_("number of the founding decision"), max_length=60)
    decision_on = models.DateField(_("date of the founding decision"))
    quorum_numerator = models.PositiveSmallIntegerField(_("quorum, numerator"), default=2)
    quorum_denominator = models.PositiveSmallIntegerField(_("quorum, denominator"), default=3)
    tie_rule = models.CharField(_("equal votes"), max_length=10, choices=TieRule, default=TieRule.NONE)
    rules_basis = models.CharField(_("basis of quorum and tie rule"), max_length=300)
    members_sign = models.BooleanField(_("members sign the minutes too"), default=False)
    covers = models.ManyToManyField(
        Unit, blank=True, related_name="councils_covering", verbose_name=_("units that the council covers")
    )
    practice = models.BooleanField(_("practice space"), default=False)

    history = HistoricalRecords()

    class Meta(Dated.Meta):
        ordering = ["-starts_on", "-id"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(quorum_numerator__gt=0) & Q(quorum_numerator__lte=F("quorum_denominator")),
                name="council_quorum_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CouncilMember(models.Model):
    """A seat of the council. An alternate has no seat of his own: he fills that of an absent member."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chair")
        DEPUTY = "deputy", _("Deputy chair")
        SECRETARY = "secretary", _("Secretary")
        MEMBER = "member", _("Member")
        ALTERNATE = "alternate", _("Alternate member")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="council_seats")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    title = models.CharField(_("title"), max_length=150, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["council", "person"], name="one_seat_per_person"),
            models.UniqueConstraint(fields=["council"], condition=Q(role="chair"), name="one_chair_per_council"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_role_display()}"
