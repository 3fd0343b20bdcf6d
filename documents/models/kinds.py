from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Access(models.TextChoices):
    """Who may read a document of a kind; the policies of the process say it person by person."""

    PERSONAL = "personal", _("the person and the competent people")
    COUNCIL = "council", _("the council and the competent people")
    UNIT = "unit", _("the agency")


class DocumentKind(models.Model):
    """One row of the registry: what a kind of document needs. Loaded by migrations from `documents.kinds`."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title_vi = models.CharField(_("Vietnamese title"), max_length=200)
    abbreviation = models.CharField(_("abbreviation in the number"), max_length=10, blank=True)
    template = models.CharField(max_length=60)
    template_version = models.PositiveIntegerField(default=1)
    signers = models.JSONField(default=list)
    numbered = models.BooleanField(_("numbered"), default=False)
    sealed = models.BooleanField(_("sealed"), default=False)
    book = models.CharField(_("number book"), max_length=10, blank=True)
    retention_years = models.PositiveIntegerField(_("kept for years"), null=True, blank=True)
    retention_basis = models.CharField(_("basis of retention"), max_length=300)
    access = models.CharField(_("access"), max_length=10, choices=Access)

    class Meta:
        ordering = ["code"]
        constraints = [
            # The number is written into the page by the seal's own revision: no seal, no place for it.
            models.CheckConstraint(condition=Q(numbered=False) | Q(sealed=True), name="numbered_kinds_are_sealed"),
            models.CheckConstraint(condition=Q(numbered=False) | ~Q(book=""), name="numbered_kinds_have_a_book"),
        ]

    def __str__(self) -> str:
        return self.title_vi

    @property
    def roles(self) -> list[str]:
        """The roles that sign, in order."""
        return [signer["role"] for signer in self.signers]

    @property
    def waits_for_issue(self) -> bool:
        """Whether the clerk's issue act stands between the last personal signature and the archive."""
        return self.numbered or self.sealed
