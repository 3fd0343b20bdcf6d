from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.models import Petition
from kpi.models import CircumstanceRecord
from organization.append_only import append_only
from workflows.models.corrections import Correction
from workflows.models.dependants import Dependant


class Ground(models.TextChoices):
    PETITION = "petition", _("A petition was accepted")
    FOUND_LATER = "found_later", _("A fault was found later")
    DISCIPLINE = "discipline", _("Discipline became known later")
    DEPENDANT = "dependant", _("It rests on a result that has changed")
    CLERICAL = "clerical", _("A clerical error (name, title)")
    CANCELLATION = "cancellation", _("The decision itself is cancelled")


@append_only
class CorrectionGround(models.Model):
    """Why one result was decided anew: the ground as data, with the petition, changed result or discipline behind it.

    Discipline (Art 11.3): the day of the act, whose decision it is with number and date; `twin_*`: the decision of
    the other side (Party or State) on the same act, which counts once together with this one. `circumstance`: on a
    yearly result, the register's entry of it.
    """

    correction = models.OneToOneField(Correction, on_delete=models.PROTECT, related_name="ground")
    kind = models.CharField(_("ground"), max_length=12, choices=Ground)
    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, null=True, related_name="grounds")
    dependant = models.ForeignKey(Dependant, on_delete=models.PROTECT, null=True, related_name="grounds")
    circumstance = models.ForeignKey(CircumstanceRecord, on_delete=models.PROTECT, null=True, related_name="grounds")
    act_on = models.DateField(_("day of the act"), null=True)
    organisation = models.CharField(_("who disciplined"), max_length=200, blank=True)
    decision_number = models.CharField(_("number of the decision"), max_length=60, blank=True)
    decision_on = models.DateField(_("date of the decision"), null=True)
    twin_number = models.CharField(_("number of the twin decision"), max_length=60, blank=True)
    twin_on = models.DateField(_("date of the twin decision"), null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="petition") | Q(petition__isnull=False), name="ground_names_its_petition"
            ),
            models.CheckConstraint(
                condition=~Q(kind="dependant") | Q(dependant__isnull=False), name="ground_names_its_dependant"
            ),
            models.CheckConstraint(
                condition=~Q(kind="discipline")
                | (
                    Q(act_on__isnull=False, decision_on__isnull=False, decision_on__gte=F("act_on"))
                    & ~Q(organisation="")
                    & ~Q(decision_number="")
                ),
                name="ground_names_its_discipline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.correction}: {self.get_kind_display()}"
