from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models.sessions import CouncilSession
from organization.models import Person


class Attendee(models.Model):
    """Somebody whom the law calls to the meeting and who has no seat in the council: he speaks and does not vote.

    `party`: he represents the Party committee.
    """

    session = models.ForeignKey(CouncilSession, on_delete=models.PROTECT, related_name="attendees")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=150, blank=True)
    present = models.BooleanField(_("present"))
    reason = models.CharField(_("reason of absence"), max_length=300, blank=True)
    party = models.BooleanField(_("represents the Party committee"), default=False)

    class Meta:
        ordering = ["person__sort_key", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="attendee_once"),
            models.CheckConstraint(condition=Q(present=True) | ~Q(reason=""), name="attendee_absence_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.present}"
