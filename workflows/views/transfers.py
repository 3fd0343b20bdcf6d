"""Transfers to another archive: the signed list, then the package that the worker builds."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from documents.keeping import packages, undoing
from documents.models import RecordsFile, Transfer
from organization.authority import units_of_role
from organization.models import Person, Role, RoleGrant
from workflows.actions import archive_withdrawals, keeping
from workflows.errors import NotReady, Refused
from workflows.forms.keeping import ReasonForm, TransferForm
from workflows.policy import rules, visibility
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today
from workflows.views.archives import kept_units, tabs_of
from workflows.views.papers import PAGE, chip_of, with_people
from workflows.views.records import require_reader
from workflows.views.searching import uuids_of


def _visible(request: PersonRequest) -> QuerySet[Transfer]:
    return Transfer.objects.filter(unit_id__in=visibility.file_units(request.user, today()))


@declares("files_of_own_agencies")
@require_GET
def transfers(request: PersonRequest) -> HttpResponse:
    """Transfers with their lists and packages, and the closed files that could be handed over."""
    require_reader(request.user)
    keeps = units_of_role(person=request.user, role=Role.ARCHIVIST, on=today())
    may = keeps | set(visibility.headed_units(request.user, today()))
    rows = _visible(request).select_related("unit", "receiver", "list_document").prefetch_related("files")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lists = with_people(visibility.documents(request.user, today())).filter(transfer__in=page.object_list)
    readable = {row.pk: chip_of(row, request.user) for row in lists}
    destroyed = set(_destroyed(Transfer.objects.filter(pk__in=[row.pk for row in page])).values_list("pk", flat=True))
    closed = RecordsFile.objects.filter(unit_id__in=keeps, closed_on__isnull=False, tombstones__isnull=True)
    context = {
        "tabs": tabs_of("transfers", request.user),
        "page": page,
        "rows": [
            {
                "transfer": row,
                "chip": readable.get(row.list_document_id),
                "may_withdraw": row.unit_id in may and _open(row),
                "destroyed": row.pk in destroyed,
            }
            for row in page
        ],
        "built": Transfer.State.BUILT,
        "cancelled": Transfer.State.CANCELLED,
        "files": closed.select_related("unit")[:PAGE],
    }
    return render(request, "workflows/archives/transfers.html", context)


@declares("archivist")
@require_http_methods(["GET", "POST"])
def transfer_new(request: PersonRequest) -> HttpResponse:
    """Hand the ticked files over: the list is made for both to sign."""
    units = kept_units(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = list(
        RecordsFile.objects.filter(unit_id__in=units, uuid__in=uuids_of(asked.getlist("files"))).select_related(
            "unit__parent"
        )
    )
    form = TransferForm(request.POST or None, receivers=_receivers(request.user))
    refusal = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> str:
            if not chosen or len({file.unit_id for file in chosen}) > 1:
                raise Refused(_("Choose files of one agency."))
            keeping.hand_over(
                unit=chosen[0].unit,
                chosen=chosen,
                receiver=form.people[data["receiver"]],
                receiving_archive=data["receiving_archive"],
                by=request.user,
                at=now(),
            )
            return reverse("transfers")

        url, refusal = attempt(lambda: once(request, "transfer_new", act), form)
        if url is not None:
            messages.success(request, _("The list waits for both signatures and the seal; the package follows."))
            return redirect(url)
    context = {
        "title": _("Hand files over"),
        "question": _(
            "The files stay here too: what leaves is a package that the other archive can check by itself."
        ),
        "facts": [{"label": file.code, "value": file.title} for file in chosen],
        "hidden": [str(file.uuid) for file in chosen],
        "form": form,
        "refusal": refusal,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("Make the list"),
        "cancel_url": reverse("transfers"),
        "blocked": not chosen,
    }
    return render(request, "workflows/archives/chosen.html", context, status=refusal.status if refusal else 200)


def _destroyed(transfers: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """Those of which a file was disposed of: their packages went with it."""
    return transfers.filter(files__tombstones__isnull=False)


def _receivers(giver: Person) -> dict[Person, list[str]]:
    """Archivists of the province with their agencies: whoever keeps an archive somewhere, the giver left out."""
    grants = RoleGrant.objects.on(today()).filter(role=Role.ARCHIVIST, person__is_active=True)
    keepers: dict[Person, list[str]] = {}
    for grant in (
        grants.filter(person__practice=giver.practice)
        .exclude(person=giver)
        .select_related("person", "unit")
        .order_by("person__sort_key", "person", "unit__position", "unit")
    ):
        keepers.setdefault(grant.person, []).append(grant.unit.name)
    return keepers


def _open(transfer: Transfer) -> bool:
    return transfer.state == Transfer.State.LISTED and not undoing.why_not(transfer.list_document)


@declares("archivist_or_head_of_file")
@require_http_methods(["GET", "POST"])
def transfer_withdraw(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """No package is made of this list, for a reason; while a signature on it is missing."""
    transfer = get_object_or_404(_visible(request).select_related("unit", "list_document", "receiver"), uuid=uuid)
    keeping.require_keeper_or_head(transfer.unit, request.user, today())
    form = ReasonForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        done, refusal = attempt(lambda: _withdraw(request, transfer, form.cleaned_data["reason"]), form)
        if done is not None:
            messages.success(request, _("The transfer is withdrawn: the files may be handed over anew."))
            return redirect("transfers")
    context = {
        "title": _("Withdraw the transfer"),
        "eyebrow": transfer.unit.name,
        "question": _("The transfer list is cancelled and no package is made."),
        "facts": [
            {"label": _("Receiving archive"), "value": transfer.receiving_archive},
            {"label": _("Who receives and signs"), "value": transfer.receiver.full_name},
            {"label": _("Transfer list"), "value": transfer.list_document.code},
        ],
        "form": form,
        "refusal": refusal,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("Withdraw the transfer"),
        "danger": True,
        "blocked": not _open(transfer),
        "cancel_url": reverse("transfers"),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)


def _withdraw(request: PersonRequest, transfer: Transfer, reason: str) -> str:
    def act() -> str:
        archive_withdrawals.withdraw_transfer(transfer=transfer, reason=reason, by=request.user, at=now())
        return reverse("transfers")

    return once(request, "transfer_withdraw", act)


@declares("archivist_of_file")
@require_GET
def transfer_package(request: PersonRequest, uuid: UUID) -> HttpResponseBase:
    """The package, streamed from the disk; its hash stands on the page of transfers."""
    transfer = get_object_or_404(_visible(request).select_related("unit"), uuid=uuid)
    rules.require_archivist(transfer.unit, request.user, today())
    path = packages.path_of(transfer)
    if _destroyed(Transfer.objects.filter(pk=transfer.pk)).exists():
        raise NotReady(_("The package was destroyed with the files whose term was over; the list stays."))
    if transfer.state != Transfer.State.BUILT or not path.exists():
        raise NotReady(_("The package is not built yet."), rule=_("Order of steps"))
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
