import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from organization.append_only import append_only
from organization.models import Person, Unit
from workflows.models.corrections import Correction
from workflows.models.evaluations import Evaluation
from workflows.models.organisations import OrganisationRating, OrganisationRuling
from workflows.models.periods import EvaluationPeriod


class DependantKind(models.TextChoices):
    LEADER = "leader", _("A leader's component d")
    LONGER_PERIOD = "longer", _("A result of a longer period")
    CEILING = "ceiling", _("The ceiling on the top class")
    ORGANISATION = "organisation", _("The rating of an organisation")
    HEAD = "head", _("The class of an organisation's head")
    ABOVE = "above", _("The rating of the organisation above")


@append_only
class Dependant(models.Model):
    """A result that rests on one that has changed: flagged when the change takes effect, never computed anew.

    What changed is a person's result (`correction`) or an organisation's class (`ruling`). `evaluation` or
    `organisation`: whose result rests on it; without both the whole list of `period`. An organisation that rests on
    another has no period. Whoever is competent settles it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, null=True, related_name="dependants")
    ruling = models.ForeignKey(OrganisationRuling, on_delete=models.PROTECT, null=True, related_name="dependants")
    kind = models.CharField(_("kind"), max_length=12, choices=DependantKind)
    period = models.ForeignKey(EvaluationPeriod, on_delete=models.PROTECT, null=True, related_name="dependants")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, null=True, related_name="dependants")
    organisation = models.ForeignKey(
        OrganisationRating, on_delete=models.PROTECT, null=True, related_name="dependants"
    )
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "kind", "evaluation"],
                condition=Q(evaluation__isnull=False),
                name="dependant_result_flagged_once",
            ),
            models.UniqueConstraint(
                fields=["correction", "kind", "period"],
                condition=Q(evaluation__isnull=True),
                name="dependant_list_flagged_once",
            ),
            models.UniqueConstraint(
                fields=["ruling", "kind", "evaluation"],
                condition=Q(evaluation__isnull=False),
                name="dependant_head_flagged_once",
            ),
            models.UniqueConstraint(
                fields=["ruling", "kind", "organisation"],
                condition=Q(organisation__isnull=False),
                name="dependant_organisation_flagged_once",
            ),
            models.CheckConstraint(
                condition=Q(correction__isnull=False, ruling__isnull=True)
                | Q(correction__isnull=True, ruling__isnull=False),
                name="dependant_rests_on_one_change",
            ),
            models.CheckConstraint(
                condition=Q(period__isnull=False) | Q(ruling__isnull=False, organisation__isnull=False),
                name="dependant_belongs_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.evaluation or self.organisation or self.period}"

    @property
    def document(self) -> Document:
        """The document by which the change took effect."""
        source = self.correction or self.ruling
        assert source is not None  # a constraint of the table
        return source.document

    @property
    def agency(self) -> Unit:
        """The agency whose list it stands on: of people, else of organisations."""
        if self.period is not None:
            return self.period.agency
        assert self.organisation is not None  # a constraint of the table
        return self.organisation.listed.agency

    @property
    def practice(self) -> bool:
        if self.period is not None:
            return self.period.practice
        assert self.organisation is not None  # a constraint of the table
        return self.organisation.listed.practice


class Settled(models.TextChoices):
    LEFT = "left", _("Left as it is, with a reason")
    REOPENED = "reopened", _("Review reopened")
    SCORED_AGAIN = "scored", _("Scored again")
    DECIDED_ANEW = "decided", _("Decided anew")


@append_only
class DependantSettlement(models.Model):
    """What a competent person did about a flag; a flag without one is open."""

    dependant = models.OneToOneField(Dependant, on_delete=models.PROTECT, related_name="settlement")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Settled)
    reason = models.TextField(_("reason"), max_length=4000, blank=True)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    under = models.JSONField(_("authority"), default=dict)
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=["left", "reopened"]) | ~Q(reason=""), name="settlement_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dependant}: {self.get_outcome_display()}"
