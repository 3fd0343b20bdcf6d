import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kpi.models.scorecards import Scorecard, ScoreLine
from organization.models import Person


class EvidenceFile(models.Model):
    """A file that shows a result, kept by its hash; its bytes are never rewritten."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="evidence")
    line = models.ForeignKey(ScoreLine, on_delete=models.CASCADE, null=True, blank=True, related_name="evidence")
    item_code = models.CharField(_("criterion"), max_length=10, blank=True)
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind of file"), max_length=5)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "sha256"], condition=Q(line__isnull=False), name="evidence_once_per_line"
            ),
            models.UniqueConstraint(
                fields=["scorecard", "item_code", "sha256"],
                condition=Q(line__isnull=True),
                name="evidence_once_per_item",
            ),
            models.CheckConstraint(
                condition=Q(line__isnull=True) ^ Q(item_code=""), name="evidence_of_a_line_or_an_item"
            ),
        ]

    def __str__(self) -> str:
        return self.name
