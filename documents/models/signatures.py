import uuid

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
    """Where a key is kept, and so how it is asked to sign."""

    PKCS12 = "pkcs12", _("key file on this server")
    PKCS11 = "pkcs11", _("hardware module of this server")
    CSC = "csc", _("remote signing service")
    TOKEN = "token", _("personal token at the own computer")


class SigningKey(models.Model):
    """A certificate of a person, or an agency's seal, and the door to its key. Never deleted: it is on record.

    `path` is relative to KEYS_DIR: the key file, and the name a seal's PIN file stands beside. `certificates` holds
    the certificate and its chain (PEM), the signer's first. `credential` names the key on the token or the service.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="signing_keys"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="seal_keys")
    door = models.CharField(_("door"), max_length=20, choices=Door, default=Door.PKCS12)
    path = models.CharField(max_length=200, blank=True)
    token = models.CharField(_("token label"), max_length=32, blank=True)
    credential = models.CharField(_("name of the key"), max_length=200, blank=True)
    certificates = models.TextField(blank=True)
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
            models.CheckConstraint(
                condition=~Q(door=Door.TOKEN) | Q(person__isnull=False), name="a_seal_never_lies_on_a_personal_token"
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:16]

    @property
    def place(self) -> tuple[str, ...]:
        """Everything that says where the key lies."""
        return self.door, self.path, self.token, self.credential, self.fingerprint


class PinTrial(models.Model):
    """Wrong PINs typed for one key from one address; locked for a while after too many (account and address)."""

    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="pin_trials")
    address = models.CharField(max_length=64, blank=True)
    wrong = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "address"], name="one_count_per_key_and_address")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.wrong}"


class PreparedSignature(models.Model):
    """A signature half made: the file with a place left open, and the digest that the person's own token signs.

    Good once, for this state of the document (`base_sha256`), until `expires_at` on the database's clock.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slot = models.ForeignKey(SignatureSlot, on_delete=models.PROTECT, related_name="prepared")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="prepared")
    base_sha256 = models.CharField(max_length=64)
    fill = models.JSONField(default=dict)
    pdf = models.BinaryField()
    gap = models.JSONField()
    signed_attributes = models.BinaryField()
    document_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    prepared_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.digest[:16]}"
