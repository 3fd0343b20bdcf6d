import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from approvals.models.decisions import Decision
from organization.models import Person


class PetitionState(models.TextChoices):
    RECEIVED = "received", _("Received")
    PREPARED = "prepared", _("Answer prepared")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    PARTLY = "partly", _("Accepted in part")
    REJECTED = "rejected", _("Not accepted")


class Petition(models.Model):
    """A person's petition against his score or class, from its receipt to the written answer (Art 22).

    `due_on`: last working day of the answer's term, counted when it was received. Transitions neither lock nor save.
    """

    class Target(models.TextChoices):
        SCORE = "score", _("the score")
        CLASS = "class", _("the class")

    class Way(models.TextChoices):
        SYSTEM = "system", _("in the system")
        HAND = "hand", _("by hand")
        POST = "post", _("by post")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="petitions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="petitions")
    target = models.CharField(_("against"), max_length=5, choices=Target)
    request = models.TextField(_("what is asked for, and why"), max_length=4000)
    way = models.CharField(_("received"), max_length=6, choices=Way, default=Way.SYSTEM)
    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("to be answered by"))
    term = models.CharField(_("term and its basis"), max_length=300)
    state = FSMField(_("state"), choices=PetitionState.choices, default=PetitionState.RECEIVED, protected=True)
    version = models.PositiveIntegerField(default=1)
    preparer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    findings = models.TextField(_("what was examined and found"), max_length=4000, blank=True)
    advice = models.CharField(_("proposed outcome"), max_length=10, choices=Outcome, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "target"],
                condition=Q(state__in=["received", "prepared"]),
                name="one_open_petition_per_result",
            ),
            models.CheckConstraint(
                condition=Q(preparer=None) | ~Q(preparer=F("person")), name="petition_not_prepared_by_its_person"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | (~Q(outcome="") & ~Q(answer="") & Q(answered_by__isnull=False) & Q(answered_at__isnull=False)),
                name="answered_petition_says_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | (~Q(answered_by=F("person")) & ~Q(answered_by=F("preparer"))),
                name="petition_answered_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_target_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in (PetitionState.RECEIVED, PetitionState.PREPARED)

    @transition(field=state, source=[PetitionState.RECEIVED, PetitionState.PREPARED], target=PetitionState.PREPARED)
    def prepare(self) -> None:
        """The preparer has examined the case and proposes an answer."""

    @transition(field=state, source=PetitionState.PREPARED, target=PetitionState.ANSWERED)
    def conclude(self) -> None:
        """The competent person answers."""

    @transition(field=state, source=[PetitionState.RECEIVED, PetitionState.PREPARED], target=PetitionState.WITHDRAWN)
    def withdraw(self) -> None:
        """The person takes the petition back."""
