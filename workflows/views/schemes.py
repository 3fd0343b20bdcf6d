"""The rule sets: every rule with its value, its article and its standing. Everybody may know by what he is scored."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from kpi.models import ScoringScheme
from kpi.scheme import SchemeError
from organization.models import SubjectGroup
from workflows.models import PeriodScheme
from workflows.policy import setup
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, today
from workflows.views.rule_words import sections


def _seen(request: PersonRequest):
    """Drafts are the personnel officers' business; what is or was in force is everybody's."""
    found = ScoringScheme.objects.order_by("code", "-version")
    if setup.managed_unit_ids(request.user, today()):
        return found
    return found.exclude(state=ScoringScheme.State.DRAFT)


@declares("signed_in")
@require_GET
def schemes(request: PersonRequest) -> HttpResponse:
    """All rule sets with their versions."""
    rows = [_summary(scheme) for scheme in _seen(request)]
    return render(request, "workflows/schemes/schemes.html", {"rows": rows})


def _summary(scheme: ScoringScheme) -> dict:
    problems = scheme.problems()
    try:
        local, readable = scheme.is_local, True
    except SchemeError:
        local, readable = False, False
    return {
        "scheme": scheme,
        "local": local,
        "readable": readable,
        "groups": ", ".join(str(SubjectGroup(group).label) for group in scheme.subject_groups),
        "problems": problems if scheme.state == ScoringScheme.State.DRAFT else [],
    }


@declares("signed_in")
@require_GET
def scheme(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One version: its rules in the order of the form, and the periods that froze it."""
    found = get_object_or_404(_seen(request), uuid=uuid)
    summary = _summary(found)
    used = (
        PeriodScheme.objects.filter(scheme=found, period__in=setup.watched_periods(request.user, today()))
        .select_related("period__campaign", "period__agency")
        .order_by("-period__campaign__starts_on", "period__agency__position", "id")
    )
    periods = {row.period_id: row.period for row in used}
    return render(
        request,
        "workflows/schemes/scheme.html",
        {
            **summary,
            "sections": sections(found.scheme) if summary["readable"] else [],
            "local_basis": found.local_basis if summary["readable"] else [],
            "periods": list(periods.values())[:50],
        },
    )
