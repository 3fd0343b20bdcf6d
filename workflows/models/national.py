"""Results that are owed to the national database (Decree 335/2025, Art 26.1.d): outbox, files sent, receipts."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from approvals.models import Decision
from organization.append_only import append_only
from organization.models import Person, Unit
from workflows.models.evaluations import Evaluation


class NationalResultQuerySet(models.QuerySet["NationalResult"]):
    def waiting(self) -> "NationalResultQuerySet":
        """What stands in no file, or only in files that refused it: the next file takes it."""
        return self.exclude(Exists(_items().exclude(outcome=NationalItem.Outcome.REFUSED)))

    def refused(self) -> "NationalResultQuerySet":
        """The retry list: refused before, and in no newer file."""
        return self.waiting().filter(Exists(_items()))

    def unanswered(self) -> "NationalResultQuerySet":
        """Stands in a file that has no receipt yet."""
        return self.filter(Exists(_items().filter(outcome=NationalItem.Outcome.SENT)))

    def overdue(self, on: date) -> "NationalResultQuerySet":
        """Past its day without having been received: a file without a receipt proves nothing."""
        return self.filter(due_on__lt=on).exclude(Exists(_items().filter(outcome=NationalItem.Outcome.ACCEPTED)))


def _items() -> "QuerySet[NationalItem]":
    return NationalItem.objects.filter(result=OuterRef("pk")).order_by()


@append_only
class NationalResult(models.Model):
    """The outbox: one row for each version of a published result, written by the act by which it begins to stand.

    `facts`: the frozen result as plain data. `earlier`: the row that this one corrects. `term`: days and basis of the
    due date, in words. Practice results have no row.
    """

    class Act(models.TextChoices):
        PUBLISHED = "published", _("Published")
        REPLACED = "replaced", _("Replaced")
        ANNULLED = "annulled", _("Annulled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="national_results")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="national_result")
    act = models.CharField(_("act"), max_length=10, choices=Act)
    earlier = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="later")
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="national_results")
    facts = models.JSONField(_("result"))
    at = models.DateTimeField(_("time"))
    due_on = models.DateField(_("due on"))
    term = models.CharField(_("term and its basis"), max_length=300)

    objects = NationalResultQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["agency", "due_on"], name="national_results_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(act="published") | Q(earlier__isnull=False), name="corrected_result_names_the_earlier"
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def counts_every_day(self) -> bool:
        """Whether its term, frozen in words, counts calendar days and not working days."""
        return "ngày làm việc" not in self.term


class NationalBatch(models.Model):
    """One file for the national database: its bytes never change. `unit`: for which unit and all below it was made.

    `by_folder`: a transport was set up when it was made, so the worker lays the file into the folder, once.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="national_batches")
    number = models.PositiveIntegerField(_("number"))
    results = models.PositiveIntegerField(_("results"))
    sha256 = models.CharField(max_length=64)
    workbook_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    version = models.PositiveIntegerField(default=1)
    by_folder = models.BooleanField(_("laid into the transport folder"), default=False)
    dropped_at = models.DateTimeField(_("laid into the transport folder at"), null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="national_batch_number_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the files are called, without their ending."""
        return f"ket-qua-{self.unit.code}-{self.number:04d}"


class NationalItem(models.Model):
    """A result in a file: its line there, which attempt it is, and what the national database said of it."""

    class Outcome(models.TextChoices):
        SENT = "sent", _("Sent, no receipt yet")
        ACCEPTED = "accepted", _("Received")
        REFUSED = "refused", _("Refused")

    batch = models.ForeignKey(NationalBatch, on_delete=models.PROTECT, related_name="items")
    result = models.ForeignKey(NationalResult, on_delete=models.PROTECT, related_name="items")
    line = models.PositiveIntegerField(_("line in the file"))
    attempt = models.PositiveIntegerField(_("attempt"), default=1)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.SENT)
    reason = models.CharField(_("reason of the refusal"), max_length=500, blank=True)

    class Meta:
        ordering = ["batch", "line"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="national_line_once"),
            models.UniqueConstraint(fields=["result", "attempt"], name="national_attempt_once"),
            models.UniqueConstraint(
                fields=["result"], condition=~Q(outcome="refused"), name="result_in_one_live_batch"
            ),
            models.CheckConstraint(condition=~Q(outcome="refused") | ~Q(reason=""), name="refused_result_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.line}"


@append_only
class NationalReceipt(models.Model):
    """What the national database answered to a file; the paper or file of the answer is kept by its hash."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(NationalBatch, on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField(_("number of the receipt"), max_length=100)
    received_at = models.DateTimeField(_("time of the receipt"))
    refused = models.PositiveIntegerField(_("refused"))
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    file_kind = models.CharField(_("kind of file"), max_length=5, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="national_receipt_once")]

    def __str__(self) -> str:
        return f"{self.batch} · {self.number}"
