import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from documents.models.kinds import DocumentKind
from organization.append_only import append_only
from organization.models import Unit


class State(models.TextChoices):
    REQUESTED = "requested", _("requested")
    RENDERED = "rendered", _("rendered")
    AWAITING_SIGNATURE = "awaiting_signature", _("awaiting signature")
    SIGNED = "signed", _("signed")
    NUMBERED = "numbered", _("numbered")
    SEALED = "sealed", _("sealed")
    ARCHIVED = "archived", _("archived")
    CANCELLED = "cancelled", _("cancelled")


class Trouble(models.TextChoices):
    """Why a document is late, in words for the people who wait for it."""

    TIMESTAMPS_DOWN = "timestamps_down", _("The time-stamp service does not answer; the document waits for it.")
    DISK_FULL = "disk_full", _("The archive's disk is full; the document waits for space.")
    STORE_FAILED = "store_failed", _("The archive cannot be read or written; the document waits for it.")
    FILE_DAMAGED = "file_damaged", _("A stored file is missing or damaged; the technical staff must restore it.")
    NOT_RECONCILED = (
        "not_reconciled",
        _("The data was restored from a backup; the document waits until it has been compared with the archive."),
    )
    REVOCATION_UNKNOWN = (
        "revocation_unknown",
        _("The authority does not tell which certificates it has revoked; the document waits for its list."),
    )
    SIGNER_REVOKED = (
        "signer_revoked",
        _("A certificate was revoked or not valid when it signed; the document must be replaced."),
    )
    NO_SEAL = "no_seal", _("The agency has no valid seal key; the document waits for one.")
    NO_SIGNER = "no_signer", _("No signer is named for the next signature.")
    NOT_RENDERED = "not_rendered", _("The page could not be made; it is tried again.")
    STEP_FAILED = "step_failed", _("The last step failed and is tried again.")


class DocumentQuerySet(models.QuerySet):
    def with_now(self) -> "DocumentQuerySet":
        """Each row with the database's clock as `now`: leases and pauses know no other."""
        return self.annotate(now=Now())

    def lock(self, document: "Document | uuid.UUID") -> "Document":
        """The row, locked for this transaction, with the database's `now`; its kind and unit are read along."""
        key = document.uuid if isinstance(document, Document) else document
        rows = self.select_related("kind", "unit").with_now().select_for_update(of=("self",))
        return rows.get(uuid=key)

    def waiting_for(self, person) -> "DocumentQuerySet":
        """Documents whose next signature is this person's."""
        from documents.models.signatures import SignatureSlot

        unsigned = SignatureSlot.objects.filter(document=OuterRef("document"), signed_at__isnull=True)
        mine = SignatureSlot.objects.filter(
            ~Exists(unsigned.filter(order__lt=OuterRef("order"))),
            document=OuterRef("pk"),
            expected_signer=person,
            signed_at__isnull=True,
        )
        return self.filter(Exists(mine), state=State.AWAITING_SIGNATURE)

    def ready_to_issue(self) -> "DocumentQuerySet":
        """Documents that every person has signed and that wait for the clerk's issue act."""
        return self.filter(
            Q(kind__numbered=True) | Q(kind__sealed=True), state=State.SIGNED, issue_released_at__isnull=True
        )


class Document(models.Model):
    """One paper owed by one act: frozen facts on their way to the archive. The row is its own outbox.

    `next_attempt_at` is empty exactly while the document waits for people or is finished.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("internal code"), max_length=20, unique=True, editable=False)
    kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, related_name="documents")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("issuing agency"))
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    facts = models.JSONField(editable=False)
    template_version = models.PositiveIntegerField(editable=False)
    state = FSMField(_("state"), max_length=20, choices=State, default=State.REQUESTED, protected=True)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    practice = models.BooleanField(_("practice space"), default=False)

    unsigned_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    current_sha256 = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    number = models.PositiveIntegerField(_("number"), null=True, editable=False)
    number_year = models.PositiveIntegerField(null=True, editable=False)
    book = models.CharField(max_length=20, blank=True, editable=False)
    number_text = models.CharField(_("number and symbol"), max_length=60, blank=True, editable=False, db_index=True)
    issued_on = models.DateField(_("issued on"), null=True, editable=False)
    issue_released_at = models.DateTimeField(null=True, editable=False)
    issue_released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    cancel_reason = models.CharField(_("reason of cancellation"), max_length=500, blank=True)

    requested_at = models.DateTimeField(_("requested at"))
    archived_at = models.DateTimeField(_("archived at"), null=True, editable=False)
    next_attempt_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    last_error = models.CharField(_("why it waits"), max_length=20, choices=Trouble, blank=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)

    objects = DocumentQuerySet.as_manager()
    now: datetime  # on rows read by `with_now`

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="document_work_list"
            ),
            models.Index(fields=["unit", "state"]),
            models.Index(fields=["unit", "-archived_at"], name="documents_by_archiving"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "book", "number_year", "number"], name="one_document_per_number"),
            models.CheckConstraint(
                condition=Q(number__isnull=True, number_year__isnull=True, number_text="")
                | (Q(number__gte=1, number_year__isnull=False, issued_on__isnull=False) & ~Q(number_text="")),
                name="number_year_and_text_go_together",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.REQUESTED, State.RENDERED, State.NUMBERED, State.SEALED])
                | Q(next_attempt_at__isnull=False),
                name="work_for_the_pipeline_is_never_forgotten",
            ),
            models.CheckConstraint(condition=~Q(pk=F("replaces")), name="document_replaces_another"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def waits_for_people(self) -> bool:
        return self.next_attempt_at is None and self.state not in (State.ARCHIVED, State.CANCELLED)

    # Transitions change the row in memory only: the caller holds its lock and saves it.

    @transition(field=state, source=State.REQUESTED, target=State.RENDERED)
    def keep_unsigned(self, *, sha256: str) -> None:
        self.unsigned_sha256 = self.current_sha256 = sha256

    @transition(field=state, source=State.RENDERED, target=State.AWAITING_SIGNATURE)
    def present_to_signers(self) -> None:
        self.next_attempt_at = None

    @transition(field=state, source=[State.RENDERED, State.AWAITING_SIGNATURE], target=State.SIGNED)
    def complete_signatures(self, *, now: datetime) -> None:
        """Every personal signature stands; what comes next is the clerk's act, or the archive for the other kinds."""
        self.next_attempt_at = None if self.kind.waits_for_issue else now

    @transition(field=state, source=State.SIGNED, target=State.NUMBERED)
    def take_number(self, *, number: int, year: int, text: str) -> None:
        self.number, self.number_year, self.number_text = number, year, text

    @transition(field=state, source=[State.SIGNED, State.NUMBERED], target=State.SEALED)
    def keep_sealed(self, *, sha256: str) -> None:
        self.current_sha256 = sha256

    @transition(field=state, source=[State.SIGNED, State.SEALED], target=State.ARCHIVED)
    def archive(self, *, at: datetime) -> None:
        self.archived_at, self.next_attempt_at = at, None

    @transition(
        field=state,
        source=[
            *[State.REQUESTED, State.RENDERED, State.AWAITING_SIGNATURE, State.SIGNED, State.NUMBERED],
            State.ARCHIVED,
        ],
        target=State.CANCELLED,
    )
    def cancel(self, *, reason: str) -> None:
        """A number once given stays with the cancelled document; a worker that still holds it is fenced off."""
        self.cancel_reason = reason
        self.next_attempt_at = self.lease_token = self.lease_until = None

    def keep(self) -> None:
        """Save what may change; the facts and what they were asked for never do."""
        self.save(update_fields=CHANGING)


CHANGING = [
    "state",
    "unsigned_sha256",
    "current_sha256",
    "number",
    "number_year",
    "book",
    "number_text",
    "issued_on",
    "issue_released_at",
    "issue_released_by",
    "cancel_reason",
    "archived_at",
    "next_attempt_at",
    "attempts",
    "last_error",
    "lease_token",
    "lease_until",
]


@append_only
class DocumentRevision(models.Model):
    """The hash of one stored state of the file: the archive's hash is the identity, not the signature."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    ordinal = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    step = models.CharField(max_length=20)
    role = models.CharField(max_length=40, blank=True)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["document", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["document", "ordinal"], name="one_revision_per_ordinal")]

    def __str__(self) -> str:
        return f"{self.document_id}.{self.ordinal} {self.step}"
