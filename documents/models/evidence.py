from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.append_only import append_only


class StampPurpose(models.TextChoices):
    """What an archive time stamp was asked for (RFC 4998, 4 and 5)."""

    FIRST = "first", _("new files")
    RENEWAL = "renewal", _("renewal of time stamps")
    REHASH = "rehash", _("renewal of the hash tree")


@append_only
class EvidenceStamp(models.Model):
    """One archive time stamp over a hash tree; leaves and token lie in the archive under their hashes."""

    ordinal = models.PositiveIntegerField(unique=True)
    purpose = models.CharField(max_length=10, choices=StampPurpose)
    algorithm = models.CharField(max_length=10)
    count = models.PositiveIntegerField()
    leaves_sha256 = models.CharField(max_length=64)
    token_sha256 = models.CharField(max_length=64)
    stamped_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        ordering = ["ordinal"]

    def __str__(self) -> str:
        return f"{self.ordinal} {self.purpose} {self.count}"


@append_only
class EvidenceEntry(models.Model):
    """A file of the archive, or an earlier stamp, that a stamp stands for."""

    stamp = models.ForeignKey(EvidenceStamp, on_delete=models.PROTECT, related_name="entries")
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    renews = models.ForeignKey(EvidenceStamp, on_delete=models.PROTECT, null=True, related_name="renewed_by")

    class Meta:
        ordering = ["stamp", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["stamp", "sha256"], condition=~models.Q(sha256=""), name="one_entry_per_stamp_and_file"
            ),
            models.UniqueConstraint(
                fields=["stamp", "renews"], condition=models.Q(renews__isnull=False), name="one_renewal_per_stamp"
            ),
            models.CheckConstraint(
                condition=models.Q(sha256="", renews__isnull=False) | (~models.Q(sha256="") & models.Q(renews=None)),
                name="entry_is_a_file_or_a_stamp",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stamp_id} {self.sha256 or self.renews_id}"
