import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.classes import CLASSES
from approvals.models.councils import CouncilMember
from approvals.models.sessions import CouncilSession
from approvals.quorum import ABSTAIN
from organization.append_only import append_only
from organization.models import Person


class AgendaItem(models.Model):
    """One person's case before the council: what he scored, what is proposed, whether it is contested.

    `ballot_round` is 0 until the case is put to the vote; a vote without a result is repeated in the next round.
    `secret` tells how the present round is voted.
    `own_total` and `last_class`, what he scored himself and his class in the period before, give the case its place.
    `presided_by` is the person in the chair for this case, which differs from the session's when he is recused;
    `counted` is how many members counted for its quorum. Both are written when the case is concluded.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(CouncilSession, on_delete=models.PROTECT, related_name="items")
    order = models.PositiveIntegerField(_("order"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="agenda_items")
    title = models.CharField(_("title"), max_length=150, blank=True)
    unit_name = models.CharField(_("unit"), max_length=250, blank=True)
    duty_group = models.CharField(_("group of similar duty"), max_length=60, blank=True)
    score_total = models.CharField(_("exact score"), max_length=200)
    score_class = models.CharField(_("class by score"), max_length=5)
    own_total = models.CharField(_("own score"), max_length=200, blank=True)
    last_class = models.CharField(_("class of the last period"), max_length=5, blank=True)
    proposed_class = models.CharField(_("proposed class"), max_length=5, blank=True)
    reason = models.TextField(_("reason"), max_length=4000, blank=True)
    contested = models.BooleanField(_("contested"), default=False)
    ballot_round = models.PositiveSmallIntegerField(default=0)
    secret = models.BooleanField(_("secret ballot"), default=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, blank=True)
    presided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    counted = models.PositiveSmallIntegerField(_("members counted"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["session", "order"]
        constraints = [
            models.UniqueConstraint(fields=["session", "order"], name="agenda_order_once"),
            models.CheckConstraint(condition=Q(score_class__in=CLASSES), name="agenda_score_class_known"),
            models.CheckConstraint(condition=Q(proposed_class__in=["", *CLASSES]), name="agenda_proposal_known"),
            models.CheckConstraint(
                condition=Q(concluded_at=None) | (~Q(proposed_class="") & Q(presided_by__isnull=False)),
                name="concluded_item_has_proposal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.person}"


class Recusal(models.Model):
    """A member who keeps out of one case: neither counted nor voting in it. An alternate may take his seat for it."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="recusals")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="recusals")
    reason = models.CharField(_("reason"), max_length=300)
    automatic = models.BooleanField(_("set by the product"), default=False)
    stand_in = models.ForeignKey(
        CouncilMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stand-in")
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "member"], name="recusal_once"),
            models.UniqueConstraint(fields=["item", "stand_in"], name="one_seat_per_stand_in"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.reason}"


class Opinion(models.Model):
    """What somebody said about a case; every opinion is recorded (Decree 335/2025, Art 21)."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="opinions")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("opinion"), max_length=4000)
    written = models.BooleanField(_("handed in before the meeting"), default=False)
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.by}: {self.text[:60]}"


@append_only
class Ballot(models.Model):
    """One member's open vote in one round; `by` entered it (the member, or the secretary for a show of hands)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="ballots")
    round = models.PositiveSmallIntegerField()
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="ballots")
    choice = models.CharField(_("choice"), max_length=10)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "round", "member"], name="one_ballot_per_member_and_round"),
            models.CheckConstraint(condition=Q(choice__in=[*CLASSES, ABSTAIN]), name="ballot_choice_known"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.choice}"
