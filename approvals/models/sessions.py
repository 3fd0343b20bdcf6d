import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from approvals.models.councils import Council, CouncilMember
from organization.append_only import append_only
from organization.models import Person


class SessionState(models.TextChoices):
    CONVENED = "convened", _("Convened")
    IN_SESSION = "in_session", _("In session")
    ADJOURNED = "adjourned", _("Adjourned")
    MINUTES_DRAFTED = "minutes_drafted", _("Minutes drafted")
    ADOPTED = "adopted", _("Minutes adopted")
    SIGNED = "signed", _("Minutes signed")
    CLOSED = "closed", _("Closed")


class CouncilSession(models.Model):
    """One meeting of a council, from the invitation to its signed minutes.

    `chair` and `secretary` are the persons of this session. `ceiling` is the checked statement on the whole list,
    as plain data. `sittings`: who was there before each break, as plain data; the roll is called anew after it.
    `resumes_at`: when an adjourned meeting goes on. Transitions neither lock nor save: only `approvals.actions` call
    them.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveIntegerField(_("number"))
    state = FSMField(_("state"), choices=SessionState.choices, default=SessionState.CONVENED, protected=True)
    version = models.PositiveIntegerField(default=1)
    scheduled_at = models.DateTimeField(_("scheduled for"))
    place = models.CharField(_("place"), max_length=250)
    chair = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="chaired_sessions")
    secretary = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recorded_sessions")
    opened_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    adopted_at = models.DateTimeField(_("minutes adopted"), null=True, blank=True)
    resumes_at = models.DateTimeField(_("continues on"), null=True, blank=True)
    resumes_place = models.CharField(_("continues at"), max_length=250, blank=True)
    sittings = models.JSONField(_("sittings before the last"), default=list, blank=True)
    conclusion = models.TextField(_("conclusion"), max_length=4000, blank=True)
    ceiling = models.JSONField(_("ceiling"), default=dict, blank=True)
    choice_reason = models.TextField(_("reason for the choice among equals"), max_length=4000, blank=True)

    class Meta:
        ordering = ["-scheduled_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["council", "number"], name="session_number_once")]

    def __str__(self) -> str:
        return f"{self.council} #{self.number}"

    @transition(field=state, source=SessionState.CONVENED, target=SessionState.IN_SESSION)
    def open(self) -> None:
        """The meeting begins."""

    @transition(field=state, source=SessionState.IN_SESSION, target=SessionState.ADJOURNED)
    def adjourn(self) -> None:
        """The meeting breaks off, to continue later."""

    @transition(field=state, source=SessionState.ADJOURNED, target=SessionState.IN_SESSION)
    def resume(self) -> None:
        """The meeting continues."""

    @transition(
        field=state,
        source=[SessionState.IN_SESSION, SessionState.MINUTES_DRAFTED],
        target=SessionState.MINUTES_DRAFTED,
    )
    def draft_minutes(self) -> None:
        """The minutes are ready to be read out; read out and amended they are drafted again."""

    @transition(field=state, source=SessionState.MINUTES_DRAFTED, target=SessionState.ADOPTED)
    def adopt(self) -> None:
        """The meeting adopts its minutes: nothing in them changes any more."""

    @transition(field=state, source=SessionState.ADOPTED, target=SessionState.SIGNED)
    def sign(self) -> None:
        """Every signer of the minutes has signed."""

    @transition(field=state, source=SessionState.SIGNED, target=SessionState.CLOSED)
    def close(self) -> None:
        """Nothing is left to do."""


class Attendance(models.Model):
    """Whether a member of the roster is present (None: not yet called), and why not.

    An alternate counts and votes only while he stands in for an absent member. `party`: he represents the Party
    committee at the legal meeting.
    """

    session = models.ForeignKey(CouncilSession, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="attendances")
    present = models.BooleanField(_("present"), null=True)
    reason = models.CharField(_("reason of absence"), max_length=300, blank=True)
    standing_in_for = models.ForeignKey(
        CouncilMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    party = models.BooleanField(_("represents the Party committee"), default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="attendance_once"),
            models.UniqueConstraint(fields=["session", "standing_in_for"], name="one_alternate_per_seat"),
            models.CheckConstraint(condition=Q(present=True) | Q(standing_in_for=None), name="stand_in_is_present"),
            models.CheckConstraint(
                condition=Q(present__isnull=True) | Q(present=True) | ~Q(reason=""), name="absence_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.present}"


@append_only
class MinutesText(models.Model):
    """One wording of the minutes between the first draft and their adoption: what they said, and who wrote it so."""

    session = models.ForeignKey(CouncilSession, on_delete=models.PROTECT, related_name="wordings")
    number = models.PositiveSmallIntegerField(_("number"))
    conclusion = models.TextField(_("conclusion"), max_length=4000, blank=True)
    choice_reason = models.TextField(_("reason for the choice among equals"), max_length=4000, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["session", "number"]
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="minutes_wording_number_once")]

    def __str__(self) -> str:
        return f"{self.session} – {self.number}"
