import uuid
from collections.abc import Collection
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kpi.scheme import Problem, Scheme, parse_scheme, scheme_problems


class PeriodKind(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class ScoringScheme(models.Model):
    """A version of the scoring rules as data (kpi.scheme). What is active or retired never changes again."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    FROZEN = ("code", "version", "name", "subject_groups", "rules", "effective_from")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=250)
    version = models.PositiveIntegerField(_("version"), default=1)
    subject_groups = models.JSONField(_("subject groups"), default=list)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until"), null=True, blank=True)
    rules = models.JSONField(_("rules"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="scheme_version_once"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")),
                name="scheme_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"

    def save(self, *args, **kwargs) -> None:
        self._refuse_change()
        super().save(*args, **kwargs)
        self.__dict__.pop("scheme", None)

    def _refuse_change(self) -> None:
        """Raises ValidationError when a frozen field of an active or retired version differs from what is stored."""
        if self._state.adding:
            return
        stored = type(self).objects.filter(pk=self.pk).exclude(state=self.State.DRAFT).values(*self.FROZEN).first()
        if stored and any(getattr(self, name) != value for name, value in stored.items()):
            raise ValidationError(_("An active version of a scheme is never changed: make a new version."))

    @cached_property
    def scheme(self) -> Scheme:
        """The typed rules; SchemeError when a draft cannot be read."""
        return parse_scheme(self.rules)

    @property
    def is_local(self) -> bool:
        """True when a rule stands on a local text: to be named on every page and document."""
        return self.scheme.is_local

    @property
    def local_basis(self) -> list[str]:
        """The local texts this scheme rests on, each once; empty for a national scheme."""
        return sorted({rule.basis for _path, rule in self.scheme.rules() if rule.standing == "local"})

    def problems(self) -> list[Problem]:
        """What keeps this version from being activated."""
        return scheme_problems(self.rules)

    def applies(self, *, subject_group: str, on: date) -> bool:
        """Is this active version in force for the subject group that day?"""
        groups: Collection[str] = self.subject_groups
        return (
            self.state == self.State.ACTIVE
            and subject_group in groups
            and self.effective_from <= on
            and (self.effective_to is None or on < self.effective_to)
        )
