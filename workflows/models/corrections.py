import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models import Decision
from documents.models import Document
from organization.append_only import append_only
from organization.models import Person, Unit
from workflows.models.evaluations import Evaluation


@append_only
class Correction(models.Model):
    """One person's result replaced or annulled: which decision followed which, by which documents.

    It takes effect when the clerk issues `document`; until then the earlier decision stands. A document that is
    cancelled before its issue takes its corrections with it. Points (exact text) and title are "" where they
    stay as they were.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="corrections")
    earlier = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="corrected_by")
    later = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="corrects")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="corrections")
    notice = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="correction")
    general_points = models.CharField(_("general points"), max_length=200, blank=True)
    result_points = models.CharField(_("result points"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=150, blank=True)
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.evaluation} · {self.document}"


@append_only
class ResultTransfer(models.Model):
    """A person's results of a year handed over to the agency he has moved to (Decree 335/2025, Art 19.1)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="result_transfers")
    from_agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="results_sent")
    to_agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="results_received")
    year = models.PositiveIntegerField(_("year"))
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="results_transfer")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["to_agency", "-at"], name="transfers_received"),
            models.Index(fields=["from_agency", "-at"], name="transfers_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.from_agency} → {self.to_agency} ({self.year})"
