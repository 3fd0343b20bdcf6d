"""Documents of the whole list that somebody orders: the synthesis table, and the public notice inside the agency."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents.models import Document
from workflows.actions import public_notices, syntheses
from workflows.errors import NotReady
from workflows.models import EvaluationPeriod
from workflows.policy import rules, visibility
from workflows.policy.belonging import published_in
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.periods import watched


@declares("period_manager")
@require_http_methods(["GET", "POST"])
def period_synthesis(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The officer freezes everybody's score and classes into one table."""
    period = watched(request, uuid)
    rules.require_period_manager(period.agency, request.user, today())

    def act(version: int) -> Document:
        return syntheses.make_synthesis(period=period, by=request.user, expected_version=version, at=now())

    return _order(
        request,
        period,
        act=act,
        obstacle=syntheses.obstacle(period),
        earlier=syntheses.synthesis_of(period),
        title=_("Synthesis table"),
        question=_("Make the table of the reviewed scores for the council and the head?"),
        consequences=[
            _("Scores and classes are frozen as they stand now; a later table replaces this one."),
            _("You sign it as the one who made it, then the head signs; the clerk numbers and seals it."),
        ],
        confirm_label=_("Make the table"),
        done=_("The table is ready. Sign it."),
        next_page="signing_queue",
    )


@declares("head_or_period_manager")
@require_http_methods(["GET", "POST"])
def period_public_notice(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One notice of everybody's class in words, inside the agency; signed by the head."""
    rows = visibility.periods(request.user, today()).select_related("agency__parent", "campaign", "procedure")
    period = get_object_or_404(rows, uuid=uuid)
    under = public_notices.signing_power(period, request.user, now())

    def act(version: int) -> Document:
        return public_notices.order_public_notice(period=period, by=request.user, expected_version=version, at=now())

    mine = under.actor == request.user
    return _order(
        request,
        period,
        act=act,
        obstacle=public_notices.obstacle(period),
        earlier=public_notices.public_notice_of(period),
        title=_("Public notice inside the agency"),
        question=_("Order the notice of the published classes?"),
        people=published_in(period).count(),
        consequences=[
            _("It names everybody with his class in words, without scores, comments or reasons."),
            _("You sign it; the clerk numbers, dates and seals it.")
            if mine
            else _("%(name)s signs it; the clerk numbers, dates and seals it.") % {"name": under.actor.full_name},
            _("Everybody in the agency can read it on the page of the published classes."),
        ],
        confirm_label=_("Order the notice"),
        done=_("The notice is ready. Sign it.") if mine else _("The notice is ready for the head's signature."),
        next_page="signing_queue" if mine else "",
    )


def _order(
    request: PersonRequest,
    period: EvaluationPeriod,
    *,
    act: Callable[[int], Document],
    obstacle: NotReady | None,
    earlier: Document | None,
    consequences: Sequence[str],
    done: str,
    next_page: str,
    people: int | None = None,
    **words: Any,
) -> HttpResponse:
    """The page that asks before the act, and does it."""
    refusal = None
    back = reverse("period", args=[period.uuid])
    if request.method == "POST":
        version = expected_version(request)
        document, refusal = attempt(lambda: act(version))
        if document is not None:
            messages.success(request, done)
            return redirect(next_page or back)
        period.refresh_from_db(fields=["version"])
    facts: list[dict[str, Any]] = [{"label": _("Agency"), "value": period.agency.name}]
    if people is not None:
        facts.append({"label": _("People on the list"), "value": people})
    if earlier is not None:
        facts.append({"label": _("Made already"), "value": earlier.number_text or earlier.code})
    blocked = obstacle is not None and refusal is None
    context = {
        "eyebrow": str(period),
        "facts": facts,
        "consequences": [] if obstacle else consequences,
        "refusal": refusal,
        "missing": [obstacle.message, *obstacle.missing] if obstacle is not None and blocked else [],
        "missing_title": _("This cannot be done now"),
        "blocked": blocked,
        "expected_version": period.version,
        "cancel_url": back,
        **words,
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)
