"""The Party committees' opinions on leaders: asked for by personnel, given by the secretary, filed from paper."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpi.actions import open_stored
from kpi.evidence_rules import TYPES
from organization.authority import subtree_ids
from organization.models import Appointment, Duty
from workflows.actions import party_opinions as actions
from workflows.actions.periods import own_unit_ids
from workflows.errors import NotAllowed, Refused
from workflows.facts.wording import period_words
from workflows.forms.party_opinions import AskAboutForm, AskForm, FileForm, GiveForm
from workflows.models import EvaluationPeriod, PartyOpinion
from workflows.policy import party_opinions as policy
from workflows.policy import rules
from workflows.policy.routes import declares
from workflows.policy.withdrawing import may_withdraw
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.papers import chip_of
from workflows.views.periods import watched
from workflows.views.year_sheets import class_options


@declares("party_secretary")
@require_GET
def party_opinions(request: PersonRequest) -> HttpResponse:
    """What is asked of the person as secretary of a Party committee."""
    asked = policy.opinions(request.user, today()).filter(secretary=request.user).order_by("-pk")[:100]
    rows = [{"opinion": row, "words": period_words(row.evaluation.period.campaign)} for row in asked]
    return render(request, "workflows/years/opinions.html", {"rows": rows})


@declares("period_watcher")
@require_http_methods(["GET", "POST"])
def period_party_opinions(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Every leader of the period with the state of his opinion; personnel ask for those not asked for."""
    period = watched(request, uuid)
    manages = rules.may_manage_period(period.agency, request.user, today())
    unasked = actions.leaders_of(period).filter(party_opinion__isnull=True)
    form, refusal = AskAboutForm(request.POST or None, posts=_posts(period), leaders=unasked), None
    if request.method == "POST":
        rules.require_period_manager(period.agency, request.user, today())
        version = expected_version(request)
        if form.is_valid():
            asked, refusal = attempt(
                lambda: actions.request_opinions(
                    period=period,
                    secretary=form.chosen(),
                    party_name=form.cleaned_data["party_name"],
                    about=[UUID(key) for key in form.cleaned_data["about"]],
                    by=request.user,
                    expected_version=version,
                    at=now(),
                ),
                form,
            )
            if asked is not None:
                messages.success(request, _("The opinion is asked for; the secretary is told."))
                return redirect("period_party_opinions", uuid=uuid)
    return _period_page(request, period, form, refusal, manages=manages)


def _posts(period: EvaluationPeriod) -> list[Appointment]:
    """Who may be a secretary: the agency's people, and heads and deputies in the leaders' own agencies."""
    theirs = {row.unit.agency() for row in actions.leaders_of(period)} - {period.agency}
    units = subtree_ids([agency.pk for agency in theirs])
    asked = Q(unit_id__in=own_unit_ids(period.agency)) | Q(unit_id__in=units, duty__in=[Duty.HEAD, Duty.DEPUTY])
    rows = Appointment.objects.on(today()).filter(asked, person__is_active=True)
    return list(rows.select_related("person", "unit").order_by("unit__position", "person__sort_key"))


def _period_page(
    request: PersonRequest, period: EvaluationPeriod, form: AskForm, refusal: Refused | None, *, manages: bool
) -> HttpResponse:
    visible = policy.opinions(request.user, today()).filter(evaluation__period=period)
    seen = {row.evaluation_id: row for row in actions.with_papers(visible)}
    rows = [
        {"evaluation": row, "opinion": seen.get(row.pk), "received": actions.is_received(seen.get(row.pk))}
        for row in actions.leaders_of(period)
    ]
    context = {
        "period": period,
        "rows": rows,
        "missing": actions.missing_opinions(period),
        "unasked": any(row["opinion"] is None for row in rows),
        "form": form if manages else None,
        "refusal": refusal,
    }
    return render(request, "workflows/years/period_opinions.html", context, status=refusal.status if refusal else 200)


@declares("party_opinion_reader")
@require_http_methods(["GET", "POST"])
def party_opinion(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One opinion: the secretary gives it, or personnel file the paper that came; afterwards what it says."""
    opinion = get_object_or_404(policy.opinions(request.user, today()), uuid=uuid)
    mine = opinion.secretary_id == request.user.pk
    manages = rules.may_manage_period(opinion.evaluation.period.agency, request.user, today())
    filing = "file_paper" in request.POST
    if "ask_another" in request.POST:
        return _asked_another(request, opinion)
    classes = class_options()
    give = GiveForm(request.POST if request.method == "POST" and not filing else None, classes=classes)
    file = FileForm(request.POST if filing else None, request.FILES if filing else None, classes=classes)
    refusal = None
    if request.method == "POST":
        if not (manages if filing else mine):
            raise NotAllowed(_("Only the secretary of the Party committee gives its opinion."), rule=_(actions.RULE))
        form: forms.Form = file if filing else give
        if form.is_valid():
            done, refusal = attempt(lambda: _received(request, opinion, give, file, filing=filing), form)
            if done is not None:
                messages.success(request, _("The opinion is entered."))
                return redirect("signing_queue" if done.document and mine else "party_opinion", *_place(done, mine))
            opinion = get_object_or_404(policy.opinions(request.user, today()), uuid=uuid)
    return _opinion_page(request, opinion, give, file, refusal, manages=manages)


def _opinion_page(
    request: PersonRequest,
    opinion: PartyOpinion,
    give: GiveForm,
    file: FileForm,
    refusal: Refused | None,
    *,
    manages: bool,
    another: AskForm | None = None,
) -> HttpResponse:
    open_now = opinion.received_on is None
    if another is None and manages and open_now:
        initial = {"party_name": opinion.party_name, "secretary": str(opinion.secretary.uuid)}
        another = AskForm(posts=_posts(opinion.evaluation.period), initial=initial)
    document = opinion.document
    context: dict[str, Any] = {
        "opinion": opinion,
        "evaluation": opinion.evaluation,
        "words": period_words(opinion.evaluation.period.campaign),
        "proposed": actions.proposed_for(opinion.evaluation),
        "received": actions.is_received(opinion),
        "give": give if opinion.secretary_id == request.user.pk and open_now else None,
        "file": file if manages and open_now else None,
        "another": another if open_now else None,
        "paper": chip_of(document, request.user) if document else None,
        "may_withdraw": document is not None and may_withdraw(document, request.user, today()),
        "refusal": refusal,
    }
    invalid = 422 if give.errors or file.errors or (another is not None and another.errors) else 200
    status = refusal.status if refusal else invalid
    return render(request, "workflows/years/opinion.html", context, status=status)


def _asked_another(request: PersonRequest, opinion: PartyOpinion) -> HttpResponse:
    rules.require_period_manager(opinion.evaluation.period.agency, request.user, today())
    form, refusal = AskForm(request.POST, posts=_posts(opinion.evaluation.period)), None
    if form.is_valid():
        done, refusal = attempt(
            lambda: actions.ask_another(
                opinion=opinion,
                secretary=form.chosen(),
                party_name=form.cleaned_data["party_name"],
                by=request.user,
                at=now(),
            ),
            form,
        )
        if done is not None:
            messages.success(request, _("The opinion is asked for; the secretary is told."))
            return redirect("party_opinion", uuid=opinion.uuid)
    classes = class_options()
    give, file = GiveForm(None, classes=classes), FileForm(None, None, classes=classes)
    return _opinion_page(request, opinion, give, file, refusal, manages=True, another=form)


def _place(opinion: PartyOpinion, mine: bool) -> list[UUID]:
    return [] if opinion.document and mine else [opinion.uuid]


def _received(
    request: PersonRequest, opinion: PartyOpinion, give: GiveForm, file: FileForm, *, filing: bool
) -> PartyOpinion:
    if not filing:
        return actions.give_opinion(opinion=opinion, said=give.said(), by=request.user, at=now())
    kept = file.cleaned_data
    return actions.file_opinion(
        opinion=opinion,
        class_code=kept["class_code"],
        note=kept["note"],
        scan=file.scan(),
        by=request.user,
        at=now(),
    )


@declares("party_opinion_reader")
@require_GET
def party_opinion_scan(request: PersonRequest, uuid: UUID) -> FileResponse:
    """The stored scan, only ever as an attachment."""
    kept = get_object_or_404(policy.opinions(request.user, today()).exclude(scan_sha256=""), uuid=uuid)
    answer = FileResponse(
        open_stored(kept.scan_sha256),
        as_attachment=True,
        filename=kept.scan_name,
        content_type=TYPES[kept.scan_kind],
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
