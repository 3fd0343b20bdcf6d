"""Disposition: files whose term is over, the archivist's proposal, the head's decision, what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from documents.keeping import disposition as domain
from documents.keeping import files as kept
from documents.keeping import retention, undoing
from documents.models import Disposition, RecordsFile
from organization.authority import units_of_role
from organization.models import Role
from workflows.actions import archive_withdrawals, keeping
from workflows.errors import Refused
from workflows.forms.keeping import AppraisalForm, DecisionForm, ReasonForm
from workflows.policy import visibility
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, new_key, now, once, today
from workflows.views.archives import kept_units, tabs_of
from workflows.views.papers import PAGE, chip_of, with_people
from workflows.views.records import over_words, require_reader, term_words
from workflows.views.searching import uuids_of


@declares("files_of_own_agencies")
@require_GET
def dispositions(request: PersonRequest) -> HttpResponse:
    """Files whose term is over with what stands against their disposition, and every disposition so far."""
    require_reader(request.user)
    seen = visibility.files(request.user, today())
    over = domain.expired(kept.counted(seen.filter(closed_on__isnull=False)).select_related("unit"), today())
    keeps = units_of_role(person=request.user, role=Role.ARCHIVIST, on=today())
    earlier = Paginator(_visible(request).select_related("unit", "minutes"), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "file": file,
            "term": term_words(term),
            "over": over_words(term, file),
            "obstacles": obstacles,
            "may": file.unit_id in keeps and not obstacles,
        }
        for file, term, obstacles in over
    ]
    context = {
        "tabs": tabs_of("dispositions", request.user),
        "rows": rows,
        "may_propose": any(row["may"] for row in rows),
        "page": earlier,
    }
    return render(request, "workflows/archives/dispositions.html", context)


def _visible(request: PersonRequest) -> QuerySet[Disposition]:
    return Disposition.objects.filter(unit_id__in=visibility.file_units(request.user, today()))


@declares("archivist")
@require_http_methods(["GET", "POST"])
def disposition_propose(request: PersonRequest) -> HttpResponse:
    """The ticked files on one checked list for the head. GET shows what would be proposed."""
    units = kept_units(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = list(RecordsFile.objects.filter(unit_id__in=units, uuid__in=uuids_of(asked.getlist("files"))))
    form = AppraisalForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            if not chosen or len({file.unit_id for file in chosen}) > 1:
                raise Refused(_("Choose files of one agency."))
            made = keeping.propose_disposition(
                unit=chosen[0].unit,
                chosen=chosen,
                appraisal=form.cleaned_data["appraisal"],
                by=request.user,
                at=now(),
            )
            return reverse("disposition", args=[made.uuid])

        url, refusal = attempt(lambda: once(request, "disposition_propose", act), form)
        if url is not None:
            messages.success(request, _("The list waits for the head's decision."))
            return redirect(url)
    context = {
        "title": _("Propose a disposition"),
        "question": _("Nothing is destroyed now: the head decides, both sign the minutes, the clerk seals them."),
        "facts": [{"label": file.code, "value": file.title} for file in chosen],
        "hidden": [str(file.uuid) for file in chosen],
        "form": form,
        "refusal": refusal,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("Propose to the head"),
        "cancel_url": reverse("dispositions"),
        "blocked": not chosen,
    }
    return render(request, "workflows/archives/chosen.html", context, status=refusal.status if refusal else 200)


@declares("files_of_own_agencies")
@require_GET
def disposition(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One disposition: its files, its minutes, its tombstones."""
    wanted = _visible(request).select_related("unit", "proposed_by", "decided_by", "minutes")
    row = get_object_or_404(wanted, uuid=uuid)
    minutes = with_people(visibility.documents(request.user, today()).filter(disposition=row)).first()
    context: dict[str, Any] = {
        "tabs": tabs_of("dispositions", request.user),
        "row": row,
        "items": row.items.select_related("file"),
        "minutes": chip_of(minutes, request.user) if minutes else None,
        "tombstones": Paginator(row.tombstones.select_related("document"), PAGE).get_page(request.GET.get("page")),
        "actions": _actions(request, row),
    }
    return render(request, "workflows/archives/disposition.html", context)


def _actions(request: PersonRequest, row: Disposition) -> list[dict[str, str]]:
    """What the head may do next."""
    if row.unit_id not in visibility.headed_units(request.user, today()):
        return []
    if row.state == Disposition.State.PROPOSED:
        return [{"label": _("Decide"), "url": reverse("disposition_decide", args=[row.uuid]), "tone": "primary"}]
    if row.state == Disposition.State.APPROVED and row.minutes is not None:
        url = reverse("disposition_withdraw", args=[row.uuid])
        return [{"label": _("Withdraw the approval"), "url": url, "refused": undoing.why_not(row.minutes)}]
    return []


@declares("head_of_agency")
@require_http_methods(["GET", "POST"])
def disposition_decide(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The head approves, and minutes are owed, or refuses with a reason."""
    row = get_object_or_404(_visible(request).select_related("unit", "proposed_by"), uuid=uuid)
    keeping.require_head_of(row.unit, request.user, today())
    form = DecisionForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        done, refusal = attempt(lambda: _decide(request, row, form.cleaned_data), form)
        if done is not None:
            return redirect("disposition", uuid=row.uuid)
    items = list(row.items.select_related("file__unit"))
    context = {
        "title": _("Decide on the disposition"),
        "eyebrow": row.unit.name,
        "question": _("Approved files are destroyed once the signed and sealed minutes stand in the archive."),
        "facts": [
            {"label": item.file.code, "value": f"{item.file.title} · {_term(item.file)} · {item.documents}"}
            for item in items
        ],
        "form": form,
        "refusal": refusal,
        "expected_version": row.version,
        "confirm_label": _("Decide"),
        "danger": True,
        "blocked": row.state != Disposition.State.PROPOSED,
        "cancel_url": reverse("disposition", args=[row.uuid]),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)


@declares("head_of_agency")
@require_http_methods(["GET", "POST"])
def disposition_withdraw(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The head takes his approval back while a signature on the minutes is missing, with a reason."""
    row = get_object_or_404(_visible(request).select_related("unit", "minutes"), uuid=uuid)
    keeping.require_head_of(row.unit, request.user, today())
    form = ReasonForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        done, refusal = attempt(
            lambda: archive_withdrawals.withdraw_disposition(
                row=row,
                reason=form.cleaned_data["reason"],
                expected_version=expected_version(request),
                by=request.user,
                at=now(),
            ),
            form,
        )
        if done is not None:
            messages.success(request, _("The approval is withdrawn: the files stay."))
            return redirect("disposition", uuid=row.uuid)
    context = {
        "title": _("Withdraw the approval"),
        "eyebrow": row.unit.name,
        "question": _("The minutes are cancelled and nothing is destroyed; the files may be proposed again."),
        "form": form,
        "refusal": refusal,
        "expected_version": row.version,
        "confirm_label": _("Withdraw the approval"),
        "danger": True,
        "blocked": row.state != Disposition.State.APPROVED,
        "cancel_url": reverse("disposition", args=[row.uuid]),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)


def _term(file: RecordsFile) -> str:
    return term_words(retention.term_of_file(file, today()))


def _decide(request: PersonRequest, row: Disposition, data: dict[str, Any]) -> Disposition:
    common: dict[str, Any] = {
        "row": row,
        "expected_version": expected_version(request),
        "by": request.user,
        "at": now(),
    }
    if data["verdict"] == "approve":
        return keeping.approve_disposition(**common)
    return keeping.refuse_disposition(**common, reason=data["reason"])
