from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models.documents import Document
from organization.append_only import append_only


class Effect(models.TextChoices):
    """What a later document does to an earlier one that it does not replace as a whole."""

    AMENDED = "amended", _("amended")
    ANNULLED = "annulled", _("annulled")


@append_only
class Succession(models.Model):
    """A later document amends or annuls an earlier one, from the day the later one stands in the archive.

    Replacing as a whole is `Document.replaces`: there is one successor, and the register says so.
    """

    earlier = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="successions")
    later = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="effects")
    effect = models.CharField(max_length=10, choices=Effect)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["earlier", "later"], name="one_effect_between_two_documents"),
            models.CheckConstraint(condition=~Q(earlier=F("later")), name="succession_of_another_document"),
        ]

    def __str__(self) -> str:
        return f"{self.later_id} {self.effect} {self.earlier_id}"
