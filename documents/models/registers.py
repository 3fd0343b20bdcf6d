from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.documents import Document
from organization.append_only import append_only
from organization.models import Unit


class NumberBook(models.Model):
    """The counter of one agency, book and year. Its row is locked last, for as short as possible."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    book = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["unit", "book", "year"]
        constraints = [models.UniqueConstraint(fields=["unit", "book", "year"], name="one_counter_per_book_and_year")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.book} {self.year}: {self.last}"


class RegisterEvent(models.TextChoices):
    ARCHIVED = "archived", _("archived")
    CANCELLED = "cancelled", _("cancelled")
    REPLACED = "replaced", _("replaced")
    AMENDED = "amended", _("amended")
    ANNULLED = "annulled", _("annulled")
    DISPOSED = "disposed", _("disposed of")
    RENEWED = "renewed", _("time-stamped again")


@append_only
class RegisterLine(models.Model):
    """One line of an agency's register: this hash counted from this time on, or no longer counts."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    sequence = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    number = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    event = models.CharField(max_length=10, choices=RegisterEvent, default=RegisterEvent.ARCHIVED)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="register_lines")

    class Meta:
        ordering = ["unit", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "sequence"], name="one_register_line_per_sequence"),
            models.UniqueConstraint(
                fields=["document", "event"],
                condition=~models.Q(event="renewed"),  # every decade or so
                name="one_register_line_per_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.sha256[:16]}"


@append_only
class RegisterSheet(models.Model):
    """One closed sheet of an agency's register, chained to the sheet before it by that sheet's hash."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    ordinal = models.PositiveIntegerField()
    day = models.DateField()
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    last_sequence = models.PositiveIntegerField()
    recovered = models.BooleanField(default=False)  # entered again from its published copy after a restore

    class Meta:
        ordering = ["unit", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["unit", "ordinal"], name="one_sheet_per_ordinal")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day} {self.sha256[:16]}"


@append_only
class SheetToken(models.Model):
    """The time stamp (RFC 3161, kept in the archive by its hash) of a closed sheet; a sheet without one owes it."""

    sheet = models.OneToOneField(RegisterSheet, on_delete=models.PROTECT, related_name="token")
    sha256 = models.CharField(max_length=64)
    stamped_at = models.DateTimeField()

    class Meta:
        ordering = ["sheet"]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.stamped_at:%Y-%m-%dT%H:%M:%S%z}"


@append_only
class WitnessMail(models.Model):
    """The head of a sheet has left by mail for a witness; a witness without a row waits for it."""

    sheet = models.ForeignKey(RegisterSheet, on_delete=models.PROTECT, related_name="mails")
    address = models.EmailField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sheet", "id"]
        constraints = [models.UniqueConstraint(fields=["sheet", "address"], name="one_mail_per_sheet_and_witness")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.address}"
