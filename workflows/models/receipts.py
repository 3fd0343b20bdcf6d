from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from organization.append_only import append_only
from organization.models import Person


@append_only
class NoticeReceipt(models.Model):
    """The person's own word that he has received his notice. It proves knowledge and has no other effect."""

    notice = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="receipt")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.person}: {self.notice}"
