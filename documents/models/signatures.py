from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.documents import Document
from organization.models import Unit


class SignatureSlot(models.Model):
    """One personal signature that a document needs: who is expected, in which field, in which order."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="slots")
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=40)
    field = models.CharField(max_length=60)
    expected_signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="signature_slots"
    )
    authority = models.JSONField(default=dict)
    certify = models.BooleanField(default=False)
    fillable = models.JSONField(default=list)
    fill = models.JSONField(default=dict)
    signed_at = models.DateTimeField(_("signed at"), null=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    listed_in = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="listed_slots", verbose_name=_("signed by list")
    )

    class Meta:
        ordering = ["document", "order"]
        constraints = [
            models.UniqueConstraint(fields=["document", "order"], name="one_slot_per_order"),
            models.UniqueConstraint(fields=["document", "role"], name="one_slot_per_role"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | (~Q(fingerprint="") & Q(expected_signer__isnull=False)),
                name="signed_slot_names_its_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.role}"


class Door(models.TextChoices):
    PKCS12 = "pkcs12", _("key file")


class SigningKey(models.Model):
    """A certificate of a person, or an agency's seal, and the door to its key. `path` is relative to KEYS_DIR."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="signing_keys"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="seal_keys")
    door = models.CharField(max_length=20, choices=Door, default=Door.PKCS12)
    path = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, unique=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, unit__isnull=False) | Q(person__isnull=False, unit__isnull=True),
                name="key_belongs_to_a_person_or_to_an_agency",
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(active=True), name="one_active_key_per_person"),
            models.UniqueConstraint(fields=["unit"], condition=Q(active=True), name="one_active_seal_per_agency"),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:16]
