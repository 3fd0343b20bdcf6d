from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kpi.errors import KpiError
from kpi.models import ScoringScheme
from organization.actions import journal
from organization.models import Person


def scheme_for(*, subject_group: str, on: date, code: str | None = None) -> ScoringScheme | None:
    """The active version in force for a subject group that day; a national one unless `code` names another."""
    found = [
        scheme
        for scheme in ScoringScheme.objects.filter(state=ScoringScheme.State.ACTIVE).order_by("-version")
        if scheme.applies(subject_group=subject_group, on=on) and (code is None or scheme.code == code)
    ]
    if code is None:
        found = [scheme for scheme in found if not scheme.is_local]
    return found[0] if found else None


@transaction.atomic
def draft_scheme(
    *,
    code: str,
    name: str,
    rules: Mapping[str, Any],
    subject_groups: Sequence[str],
    effective_from: date,
    effective_to: date | None = None,
    by: Person,
    at: datetime,
) -> ScoringScheme:
    """A new draft version of a scheme; earlier versions stay as they are."""
    last = ScoringScheme.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    scheme = ScoringScheme.objects.create(
        code=code,
        name=name,
        version=last + 1,
        rules=dict(rules),
        subject_groups=list(subject_groups),
        effective_from=effective_from,
        effective_to=effective_to,
    )
    journal(event="scheme.drafted", subject=scheme, at=at, by=by, code=code, version=scheme.version)
    return scheme


@transaction.atomic
def activate_scheme(*, scheme: ScoringScheme, by: Person, at: datetime) -> ScoringScheme:
    """Put a draft in force; refused with the list of problems, or when it is no draft."""
    scheme = ScoringScheme.objects.select_for_update().get(pk=scheme.pk)
    if scheme.state != ScoringScheme.State.DRAFT:
        raise KpiError(_("Only a draft can be activated."))
    problems = [str(problem) for problem in scheme.problems()]
    if not scheme.subject_groups:
        problems.append(_("The scheme names no subject group."))
    if problems:
        raise KpiError(_("This scheme cannot be activated."), problems=problems)
    scheme.state = ScoringScheme.State.ACTIVE
    scheme.save(update_fields=["state"])
    journal(event="scheme.activated", subject=scheme, at=at, by=by, code=scheme.code, version=scheme.version)
    return scheme


@transaction.atomic
def retire_scheme(*, scheme: ScoringScheme, on: date, by: Person, at: datetime) -> ScoringScheme:
    """Take an active version out of use for new periods from a day; what was frozen on it stays."""
    scheme = ScoringScheme.objects.select_for_update().get(pk=scheme.pk)
    if scheme.state != ScoringScheme.State.ACTIVE:
        raise KpiError(_("Only an active scheme can be retired."))
    if on <= scheme.effective_from:
        raise KpiError(_("A scheme ends after it begins."))
    scheme.effective_to = on
    scheme.state = ScoringScheme.State.RETIRED
    scheme.save(update_fields=["state", "effective_to"])
    journal(event="scheme.retired", subject=scheme, at=at, by=by, code=scheme.code, version=scheme.version)
    return scheme
