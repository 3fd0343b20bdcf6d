import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models import Petition
from documents.models import Document
from organization.append_only import append_only
from organization.models import Person
from workflows.models.evaluations import Evaluation


class PetitionCase(models.Model):
    """Where a petition meets the process: the evaluation it is about, and the documents that came of it."""

    petition = models.OneToOneField(Petition, on_delete=models.PROTECT, related_name="case")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="petition_cases")
    receipt = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    minutes = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.petition)


@append_only
class PetitionEvidence(models.Model):
    """A file handed in with a petition, kept by its hash; its bytes are never rewritten."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PetitionCase, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind of file"), max_length=5)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "sha256"], name="petition_evidence_once")]

    def __str__(self) -> str:
        return self.name
