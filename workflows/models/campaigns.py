import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflows import procedures


class PeriodKind(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class Procedure(models.Model):
    """A version of the procedure data. A used version is never changed; a change is the next version."""

    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=150)
    rules = models.JSONField(_("rules"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="procedure_version_once")]

    def __str__(self) -> str:
        return f"{self.name} (v{self.version})"

    def parsed(self) -> procedures.ProcedureRules:
        return procedures.parse(self.rules)


class Campaign(models.Model):
    """The same period in many agencies: each agency has its own clock, so that one laggard blocks nobody."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=10, choices=PeriodKind)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (excluded)"))
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="campaign_ends_after_start"),
            models.UniqueConstraint(fields=["kind", "starts_on", "practice", "name"], name="campaign_once"),
        ]

    def __str__(self) -> str:
        return self.name
