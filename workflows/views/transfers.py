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

from documents.keeping import packages
from documents.models import RecordsFile, Transfer
from organization.authority import units_of_role
from organization.models import Person, Role, RoleGrant
from workflows.actions import keeping
from workflows.errors import NotReady, Refused
from workflows.forms.keeping import TransferForm
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
    rows = _visible(request).select_related("unit", "receiver").prefetch_related("files")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lists = with_people(visibility.documents(request.user, today())).filter(transfer__in=page.object_list)
    readable = {row.pk: chip_of(row, request.user) for row in lists}
    closed = RecordsFile.objects.filter(unit_id__in=keeps, closed_on__isnull=False, tombstones__isnull=True)
    context = {
        "tabs": tabs_of("transfers", request.user),
        "page": page,
        "rows": [{"transfer": row, "chip": readable.get(row.list_document_id)} for row in page],
        "built": Transfer.State.BUILT,
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


def _receivers(giver: Person) -> QuerySet[Person]:
    """Archivists of the province: whoever keeps an archive somewhere, the giver left out."""
    keepers = RoleGrant.objects.on(today()).filter(role=Role.ARCHIVIST, person__is_active=True).values("person")
    return Person.objects.filter(pk__in=keepers, practice=giver.practice).exclude(pk=giver.pk)


@declares("archivist_of_file")
@require_GET
def transfer_package(request: PersonRequest, uuid: UUID) -> HttpResponseBase:
    """The package, streamed from the disk; its hash stands on the page of transfers."""
    transfer = get_object_or_404(_visible(request).select_related("unit"), uuid=uuid)
    rules.require_archivist(transfer.unit, request.user, today())
    path = packages.path_of(transfer)
    if transfer.state != Transfer.State.BUILT or not path.exists():
        raise NotReady(_("The package is not built yet."), rule=_("Order of steps"))
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
