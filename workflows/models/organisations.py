import uuid
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from documents.models import Document
from kpi.organisations import OrganisationRules, parse_organisation_rules
from organization.append_only import append_only
from organization.models import Person, Unit


class RatingState(models.TextChoices):
    OPEN = "open", _("Open")
    PROPOSED = "proposed", _("Handed in")
    DECIDED = "decided", _("Decided")
    NOTIFIED = "notified", _("Notified")
    VOID = "void", _("Left out")


class OrganisationList(models.Model):
    """The organisations that the head of one agency recognises for a year (Decree 335/2025, Art 8.5, 9).

    `rules` are frozen at the opening with the policies chosen then. `outstanding` is the numbered decision that lifts
    the ceiling from 20 to 25%, "" without one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="organisation_lists")
    year = models.PositiveIntegerField(_("year"))
    rules = models.JSONField(_("rules"))
    outstanding = models.CharField(_("decision on outstanding achievement"), max_length=150, blank=True)
    version = models.PositiveIntegerField(default=0)
    practice = models.BooleanField(_("practice space"), default=False)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["-year", "agency__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "practice"], name="one_organisation_list_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.agency} – {self.year}"

    @cached_property
    def parsed(self) -> OrganisationRules:
        return parse_organisation_rules(self.rules)


class OrganisationRating(models.Model):
    """One organisation's rating for a year: the card of its head, that of the recogniser, and the ruling in force.

    Cards hold exact text by row (kpi.organisations.row_codes); an absent row is not scored, which is never 0.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listed = models.ForeignKey(OrganisationList, on_delete=models.PROTECT, related_name="ratings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="organisation_ratings")
    state = FSMField(_("state"), choices=RatingState.choices, default=RatingState.OPEN, protected=True)
    own = models.JSONField(_("own card"), default=dict)
    own_note = models.TextField(_("results and shortcomings"), blank=True, max_length=4000)
    scored = models.JSONField(_("the recogniser's card"), default=dict)
    comment = models.TextField(_("the recogniser's remark"), blank=True, max_length=4000)
    left_out_for = models.TextField(_("reason for leaving it out"), blank=True, max_length=1000)
    ruling = models.ForeignKey(
        "OrganisationRuling", on_delete=models.PROTECT, null=True, blank=True, related_name="in_force_for"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["unit__position", "unit__code", "id"]
        constraints = [
            models.UniqueConstraint(fields=["listed", "unit"], name="one_rating_per_organisation"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "proposed", "void"]) | Q(ruling__isnull=False),
                name="decided_organisation_names_its_ruling",
            ),
        ]
        indexes = [models.Index(fields=["unit", "state"])]

    def __str__(self) -> str:
        return f"{self.unit} – {self.listed.year}"

    @transition(field=state, source=RatingState.OPEN, target=RatingState.PROPOSED)
    def hand_in(self) -> None:
        """The head of the organisation stands by his own card."""

    @transition(field=state, source=RatingState.PROPOSED, target=RatingState.OPEN)
    def take_back(self) -> None:
        """The head of the organisation corrects his own card, before the decision."""

    @transition(
        field=state,
        source=[RatingState.OPEN, RatingState.PROPOSED, RatingState.DECIDED, RatingState.NOTIFIED],
        target=RatingState.DECIDED,
    )
    def decide(self, ruling: "OrganisationRuling") -> None:
        """The recogniser's act is recorded: on an open card where nobody heads the organisation, on a decided one
        where its decision was cancelled."""
        self.ruling = ruling

    @transition(field=state, source=RatingState.DECIDED, target=RatingState.NOTIFIED)
    def notify(self) -> None:
        """The written notice to the organisation is issued."""

    @transition(field=state, source=[RatingState.DECIDED, RatingState.NOTIFIED], target=RatingState.DECIDED)
    def replace(self, ruling: "OrganisationRuling") -> None:
        """An issued later decision stands in the place of the earlier one; its notice is still to be issued."""
        self.ruling = ruling

    @transition(field=state, source=[RatingState.OPEN, RatingState.PROPOSED], target=RatingState.VOID)
    def leave_out(self) -> None:
        """The organisation is not rated this year, for a recorded reason."""

    @transition(field=state, source=RatingState.VOID, target=RatingState.OPEN)
    def take_up_again(self) -> None:
        """It was left out by mistake; what was typed before still stands on its cards."""


@append_only
class OrganisationRuling(models.Model):
    """One decision on one organisation: never edited, replaced by a later one that points back (`earlier`).

    `total` and `card` are exact text as they stood; `fitted` is the class that points and conditions gave, "" where
    none fitted. A ruling with an `earlier` counts from the day the clerk issues its document.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rating = models.ForeignKey(OrganisationRating, on_delete=models.PROTECT, related_name="rulings")
    class_code = models.CharField(_("class"), max_length=10)
    score_class = models.CharField(_("class by points"), max_length=10)
    fitted = models.CharField(_("class by points and conditions"), max_length=10, blank=True)
    total = models.CharField(_("total points"), max_length=200)
    card = models.JSONField(_("card"))
    reason = models.TextField(_("reason"), blank=True, max_length=4000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    under = models.JSONField(_("authority"), default=dict)
    at = models.DateTimeField(_("time"))
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="organisation_rulings")
    notice = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="organisation_ruling")
    earlier = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.rating}: {self.class_code}"
