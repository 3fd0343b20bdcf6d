import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organization.models import Person


class DeclaredInterest(models.Model):
    """Two people whom kinship or another interest keeps from judging each other, declared ahead of any meeting.

    It works both ways and for whoever stands in for one of them, in sessions called later and in those called before.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="declared_interests")
    about = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="interests_named")
    relation = models.CharField(_("relation"), max_length=200)
    declared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(_("declared at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("about")), name="interest_in_another_person"),
            models.CheckConstraint(condition=~Q(relation=""), name="interest_names_its_relation"),
            models.UniqueConstraint(
                fields=["person", "about"], condition=Q(ended_at=None), name="one_open_interest_per_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.about}: {self.relation}"
