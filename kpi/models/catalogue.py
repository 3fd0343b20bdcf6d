import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.models import Unit

COMPLEXITY_GROUPS = 5  # at most five (Decree 335/2025, Art 13)


class Catalogue(models.Model):
    """A unit's product catalogue in one version. Only a decided one counts, and then it changes no more (Art 13)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        DECIDED = "decided", _("Decided")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="catalogues")
    name = models.CharField(_("name"), max_length=250)
    version = models.PositiveIntegerField(_("version"), default=1)
    standard_points = models.DecimalField(_("points of the standard product"), max_digits=8, decimal_places=2)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    practice = models.BooleanField(_("practice space"), default=False)

    class Meta:
        ordering = ["unit_id", "name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name", "version"], name="catalogue_version_once"),
            models.CheckConstraint(condition=Q(standard_points__gt=0), name="catalogue_standard_points_positive"),
            models.CheckConstraint(
                condition=~Q(state="decided") | (Q(decided_on__isnull=False) & ~Q(decision_number="")),
                name="catalogue_decided_by_numbered_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"


class Product(models.Model):
    """A product of work with its conversion factor k: exact, points / points of the standard product."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    catalogue = models.ForeignKey(Catalogue, on_delete=models.CASCADE, related_name="products")
    code = models.CharField(_("code"), max_length=40)
    task = models.CharField(_("task"), max_length=500)
    detail = models.TextField(_("detailed work"), blank=True)
    output = models.CharField(_("output"), max_length=500, blank=True)
    group = models.PositiveSmallIntegerField(
        _("complexity group"), validators=[MinValueValidator(1), MaxValueValidator(COMPLEXITY_GROUPS)]
    )
    point_range = models.CharField(_("range of points"), max_length=40, blank=True)
    points = models.DecimalField(_("points"), max_digits=8, decimal_places=2)
    factor = models.DecimalField(_("conversion factor k"), max_digits=12, decimal_places=6)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["catalogue_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "code"], name="product_code_once_per_catalogue"),
            models.CheckConstraint(
                condition=Q(group__gte=1, group__lte=COMPLEXITY_GROUPS), name="product_group_one_to_five"
            ),
            models.CheckConstraint(condition=Q(points__gt=0, factor__gt=0), name="product_points_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.task}"
