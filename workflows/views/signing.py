"""What waits for my signature: read it, tick it, one PIN for all."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from documents.actions import SignResult, documents_waiting_for
from documents.models import Document, SignatureSlot, SigningKey, State
from organization.models import Person
from workflows.actions.signing import sign
from workflows.forms.signing import SigningForm
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, now
from workflows.views.papers import PAGE, ROLES, chip_of, next_slot, summary_of, ticked_uuids, with_people


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
def signing_queue(request: PersonRequest) -> HttpResponse:
    """The documents that wait for the person's signature. POST signs the ticked ones; each stands for itself."""
    waiting = with_people(documents_waiting_for(request.user)).order_by("pk")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    if request.method == "GET":
        return _page(request, page, SigningForm(uuids=[row.uuid for row in page]))
    # What was ticked stays allowed even when it has been signed meanwhile: the answer then says so.
    mine = Document.objects.filter(slots__expected_signer=request.user, uuid__in=ticked_uuids(request))
    chosen = list(with_people(mine).distinct().order_by("pk"))
    form = SigningForm(request.POST, uuids=[row.uuid for row in chosen])
    if not form.is_valid():
        return _page(request, page, form, status=422)
    results, refusal = attempt(
        lambda: sign(documents=chosen, by=request.user, pin=form.cleaned_data["pin"], at=now())
    )
    if refusal is not None:
        form.add_error("pin", refusal.text)
        return _page(request, page, form, status=refusal.status)
    assert results is not None
    if all(result.ok for result in results):
        number = len(results)
        text = ngettext("%(number)d document signed.", "%(number)d documents signed.", number)
        messages.success(request, text % {"number": number})
        return redirect("signing_queue")
    page = Paginator(waiting.all(), PAGE).get_page(request.GET.get("page"))
    return _page(request, page, SigningForm(uuids=[row.uuid for row in page]), results=results)


@declares("signer")
@require_GET
def signing_progress(request: PersonRequest) -> HttpResponse:
    """How many pages are still being made; asked every two seconds until there are none."""
    return render(request, "workflows/signing/progress.html", _progress(request, len(being_made(request.user))))


def _progress(request: PersonRequest, left: int) -> dict[str, Any]:
    sent = request.GET.get("of", "")
    total = max(int(sent) if sent.isdecimal() else 0, left)
    return {"left": left, "total": total, "made": total - left}


def _page(
    request: PersonRequest,
    page,
    form: SigningForm,
    *,
    results: list[SignResult] | None = None,
    status: int = 200,
) -> HttpResponse:
    ticked = set(request.POST.getlist("documents")) if form.is_bound else None
    rows = [
        {
            "document": document,
            "chip": chip_of(document, request.user),
            "summary": summary_of(document),
            "role": ROLES.get(slot.role, slot.role) if (slot := next_slot(document)) else "",
            "under": slot.authority.get("document_number") if slot else "",
            "ticked": ticked is None or str(document.uuid) in ticked,
        }
        for document in page
    ]
    making = [chip_of(document, request.user) for document in with_people(being_made(request.user)).order_by("pk")]
    key = SigningKey.objects.filter(person=request.user, active=True).first()
    context = {
        "page": page,
        "rows": rows,
        "making": making,
        **_progress(request, len(making)),
        "form": form,
        "key": key,
        "certificate": _certificate(key),
        "results": [{"chip": chip_of(_fresh(each), request.user), "result": each} for each in results or []],
    }
    return render(request, "workflows/signing/queue.html", context, status=status)


def _certificate(key: SigningKey | None) -> str:
    if key is None:
        return _("No signing key is registered for you. Ask the technical staff to register it.")
    return _("Your certificate is valid until %(day)s.") % {"day": f"{key.valid_until:%d/%m/%Y}"}


def _fresh(result: SignResult) -> Document:
    return with_people(Document.objects.all()).get(pk=result.document.pk)
