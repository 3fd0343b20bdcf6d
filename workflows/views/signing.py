"""What waits for my signature: read it, tick it, one PIN for all; `signing_lists` signs them as one list."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from documents.actions import SignResult, documents_waiting_for
from documents.finding import found
from documents.models import Document, DocumentKind, SignatureSlot, SigningKey, State
from organization.models import Person
from workflows.actions.signing import listable, sign, sign_one_by_one
from workflows.forms.signing import SigningForm
from workflows.policy.routes import declares
from workflows.procedures import INITIALS
from workflows.templatetags.look import vn_date
from workflows.views.acts import PersonRequest, attempt, now
from workflows.views.papers import PAGE, chip_of, summary_of, with_people
from workflows.views.signer_words import ROLES

AT_ONCE = 5  # documents that one answer waits for; more are signed while the answer is being sent


def being_made(person: Person):
    """Documents whose first open signature is this person's and whose page a worker is still making."""
    earlier = SignatureSlot.objects.filter(
        document=OuterRef("document"), signed_at__isnull=True, order__lt=OuterRef("order")
    )
    mine = SignatureSlot.objects.filter(
        ~Exists(earlier), document=OuterRef("pk"), expected_signer=person, signed_at__isnull=True
    )
    return Document.objects.filter(Exists(mine), state__in=[State.REQUESTED, State.RENDERED])


@declares("signer")
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def signing_queue(request: PersonRequest) -> HttpResponseBase:
    """The documents that wait for the person's signature. POST signs the chosen ones; each stands for itself."""
    if request.method == "GET":
        return _page(request)
    # What was ticked stays allowed even when it has been signed meanwhile: the answer then says so.
    mine = Document.objects.filter(slots__expected_signer=request.user, uuid__in=SigningForm.chosen(request.POST))
    chosen = list(with_people(mine).distinct().order_by("pk"))
    form = SigningForm(request.POST, uuids=[row.uuid for row in chosen])
    if not form.is_valid():
        return _page(request, form, status=422)
    act = {"documents": chosen, "by": request.user, "pin": form.cleaned_data["pin"], "at": now()}
    results: Sequence[SignResult] | None
    if len(chosen) > AT_ONCE:
        running, refusal = attempt(lambda: sign_one_by_one(**act))
        if running is not None:
            return _running(request, running, len(chosen))
        results = None
    else:
        results, refusal = attempt(lambda: sign(**act))
    if refusal is not None:
        form.add_error("pin", refusal.text)
        return _page(request, form, status=refusal.status)
    assert results is not None
    if not all(result.ok for result in results):
        return _page(request, results=results)
    messages.success(request, signed_words(results))
    return redirect(f"{reverse('signing_queue')}{_filters(request)}")


def signed_words(results: Sequence[SignResult]) -> str:
    """What the person is told when all went well."""
    number = len(results)
    lists = ", ".join(dict.fromkeys(result.by_list.code for result in results if result.by_list))
    text = ngettext("%(number)d document signed.", "%(number)d documents signed.", number) % {"number": number}
    named = _("Signed list: %(codes)s.") % {"codes": lists}  # outside the f-string: there no tool finds the words
    return f"{text} {named}" if lists else text


def _running(request: PersonRequest, results: Iterator[SignResult], total: int) -> StreamingHttpResponse:
    """A page that goes on while it signs: no time-out, and the opened key lives no longer than this one request."""
    before, after = render_to_string(
        "workflows/signing/running.html", {"total": total, "back": _filters(request)}, request
    ).split("<!-- results -->")
    language = translation.get_language()

    def lines() -> Iterator[str]:
        yield before
        signed = 0
        for place, result in enumerate(results, start=1):
            signed += result.ok
            with translation.override(language):
                yield render_to_string(
                    "workflows/signing/result.html",
                    {**result_row(result, request.user), "place": place, "total": total},
                )
        with translation.override(language):
            summary = {"signed": signed, "left": total - signed, "total": total}
            yield after.replace("<!-- summary -->", render_to_string("workflows/signing/summary.html", summary))

    answer = StreamingHttpResponse(lines(), content_type="text/html; charset=utf-8")
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy that keeps the lines back would look like a standstill
    answer.headers["Cache-Control"] = "no-store"
    return answer


@declares("signer")
@require_GET
def signing_progress(request: PersonRequest) -> HttpResponse:
    """How many pages are still being made; asked every two seconds until there are none."""
    return render(request, "workflows/signing/progress.html", _progress(request, len(being_made(request.user))))


def _progress(request: PersonRequest, left: int) -> dict[str, Any]:
    sent = request.GET.get("of", "")
    total = max(int(sent) if sent.isdecimal() else 0, left)
    return {"left": left, "total": total, "made": total - left}


def _filters(request: PersonRequest) -> str:
    """The query of the page that was filtered, "" without a filter."""
    kept = {name: request.GET[name] for name in ("kind", "q") if request.GET.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def _page(
    request: PersonRequest,
    form: SigningForm | None = None,
    *,
    results: Sequence[SignResult] = (),
    status: int = 200,
) -> HttpResponse:
    everything = documents_waiting_for(request.user)
    kind, query = request.GET.get("kind", ""), request.GET.get("q", "")
    waiting = found(everything, query, kind=kind)
    page = Paginator(with_people(waiting).order_by("pk"), PAGE).get_page(request.GET.get("page"))
    ticked = set(form["documents"].value() or ()) if form is not None and form.is_bound else None
    by_list = listable(page, request.user)
    making = [chip_of(document, request.user) for document in with_people(being_made(request.user)).order_by("pk")]
    key = SigningKey.objects.filter(person=request.user, active=True).first()
    several = page.paginator.num_pages > 1
    context = {
        "page": page,
        "rows": [_row(document, request.user, ticked, document.pk in by_list) for document in page],
        "kinds": _kinds(everything, kind),
        "kind": kind,
        "query": query,
        "several": several,
        "all": ticked is not None and bool(request.POST.get("all")),
        "queue": " ".join(str(uuid) for uuid in waiting.values_list("uuid", flat=True)) if several else "",
        "by_list": len(by_list),
        "basis": next(iter(by_list.values())).procedure.parsed().list_basis if by_list else "",
        "making": making,
        **_progress(request, len(making)),
        "form": form or SigningForm(),
        "key": key,
        "token": _token_page(key),
        "certificate": certificate_words(key),
        "results": [result_row(each, request.user) for each in results],
    }
    return render(request, "workflows/signing/queue.html", context, status=status)


def _row(document: Document, person: Person, ticked: set[str] | None, by_list: bool) -> dict[str, Any]:
    slots = [slot for slot in document.slots.all() if slot.signed_at is None]
    mine = []
    for slot in slots:
        if slot.expected_signer_id != person.pk:
            break
        mine.append(slot)
    return {
        "document": document,
        "chip": chip_of(document, person),
        "summary": summary_of(document),
        "roles": [ROLES.get(slot.role, slot.role) for slot in mine],
        "initial": bool(mine) and all(slot.role in INITIALS for slot in mine),
        "under": next((slot.authority.get("document_number") for slot in mine), ""),
        "by_list": by_list,
        "ticked": ticked is None or str(document.uuid) in ticked,
    }


def _kinds(waiting: QuerySet[Document], chosen: str) -> list[dict[str, Any]]:
    """One filter for each kind that waits; none where there is nothing to choose."""
    rows = list(DocumentKind.objects.filter(pk__in=waiting.values("kind")).values_list("code", "title_vi"))
    if len(rows) < 2 and not chosen:
        return []
    choices = [("", _("All")), *rows]
    return [
        {"label": label, "url": f"?{urlencode({'kind': code})}" if code else "?", "current": code == chosen}
        for code, label in choices
    ]


def _token_page(key: SigningKey | None) -> str:
    """Name of the page where a personal token signs; "" for keys that a PIN opens here."""
    return "sign_with_token" if key is not None and key.door == "token" else ""


def certificate_words(key: SigningKey | None) -> str:
    """Until when the person's key counts, or why he has none."""
    if key is None:
        return _("No signing key is registered for you. Register one on the page “My signing key”.")
    return _("Your certificate is valid until %(day)s.") % {"day": vn_date(key.valid_until)}


def result_row(result: SignResult, person: Person) -> dict[str, Any]:
    """One line of the results, the document as it stands now."""
    fresh = with_people(Document.objects.all()).get(pk=result.document.pk)
    return {"chip": chip_of(fresh, person), "result": result}
