"""Results that go with a person who has moved: to send from here, sent, and received."""

from collections.abc import Iterable
from fractions import Fraction
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from approvals.models import Decision
from organization.models import AgencyRole, Unit
from workflows.actions.transfers import Move, last_transfer, moves_from, results_of, transfer_results
from workflows.facts.wording import period_words
from workflows.forms.corrections import TransferForm
from workflows.models import ResultTransfer
from workflows.policy import setup
from workflows.policy.routes import declares
from workflows.templatetags.look import class_words, vn_number
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today
from workflows.views.papers import chip_of

SHOWN = 50


def _agencies(request: PersonRequest) -> list[Unit]:
    """The agencies whose personnel officer this person is; 403 for everybody else."""
    setup.require_personnel_officer(request.user, today())
    managed = setup.managed_unit_ids(request.user, today())
    return list(Unit.objects.filter(pk__in=managed).exclude(agency_role=AgencyRole.DIRECTLY_USING))


@declares("personnel_officer")
@require_GET
def result_transfers(request: PersonRequest) -> HttpResponse:
    """Whose results wait to be handed over, what was sent, and what other agencies have sent here."""
    agencies, year = _agencies(request), today().year
    waiting = []
    for agency in agencies:
        for move in moves_from(agency, year=year, on=today()):
            if last_transfer(move.person, agency, move.to, year) is None:
                waiting.append({"agency": agency, "move": move})
    rows = (
        ResultTransfer.objects.select_related(
            "person", "from_agency", "to_agency", "document__kind", "document__subject"
        )
        .prefetch_related("document__slots__expected_signer")
        .order_by("-pk")
    )
    sent = rows.filter(from_agency__in=agencies)[:SHOWN]
    received = rows.filter(to_agency__in=agencies, document__issue_released_at__isnull=False)[:SHOWN]
    context = {
        "year": year,
        "waiting": waiting,
        "lists": [
            (_("Sent to other agencies"), _listed(sent, request)),
            (_("Received from other agencies"), _listed(received, request)),
        ],
    }
    return render(request, "workflows/transfers/list.html", context)


def _listed(rows: Iterable[ResultTransfer], request: PersonRequest) -> list[dict]:
    return [{"row": row, "chip": chip_of(row.document, request.user)} for row in rows]


@declares("personnel_officer")
@require_http_methods(["GET", "POST"])
def result_transfer(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Hand one person's results of the year over to the agency he has moved to."""
    agency, move = _move(_agencies(request), uuid)
    year = today().year
    results = results_of(move.person, agency, year)
    form = TransferForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> str:
            transfer_results(
                person=move.person,
                agency=agency,
                year=year,
                moved_by=data["moved_by"],
                notes=form.lines(),
                by=request.user,
                at=now(),
            )
            return reverse("result_transfers")

        url, refusal = attempt(lambda: once(request, "result_transfer", act))
        if url is not None:
            messages.success(request, _("The transfer document is ready for the head's signature."))
            return redirect(url)
    context = {
        "title": _("Hand over the results of %(name)s") % {"name": move.person.full_name},
        "eyebrow": agency.name,
        "question": _("Send these results to the new agency?"),
        "facts": [
            {"label": _("New agency"), "value": move.to.name},
            *(
                {
                    "label": period_words(each.evaluation.period.campaign),
                    "value": _result_words(each.total, each.evaluation.final_decision),
                }
                for each in results
            ),
        ],
        "consequences": [
            _("Each result is listed with the number and the code of the document that proves it."),
            _("The head signs; the clerk numbers and seals it. Then the new agency's personnel officer reads it."),
            _("The person can read it too."),
        ],
        "form": form,
        "refusal": refusal,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("Hand over"),
        "cancel_url": reverse("result_transfers"),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)


def _move(agencies: list[Unit], person: UUID) -> tuple[Unit, Move]:
    for agency in agencies:
        for move in moves_from(agency, year=today().year, on=today()):
            if move.person.uuid == person:
                return agency, move
    raise Http404


def _result_words(total: str, decision: Decision | None) -> str:
    points = vn_number(Fraction(total), 2) if total else "–"
    return " · ".join(filter(None, [points, class_words(decision.class_code) if decision else ""]))
