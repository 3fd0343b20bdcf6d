import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.classes import CLASSES
from documents.models import Document
from organization.models import Person
from workflows.models.evaluations import Evaluation


class PartyOpinion(models.Model):
    """The Party committee's opinion on a leader's class (Art 21): asked of its secretary, then received once.

    Received as a document that he signs here, or as a scan of a paper with its number; never changed afterwards.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="party_opinion")
    secretary = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="party_opinions")
    party_name = models.CharField(_("Party organisation"), max_length=250)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked"))
    held_on = models.DateField(_("meeting of the committee"), null=True, blank=True)
    members = models.PositiveSmallIntegerField(_("members"), null=True, blank=True)
    present = models.PositiveSmallIntegerField(_("present"), null=True, blank=True)
    agreed = models.PositiveSmallIntegerField(_("agreed"), null=True, blank=True)
    class_code = models.CharField(_("class"), max_length=5, blank=True)
    note = models.TextField(_("opinion"), max_length=4000, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="party_opinion"
    )
    scan_number = models.CharField(_("number of the paper"), max_length=60, blank=True)
    scan_name = models.CharField(_("file name"), max_length=200, blank=True)
    scan_kind = models.CharField(_("kind of file"), max_length=5, blank=True)
    scan_sha256 = models.CharField(max_length=64, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(_("entered"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(class_code__in=["", *CLASSES]), name="party_opinion_class_known"),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True)
                | Q(document__isnull=False)
                | (~Q(scan_sha256="") & ~Q(scan_number="")),
                name="received_party_opinion_has_its_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_name}: {self.evaluation}"
