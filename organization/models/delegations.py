import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.models.people import Person
from organization.models.periods_of_validity import Dated
from organization.models.units import Unit


class Capacity(models.TextChoices):
    """Words before the signer's title (Decree 30/2020, Annex I)."""

    OWN = "", _("in own name")
    TM = "TM.", _("for the collective")
    KT = "KT.", _("deputy for head")
    TL = "TL.", _("by order")
    TUQ = "TUQ.", _("by authorisation")
    Q = "Q.", _("acting")


class Scope(models.TextChoices):
    REVIEW = "review", _("score and review")
    DECIDE = "decide", _("decide ratings")
    SIGN = "sign", _("sign notices")


class Delegation(Dated):
    """One person's power handed to another by a document, for a scope, a unit and a time.

    Read by find_authority only.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    delegator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_held")
    capacity = models.CharField(_("capacity"), max_length=5, choices=Capacity)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    document_number = models.CharField(_("document number"), max_length=60)
    document_on = models.DateField(_("document date"))

    history = HistoricalRecords()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=~Q(delegator=F("delegate")), name="delegation_to_somebody_else"),
            models.CheckConstraint(condition=~Q(capacity=""), name="delegation_names_its_capacity"),
        ]

    def __str__(self) -> str:
        return f"{self.capacity} {self.delegator} → {self.delegate} ({self.document_number})"


class Role(models.TextChoices):
    """Standing roles of a person in a unit's subtree; relations of the process (reviewer, council) are not roles."""

    CLERK = "clerk", _("Clerk")
    ARCHIVIST = "archivist", _("Archivist")
    UNIT_HR = "unit_hr", _("Unit personnel officer")
    PROVINCE_HR = "province_hr", _("Province personnel department")
    AUDITOR = "auditor", _("Auditor")


class RoleGrant(Dated):
    """A role held in a unit and everything below it. A role removed takes effect on the next request."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="role_grants")
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "role", "unit"],
                condition=Q(ends_on__isnull=True),
                name="one_open_grant_per_role",
            ),
            models.CheckConstraint(
                condition=~Q(role="auditor") | Q(ends_on__isnull=False), name="auditor_is_time_boxed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()} – {self.unit}"
