import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.models import Person
from workflows.models.evaluations import Evaluation


class Notice(models.Model):
    """A line on somebody's home: something happened that concerns him. Written in the act's own transaction."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    event = models.CharField(_("event"), max_length=60)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, null=True, related_name="notices")
    text = models.CharField(_("text"), max_length=500, blank=True)
    at = models.DateTimeField(_("time"))
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["person", "-at"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.event}"
