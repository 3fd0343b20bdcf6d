"""Documents: the list, one document with its signatures and revisions, its file, its preview."""

import contextlib
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from documents import archive
from documents.lists import forms_of
from documents.models import Document, DocumentKind, SignatureSlot, State, Tombstone
from documents.standings import whereabouts_of
from organization.models import Person
from workflows.actions.checks import judge
from workflows.actions.keeping import note_opening
from workflows.actions.spoiled import is_spoiled, may_end
from workflows.errors import NotReady
from workflows.policy import visibility
from workflows.policy.routes import declares
from workflows.policy.withdrawing import may_withdraw
from workflows.templatetags.look import class_words, vn_number
from workflows.views.acts import PersonRequest, attempt, now, today
from workflows.views.searching import Search
from workflows.views.signer_words import ROLES

PAGE = 50
STEPS = {
    "rendered": gettext_lazy("page made, unsigned"),
    "signed": gettext_lazy("signed"),
    "listed": gettext_lazy("signed by a list"),
    "sealed": gettext_lazy("numbered, dated and sealed"),
    "stamped": gettext_lazy("proofs and archive time stamp added"),
    "renewed": gettext_lazy("time-stamped again"),
}
FINISHED = (State.ARCHIVED, State.CANCELLED)


def with_people(documents: QuerySet[Document]) -> QuerySet[Document]:
    """What a list of documents reads, in a fixed number of queries; the facts stay in the database but one name.

    That name: the organisation which a notice is for, or the only one of a decision on organisations.
    """
    only = When(facts__organisations__1__isnull=True, then=KT("facts__organisations__0__name"))
    documents = documents.annotate(organisation_name=Coalesce(KT("facts__organisation"), Case(only)))
    return documents.select_related("kind", "subject", "unit").prefetch_related("slots__expected_signer")


def ticked_uuids(request: PersonRequest) -> list[UUID]:
    """The ticked documents of this POST; what is no uuid is left out."""
    found = []
    for text in request.POST.getlist("documents"):
        with contextlib.suppress(ValueError):
            found.append(UUID(text))
    return found


def title_of(document: Document) -> str:
    """Kind and whom it is about in one line: the person, or the organisation where `with_people` read it."""
    about = document.subject.full_name if document.subject else getattr(document, "organisation_name", None)
    return f"{document.kind.title_vi} – {about}" if about else document.kind.title_vi


def next_slot(document: Document) -> SignatureSlot | None:
    """The signature whose turn it is; `slots` prefetched."""
    return next((slot for slot in document.slots.all() if slot.signed_at is None), None)


def state_of(document: Document, person: Person) -> tuple[str, str, str]:
    """(tone, words, visible reason) of a document for this reader."""
    words, tone = str(document.get_state_display()), "waiting"
    reason = document.cancel_reason or (str(document.get_last_error_display()) if document.last_error else "")
    turn = next_slot(document)
    if document.state == State.AWAITING_SIGNATURE and turn is not None:
        if awaits_review(document, turn):
            return tone, _("signed by the person; waits for the review"), ""
        if turn.expected_signer_id == person.pk:
            words = _("waits for your signature")
        elif turn.expected_signer is not None:
            words = _("waits for the signature of %(name)s") % {"name": turn.expected_signer.full_name}
    elif document.state == State.SIGNED and document.kind.waits_for_issue:
        words = _("signed; waits for number, date and seal")
    elif document.state in (State.REQUESTED, State.RENDERED):
        words = _("the page is being made")
    if document.state == State.ARCHIVED:
        tone = "done"
    elif document.state == State.CANCELLED or document.last_error:
        tone = "problem"
    return tone, words, reason


def awaits_review(document: Document, slot: SignatureSlot) -> bool:
    """Form 01 between the person's signature and the approval that names its scorer: nothing is wrong with it."""
    return document.kind.code == "form_01" and slot.role == "reviewer" and slot.expected_signer_id is None


def chip_of(document: Document, person: Person) -> dict[str, Any]:
    """The parameters of `document_chip.html`."""
    tone, words, reason = state_of(document, person)
    turn = next_slot(document)
    mine = document.state == State.AWAITING_SIGNATURE and turn is not None and turn.expected_signer_id == person.pk
    return {
        "label": title_of(document),
        "tone": tone,
        "state_words": words,
        "number": document.number_text,
        "issued_on": document.issued_on,
        "code": document.code,
        "pending_reason": reason,
        "page_url": reverse("document", args=[document.uuid]),
        "download_url": reverse("document_file", args=[document.uuid]) if document.current_sha256 else "",
        "sign_url": reverse("signing_queue") if mine else "",
        "state": document.state,
    }


def summary_of(document: Document) -> list[tuple[str, str]]:
    """The facts that a signer wants to see before the PIN: (label, value) pairs."""
    facts = document.facts
    pairs = [(_("Period"), facts.get("period_words", ""))]
    if person := facts.get("person"):
        pairs.append((_("Person"), " · ".join(filter(None, [person["name"], person["position"], person["unit"]]))))
    if facts.get("self_total"):
        pairs.append((_("Own total"), vn_number(facts["self_total"], 2)))
    if facts.get("total_score"):
        words = _("Own total") if document.kind.code == "form_01" else _("Total points")
        pairs.append((words, vn_number(facts["total_score"], 2)))
    if facts.get("class_code"):
        pairs.append((_("Class"), class_words(facts["class_code"])))
    if "adjustments" in facts and document.kind.code == "review_minutes":
        pairs.append((_("Adjustments"), str(len(facts["adjustments"]))))
    people = facts.get("people") or facts.get("cases")
    if people:
        pairs.append((_("People on the list"), str(len(people))))
    for row in facts.get("summary", []):
        pairs.append((class_words(row["class_code"], "short"), str(row["count"])))
    return [(label, value) for label, value in pairs if value]


@declares("visible_documents")
@require_GET
def documents(request: PersonRequest) -> HttpResponse:
    """Every document that the person may see, found by number, code, person, title, period, kind, state or day."""
    search = Search.read(request, visibility.periods(request.user, today()))
    state = request.GET.get("state", "")
    rows = search.among(visibility.documents(request.user, today()))
    if state == "open":
        rows = rows.exclude(state__in=FINISHED)
    elif state in FINISHED:
        rows = rows.filter(state=state)
    page = Paginator(with_people(rows).defer("facts").order_by("-pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [chip_of(document, request.user) for document in page],
        "search": search,
        "state": state,
        "kinds": DocumentKind.objects.values_list("code", "title_vi"),
        "states": [
            ("", _("All")),
            ("open", _("On their way")),
            ("archived", _("Archived")),
            ("cancelled", _("Cancelled")),
        ],
    }
    return render(request, "workflows/papers/documents.html", context)


def visible_document(request: PersonRequest, uuid: UUID) -> Document:
    """The document when the reader may see it, else 404."""
    return get_object_or_404(with_people(visibility.documents(request.user, today())), uuid=uuid)


@declares("visible_document")
@require_GET
def document(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One document: state, signers and times, number, revisions by hash; with ?check its signatures are judged."""
    return document_page(request, visible_document(request, uuid))


def document_page(request: PersonRequest, found: Document, *, status: int = 200, **said: Any) -> HttpResponse:
    """The document's page; `said` is what a refused act on it leaves there."""
    revisions = list(found.revisions.select_related("signer"))
    tombstone = Tombstone.objects.filter(document=found).select_related("minutes").first()
    context = {
        "document": found,
        "chip": chip_of(found, request.user) | ({"download_url": ""} if tombstone else {}),
        "tombstone": tombstone,
        "title": title_of(found),
        "summary": summary_of(found),
        "slots": [
            {
                "slot": slot,
                "role": ROLES.get(slot.role, slot.role),
                "under": slot.authority.get("document_number"),
                "named_by_approval": awaits_review(found, slot),
            }
            for slot in found.slots.all()
        ],
        "revisions": [
            {"row": row, "step": STEPS.get(row.step, row.step), "role": ROLES.get(row.role, row.role)}
            for row in revisions
        ],
        "signed": any(row.fingerprint or row.step == "listed" for row in revisions),
        "stands_for": _stands_for(request, found) if found.kind.code == "signing_list" else [],
        "replaces": _seen(request, found.replaces_id),
        "may_withdraw": may_withdraw(found, request.user, today()),
        "spoiled": is_spoiled(found) and may_end(found, request.user, today()),
        **_standing(request, found),
        **said,
    }
    if "check" in request.GET and tombstone is None:
        context["judgement"], context["refusal"] = attempt(lambda: judge(found, at=now()))
    return render(request, "workflows/papers/document.html", context, status=status)


def _standing(request: PersonRequest, document: Document) -> dict[str, Any]:
    """What became of the document and what it does to earlier ones, as far as the reader sees the others."""
    found = whereabouts_of([document])[document.pk]
    effects = list(document.effects.select_related("earlier").order_by("pk"))
    keys = {later.pk for later in found.by} | {effect.earlier_id for effect in effects}
    seen = set(visibility.documents(request.user, today()).filter(pk__in=keys).values_list("pk", flat=True))
    return {
        "standing": found.standing.value,
        "successors": [{"document": later, "seen": later.pk in seen} for later in found.by],
        "effects": [effect for effect in effects if effect.earlier_id in seen],
    }


def _stands_for(request: PersonRequest, signed_list: Document) -> list[dict[str, Any]]:
    """The forms that this list signs; those that the reader may open are links."""
    slots = forms_of(signed_list)
    keys = [slot.document_id for slot in slots]
    seen = set(visibility.documents(request.user, today()).filter(pk__in=keys).values_list("pk", flat=True))
    return [{"document": slot.document, "seen": slot.document_id in seen} for slot in slots]


def _seen(request: PersonRequest, key: int | None) -> Document | None:
    return visibility.documents(request.user, today()).filter(pk=key).first() if key else None


@declares("visible_document")
@require_GET
def document_file(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The PDF as it stands now, as an attachment, or with ?inline to be read in the browser."""
    return serve_pdf(_opened(request, uuid), "current_sha256", attached="inline" not in request.GET)


@declares("visible_document")
@require_GET
def document_preview(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """What will be signed: byte for byte the unsigned document."""
    return serve_pdf(_opened(request, uuid), "unsigned_sha256", attached=False)


def _opened(request: PersonRequest, uuid: UUID) -> Document:
    """The document whose content is read now; the journal keeps what only the archivist's office opens."""
    rows = with_people(visibility.documents(request.user, today())).select_related("file_entry__file")
    opened = get_object_or_404(rows, uuid=uuid)
    note_opening(document=opened, by=request.user, at=now())
    return opened


def serve_pdf(document: Document, revision: str, *, attached: bool) -> HttpResponse:
    """Stored bytes from the archive, checked against their hash; never anything from staging."""
    digest = getattr(document, revision)
    if hasattr(document, "tombstone"):
        raise NotReady(
            _("This document was disposed of; what is left is its hash and its number."), rule=document.code
        )
    if not digest:
        raise NotReady(_("The page is being made. Try again in a moment."), rule=_("Order of steps"))
    try:
        data = archive.read(digest)
    except (archive.FileMissing, archive.FileCorrupt):
        raise NotReady(
            _("The stored file is missing or damaged; the technical staff must restore it."), rule=document.code
        ) from None
    name = f"{document.number_text or document.code}.pdf".replace("/", "-")
    return pdf_answer(data, name, attached=attached)


def pdf_answer(data: bytes, name: str, *, attached: bool) -> HttpResponse:
    """A PDF for the browser's own viewer, or to be saved; nothing else may load or run in it."""
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition_header(attached, name) or "inline"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    # The browser's own viewer needs its styles and its plug-in; nothing else may load or run.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    return answer
