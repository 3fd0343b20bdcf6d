"""Who initials a period's documents as drafter and checker."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organization.models import Appointment
from workflows.actions.initials import initiallers, name_initialler
from workflows.actions.periods import own_unit_ids
from workflows.forms.initials import InitialsForm
from workflows.policy import rules
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.periods import watched


@declares("period_manager")
@require_http_methods(["GET", "POST"])
def period_initials(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Name drafter and checker of the period, where its procedure asks for initials."""
    period = watched(request, uuid)
    rules.require_period_manager(period.agency, request.user, today())
    asked = period.procedure.parsed().asks_for_initials
    posts = (
        Appointment.objects.on(today())
        .filter(unit_id__in=own_unit_ids(period.agency), person__is_active=True, practice=period.practice)
        .select_related("person", "unit")
        .order_by("unit__position", "person__sort_key", "pk")
    )
    named, refusal = initiallers(period), None
    form = InitialsForm(
        request.POST if asked and request.method == "POST" else None, roles=asked, posts=list(posts), now=named
    )
    if request.method == "POST" and form.is_valid():  # never where the procedure asks for none
        version = expected_version(request)

        @transaction.atomic
        def act():
            current = period
            for place, (role, person) in enumerate(form.named().items()):
                current = name_initialler(
                    period=current,
                    role=role,
                    person=person,
                    by=request.user,
                    expected_version=None if place else version,
                    at=now(),
                )
            return current

        done, refusal = attempt(act, form)
        if done is not None:
            messages.success(request, _("Named. Initials that are still open go to these people."))
            return redirect("period", uuid=uuid)
        period = watched(request, uuid)
    context = {
        "title": _("Initials: %(period)s") % {"period": period.agency.name},
        "eyebrow": period.campaign.name,
        "question": _("Who initials the documents of this period before the head signs them?"),
        "facts": [
            {"label": _("Procedure"), "value": str(period.procedure)},
        ],
        "consequences": [
            _("The drafter initials first, then the checker; then the head signs."),
            _("Nobody initials a paper about himself or one that he signs; there the other initials suffice."),
        ]
        if asked
        else [_("The procedure of this period asks for no initials.")],
        "form": form if asked else None,
        "blocked": not asked,
        "refusal": refusal,
        "expected_version": period.version,
        "confirm_label": _("Name them"),
        "cancel_url": reverse("period", args=[uuid]),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workflows/periods/act.html", context, status=status)
