import uuid
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from tree_queries.query import TreeQuerySet

from organization.models.periods_of_validity import Dated, DatedQuerySet


class Block(models.TextChoices):
    STATE = "state", _("State block")
    PARTY = "party", _("Party block")


class AgencyRole(models.TextChoices):
    """Who ranks whom (Decree 335/2025, Art 10): a unit without a role is a part of the agency above it."""

    MANAGING = "managing", _("Managing agency")
    USING = "using", _("Using agency")
    DIRECTLY_USING = "directly_using", _("Directly using unit")


class UnitQuerySet(DatedQuerySet, TreeQuerySet):
    pass


class Unit(Dated):  # type: ignore[django-manager-missing]
    """A body of the province in the dated tree. `abbreviation` stands in document symbols ("BB-SNV")."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=250)
    abbreviation = models.CharField(_("abbreviation"), max_length=30, blank=True)
    block = models.CharField(_("block"), max_length=10, choices=Block)
    agency_role = models.CharField(_("agency role"), max_length=20, choices=AgencyRole)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent unit"),
    )
    place = models.CharField(_("place name in documents"), max_length=100)
    position = models.PositiveIntegerField(_("order"), default=0)
    practice = models.BooleanField(_("practice space"), default=False)

    objects = UnitQuerySet.as_manager(with_tree_fields=False)  # type: ignore[misc,call-arg,django-manager-missing]
    history = HistoricalRecords()

    class Meta(Dated.Meta):
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    def agency(self) -> "Unit":
        """The nearest unit upward that is an agency of its own (managing or using)."""
        unit = self
        while unit.agency_role == AgencyRole.DIRECTLY_USING and unit.parent is not None:
            unit = unit.parent
        return unit

    def is_open_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)
