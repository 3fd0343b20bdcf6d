from django.db import models

from organization.models import Person


class Submission(models.Model):
    """An idempotency key of a POST that creates something: the same key again leads to the first result."""

    key = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    result_url = models.CharField(max_length=300)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.action} {self.key}"
