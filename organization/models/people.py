import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organization.names import normal, sort_key


class PersonManager(BaseUserManager["Person"]):
    use_in_migrations = True

    def create_user(self, username: str | None, full_name: str, password: str | None = None, **extra) -> "Person":
        person = self.model(username=username, full_name=full_name, **extra)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, username: str, full_name: str, password: str | None = None, **extra) -> "Person":
        return self.create_user(username, full_name, password, is_staff=True, is_superuser=True, **extra)


class Person(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """One row a human; the login is optional. A superuser administers the machine and sees no content by that."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("personnel code"), max_length=40, unique=True, null=True, blank=True)
    username = models.CharField(_("username"), max_length=150, unique=True, null=True, blank=True)
    full_name = models.CharField(_("full name"), max_length=150)
    sort_key = models.CharField(max_length=1200, editable=False, db_index=True)
    email = models.EmailField(_("email"), blank=True)
    is_staff = models.BooleanField(_("technical staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    practice = models.BooleanField(_("practice space"), default=False)

    objects = PersonManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["sort_key", "id"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args, **kwargs) -> None:
        self.full_name = normal(self.full_name)
        self.sort_key = sort_key(self.full_name)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.rsplit(" ", 1)[-1]
