"""A secret vote: who voted and what was voted stand in tables that nothing links (see docs/decisions/0019)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.classes import CLASSES
from approvals.models.cases import AgendaItem
from approvals.models.councils import CouncilMember
from approvals.quorum import ABSTAIN
from organization.append_only import append_only

CHOICE_KNOWN = Q(choice__in=[*CLASSES, ABSTAIN])


@append_only
class SecretVoter(models.Model):
    """A member has voted in this secret round; nothing here says what."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="secret_voters")
    round = models.PositiveSmallIntegerField()
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["item", "round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "round", "member"], name="one_secret_vote_per_member_and_round")
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.item_id}.{self.round}"


class UrnCount(models.Model):
    """The urn of a running secret round: one row a choice, there from its opening on. Emptied when it is counted."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="urn")
    round = models.PositiveSmallIntegerField()
    choice = models.CharField(_("choice"), max_length=10)
    votes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["item", "round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "round", "choice"], name="one_urn_row_per_choice"),
            models.CheckConstraint(condition=CHOICE_KNOWN, name="urn_choice_known"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}.{self.round} {self.choice}"


@append_only
class SecretCount(models.Model):
    """The result of a secret round, all choices written together when the urn was opened and counted."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="secret_counts")
    round = models.PositiveSmallIntegerField()
    choice = models.CharField(_("choice"), max_length=10)
    votes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["item", "round", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "round", "choice"], name="one_secret_count_per_choice"),
            models.CheckConstraint(condition=CHOICE_KNOWN, name="secret_count_choice_known"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}.{self.round} {self.choice}: {self.votes}"
