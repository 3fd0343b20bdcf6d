import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.classes import CLASSES
from organization.append_only import append_only
from organization.models import Capacity, Person

#: Kinds that judge a person: nobody does that in his own case, nor in that of the one whose power he uses.
JUDGING = (
    "review_approved",
    "review_returned",
    "excused",
    "council_proposed",
    "head_decided",
    "head_replaced",
    "head_annulled",
)
#: Kinds that end an earlier decision of the head (Art 21.3): always with the reason.
CORRECTING = ("head_replaced", "head_annulled")


@append_only
class Decision(models.Model):
    """What somebody decided about a person: in which capacity, with what score and class, for what reason.

    A decision is never changed; a wrong one is followed by another (Decree 335/2025, Art 21.3).
    """

    class Kind(models.TextChoices):
        SELF_SUBMITTED = "self_submitted", _("Self-assessment submitted")
        REVIEW_APPROVED = "review_approved", _("Review approved")
        REVIEW_RETURNED = "review_returned", _("Returned for correction")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXCUSED = "excused", _("Excused")
        COUNCIL_PROPOSED = "council_proposed", _("Proposed by the council")
        HEAD_DECIDED = "head_decided", _("Decided by the competent head")
        HEAD_REPLACED = "head_replaced", _("Decided anew in place of an earlier decision")
        HEAD_ANNULLED = "head_annulled", _("Annulled by the competent head")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions_received")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions_made")
    on_behalf_of = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    capacity = models.CharField(_("capacity"), max_length=5, choices=Capacity, blank=True)
    under = models.JSONField(_("authority"), default=dict)
    at = models.DateTimeField(_("time"))
    class_code = models.CharField(_("class"), max_length=5, blank=True)
    score_class = models.CharField(_("class by score"), max_length=5, blank=True)
    score_total = models.CharField(_("exact score"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), max_length=4000, blank=True)
    comment = models.TextField(_("comment"), max_length=4000, blank=True)
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "kind", "id"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=JUDGING)
                | (~Q(by=F("person")) & (Q(on_behalf_of=None) | ~Q(on_behalf_of=F("person")))),
                name="decision_not_in_own_case",
            ),
            models.CheckConstraint(condition=Q(class_code__in=["", *CLASSES]), name="decision_class_known"),
            models.CheckConstraint(condition=~Q(kind="review_returned") | ~Q(reason=""), name="return_has_reason"),
            models.CheckConstraint(condition=~Q(kind__in=CORRECTING) | ~Q(reason=""), name="correction_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person} ({self.at:%d/%m/%Y})"
