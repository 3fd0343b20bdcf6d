"""What the archivist keeps: the schedule of terms, files of documents, holds, dispositions, tombstones, transfers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.documents import Document
from documents.models.kinds import DocumentKind
from organization.append_only import append_only
from organization.models import Unit
from organization.models.periods_of_validity import Dated


def _person(**options) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class DocumentWord(models.Model):
    """One word by which a document is found: of its person's name and its subject, as written and without marks."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=40)

    class Meta:
        ordering = ["document", "word"]
        constraints = [models.UniqueConstraint(fields=["document", "word"], name="one_row_per_document_and_word")]
        indexes = [
            models.Index(
                fields=["word", "document"], name="documents_by_word", opclasses=["varchar_pattern_ops", "int8_ops"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.word}"


class RetentionRule(Dated):
    """A row of the schedule: how long documents of a kind are kept, in one agency or in all, and by which rule.

    Years count from the end of the year in which the file was closed. A term under review disposes of nothing.
    """

    class Standing(models.TextChoices):
        SETTLED = "settled", _("in force")
        UNDER_REVIEW = "under_review", _("under review")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.ForeignKey(
        DocumentKind, on_delete=models.PROTECT, related_name="retention_rules", verbose_name=_("kind")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agency")
    )
    years = models.PositiveIntegerField(_("kept for years"), null=True, blank=True)
    permanent = models.BooleanField(_("kept for ever"), default=False)
    basis = models.CharField(_("legal basis"), max_length=300)
    standing = models.CharField(_("standing"), max_length=20, choices=Standing, default=Standing.UNDER_REVIEW)
    set_by = _person(null=True)
    set_at = models.DateTimeField()

    class Meta(Dated.Meta):
        ordering = ["kind", "unit", "-starts_on", "id"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(permanent=True, years__isnull=True) | Q(permanent=False, years__gte=1),
                name="term_is_years_or_for_ever",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="term_names_its_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.unit_id or '*'} {'∞' if self.permanent else self.years}"


class FileAccess(models.TextChoices):
    """How far a file opens once archived; a document's own kind may be stricter, never wider (decision 0016)."""

    PUBLIC = "public", _("public in the agency")
    RESTRICTED = "restricted", _("restricted")
    PERSONAL = "personal", _("personal")


class RecordsFile(models.Model):
    """A file (hồ sơ): the archived documents of one matter of one agency. `origin` names the matter, once."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    origin = models.CharField(max_length=80, editable=False)
    year = models.PositiveIntegerField()
    ordinal = models.PositiveIntegerField()
    code = models.CharField(_("file code"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    access = models.CharField(_("access"), max_length=10, choices=FileAccess, default=FileAccess.RESTRICTED)
    keywords = models.CharField(_("keywords"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-year", "unit", "-ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "origin"], name="one_file_per_matter"),
            models.UniqueConstraint(fields=["unit", "year", "ordinal"], name="one_file_per_ordinal"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


@append_only
class FileEntry(models.Model):
    """A document lies in this file, at this place; it never leaves it."""

    file = models.ForeignKey(RecordsFile, on_delete=models.PROTECT, related_name="entries")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="file_entry")
    ordinal = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["file", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["file", "ordinal"], name="one_entry_per_place")]

    def __str__(self) -> str:
        return f"{self.file_id}.{self.ordinal}"


class Hold(models.Model):
    """While it stands, nothing of this file or this document is disposed of."""

    class Ground(models.TextChoices):
        DISPUTE = "dispute", _("dispute")
        PETITION = "petition", _("petition")
        AUDIT = "audit", _("inspection or audit")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(RecordsFile, on_delete=models.PROTECT, null=True, blank=True, related_name="holds")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="holds")
    ground = models.CharField(_("ground"), max_length=10, choices=Ground)
    reason = models.CharField(_("reason"), max_length=500)
    placed_by = _person()
    placed_at = models.DateTimeField()
    released_by = _person(null=True)
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=True, document__isnull=False) | Q(file__isnull=False, document__isnull=True),
                name="hold_is_on_a_file_or_a_document",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="released_hold_names_its_releaser",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ground} {self.file_id or self.document_id}"


class Disposition(models.Model):
    """Files whose term is over, on their way out: proposed, approved by the head, minuted, carried out."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        REFUSED = "refused", _("refused")
        APPROVED = "approved", _("approved; the minutes are being signed")
        DONE = "done", _("carried out")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    appraisal = models.CharField(_("appraisal by the competent archive"), max_length=300, blank=True)
    proposed_by = _person()
    proposed_at = models.DateTimeField()
    decided_by = _person(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    minutes = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="disposition")
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "refused"]) | Q(minutes__isnull=False),
                name="approved_disposition_has_minutes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.proposed_at:%Y-%m-%d}"


class DispositionItem(models.Model):
    """One file of a disposition; `listing_sha256` fixes which documents with which hashes were approved."""

    disposition = models.ForeignKey(Disposition, on_delete=models.PROTECT, related_name="items")
    file = models.ForeignKey(RecordsFile, on_delete=models.PROTECT, related_name="disposition_items")
    term = models.CharField(max_length=300)
    documents = models.PositiveIntegerField()
    listing_sha256 = models.CharField(max_length=64)
    kept_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["disposition", "id"]
        constraints = [models.UniqueConstraint(fields=["disposition", "file"], name="file_once_in_a_disposition")]

    def __str__(self) -> str:
        return f"{self.disposition_id} {self.file_id}"


@append_only
class Tombstone(models.Model):
    """What is left of a document that was disposed of: its hash, its number, what it was, and by which minutes."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="tombstone")
    file = models.ForeignKey(RecordsFile, on_delete=models.PROTECT, related_name="tombstones")
    disposition = models.ForeignKey(Disposition, on_delete=models.PROTECT, related_name="tombstones")
    minutes = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    number = models.CharField(max_length=60, blank=True)
    what = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.number or '-'} {self.sha256[:16]}"


class Transfer(models.Model):
    """Files handed over to another archive: the signed list first, then the package, made by the worker."""

    class State(models.TextChoices):
        LISTED = "listed", _("the list is being signed")
        BUILT = "built", _("the package is ready")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    receiver = _person()
    receiving_archive = models.CharField(_("receiving archive"), max_length=250)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.LISTED)
    files = models.ManyToManyField(RecordsFile, related_name="transfers")
    list_document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="transfer")
    requested_by = _person()
    requested_at = models.DateTimeField()
    built_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-requested_at", "-id"]

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.receiving_archive}"
