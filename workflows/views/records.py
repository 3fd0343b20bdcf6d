"""Files of the archive: the list, one file with its documents, its cover, and its holds."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.keeping import files as kept
from documents.keeping import holds
from documents.keeping.retention import Term, term_of_file
from documents.models import Hold, RecordsFile
from organization.authority import has_role
from organization.models import Person, Role, RoleGrant
from workflows.actions import keeping
from workflows.errors import NotAllowed, Refused
from workflows.forms.keeping import CoverForm, HoldForm, ReasonForm
from workflows.policy import rules, visibility
from workflows.policy.routes import declares
from workflows.templatetags.look import vn_date
from workflows.views.acts import PersonRequest, attempt, expected_version, new_key, now, once, today
from workflows.views.archives import tabs_of
from workflows.views.papers import PAGE, chip_of, with_people


def require_reader(person: Person) -> None:
    """The archivist, the head and the auditor look into the files of their agencies."""
    offices = RoleGrant.objects.on(today()).filter(person=person, role__in=[Role.ARCHIVIST, Role.AUDITOR])
    if not offices.exists() and not visibility.headed_units(person, today()):
        raise NotAllowed(
            _("Only the archivist, the head and the auditor of an agency look into its files."),
            rule=_("Role: archivist"),
        )


def term_words(term: Term) -> str:
    """A term in words, "not set" while nobody has set it or it is still under review."""
    if not term.settled:
        return _("not set: nothing is disposed of")
    return _("for ever") if term.permanent else _("%(years)d years") % {"years": term.years or 0}


def over_words(term: Term, file: RecordsFile) -> str:
    over = term.over_on(file.closed_on)
    return vn_date(over) if over else ""


def is_keeper(file: RecordsFile, person: Person) -> bool:
    return has_role(person=person, role=Role.ARCHIVIST, unit=file.unit, on=today())


@declares("files_of_own_agencies")
@require_GET
def archive_files(request: PersonRequest) -> HttpResponse:
    """Files with their codes, dates, levels and counts; the words sought stand in code, title or keywords."""
    require_reader(request.user)
    query = request.GET.get("q", "").strip()[:100]
    found = kept.sought(visibility.files(request.user, today()), query)
    page = Paginator(kept.counted(found).select_related("unit"), PAGE).get_page(request.GET.get("page"))
    held = {hold.file_id or hold.document.file_entry.file_id for hold in holds.standing(page)}  # type: ignore[union-attr]
    context = {
        "tabs": tabs_of("archive_files", request.user),
        "page": page,
        "query": query,
        "rows": [{"file": row, "held": row.pk in held} for row in page],
    }
    return render(request, "workflows/archives/files.html", context)


def _file(request: PersonRequest, uuid: UUID) -> RecordsFile:
    return get_object_or_404(visibility.files(request.user, today()).select_related("unit"), uuid=uuid)


@declares("files_of_own_agencies")
@require_GET
def archive_file(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One file: its cover, its term and how it was found, its holds, its documents in their order."""
    file = _file(request, uuid)
    term = term_of_file(file, today())
    rows = with_people(visibility.documents(request.user, today())).filter(file_entry__file=file)
    entries = file.entries.select_related("document__kind", "document__tombstone__minutes")
    page = Paginator(entries.defer("document__facts"), PAGE).get_page(request.GET.get("page"))
    readable = {row.pk: row for row in rows.filter(pk__in=[entry.document_id for entry in page]).defer("facts")}
    keeper = is_keeper(file, request.user)
    context = {
        "tabs": tabs_of("archive_files", request.user),
        "file": kept.counted(RecordsFile.objects.filter(pk=file.pk)).select_related("unit").get(),
        "term": term_words(term),
        "basis": term.basis,
        "over": over_words(term, file),
        "page": page,
        "rows": [
            {
                "entry": entry,
                "document": entry.document,
                "chip": chip_of(readable[entry.document_id], request.user) if entry.document_id in readable else None,
            }
            for entry in page
        ],
        "holds": holds.of_file(file),
        "may_keep": keeper,
        "may_hold": keeper or file.unit_id in visibility.headed_units(request.user, today()),
    }
    return render(request, "workflows/archives/file.html", context)


@declares("archivist_of_file")
@require_http_methods(["GET", "POST"])
def file_describe(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Title, keywords and access level of one file."""
    file = _file(request, uuid)
    rules.require_archivist(file.unit, request.user, today())
    start = {"title": file.title, "keywords": file.keywords, "access": file.access}
    form = CoverForm(request.POST or None, initial=start)
    refusal = None
    if request.method == "POST" and form.is_valid():
        done, refusal = attempt(
            lambda: keeping.describe_file(
                file=file,
                **form.cleaned_data,
                expected_version=expected_version(request),
                by=request.user,
                at=now(),
            ),
            form,
        )
        if done is not None:
            messages.success(request, _("The cover is changed."))
            return redirect("archive_file", uuid=file.uuid)
    words = {"title": _("Cover of the file"), "eyebrow": file.code, "confirm_label": _("Save the cover")}
    return _act(request, file, form, refusal, words | {"expected_version": file.version})


@declares("archivist_or_head_of_file")
@require_http_methods(["GET", "POST"])
def file_hold(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Hold the file or one document of it."""
    file = _file(request, uuid)
    keeping.require_keeper_or_head(file.unit, request.user, today())
    form = HoldForm(request.POST or None, file=file)
    refusal = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> str:
            keeping.hold(
                file=file,
                document=form.documents.get(data["what"]),
                ground=data["ground"],
                reason=data["reason"],
                by=request.user,
                at=now(),
            )
            return reverse("archive_file", args=[file.uuid])

        url, refusal = attempt(lambda: once(request, "file_hold", act), form)
        if url is not None:
            messages.success(request, _("It is held: nothing of it is disposed of."))
            return redirect(url)
    words = {
        "title": _("Place a hold"),
        "eyebrow": file.code,
        "question": _("While the hold stands, nothing of it is disposed of, whatever its term says."),
        "confirm_label": _("Place the hold"),
        "submission_key": request.POST.get("submission_key") or new_key(),
    }
    return _act(request, file, form, refusal, words)


@declares("archivist_or_head_of_file")
@require_http_methods(["GET", "POST"])
def hold_release(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """End a hold, with a reason."""
    seen = visibility.files(request.user, today()).values("pk")
    hold = get_object_or_404(holds.among(seen), uuid=uuid)
    file = holds.file_of(hold)
    keeping.require_keeper_or_head(file.unit, request.user, today())
    form = ReasonForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        done, refusal = attempt(lambda: _release(request, hold, file, form.cleaned_data["reason"]), form)
        if done is not None:
            messages.success(request, _("The hold is released."))
            return redirect("archive_file", uuid=file.uuid)
    words = {
        "title": _("Release the hold"),
        "eyebrow": file.code,
        "facts": [
            {"label": _("Ground"), "value": hold.get_ground_display()},
            {"label": _("Reason"), "value": hold.reason},
            {"label": _("Placed by"), "value": hold.placed_by.full_name},
        ],
        "confirm_label": _("Release it"),
        "danger": True,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "blocked": hold.released_at is not None,
    }
    return _act(request, file, form, refusal, words)


def _release(request: PersonRequest, hold: Hold, file: RecordsFile, reason: str) -> str:
    def act() -> str:
        keeping.release(hold=hold, unit=file.unit, reason=reason, by=request.user, at=now())
        return reverse("archive_file", args=[file.uuid])

    return once(request, "hold_release", act)


@declares("archivist_of_file")
@require_POST
def file_repair(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Lay in at once whatever of the matter is archived and not in the file; safe to repeat."""
    file = _file(request, uuid)
    keeping.repair_file(file=file, by=request.user, at=now())
    messages.success(request, _("The file holds every archived document of its matter."))
    return redirect("archive_file", uuid=file.uuid)


def _act(
    request: PersonRequest, file: RecordsFile, form: Any, refusal: Refused | None, words: dict[str, Any]
) -> HttpResponse:
    context = words | {"form": form, "refusal": refusal, "cancel_url": reverse("archive_file", args=[file.uuid])}
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)
