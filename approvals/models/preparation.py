from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.cases import AgendaItem
from approvals.models.councils import CouncilMember


class PreparatoryMark(models.Model):
    """What a member thinks of a case before it is called: no vote, but the meeting discusses what is questioned."""

    class Choice(models.TextChoices):
        AGREE = "agree", _("Agree")
        QUESTION = "question", _("Question")
        ABSTAIN = "abstain", _("No opinion")

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="marks")
    member = models.ForeignKey(CouncilMember, on_delete=models.PROTECT, related_name="marks")
    choice = models.CharField(_("mark"), max_length=10, choices=Choice)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["item", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="one_mark_per_member_and_case")]

    def __str__(self) -> str:
        return f"{self.member}: {self.choice}"
