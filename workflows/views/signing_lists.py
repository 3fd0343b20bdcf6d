"""Signing by one list: the list is shown first, byte for byte as it will be signed, then one PIN signs it.

Nothing is kept between the two requests: the page carries each list's code and hash under the server's own
signature, and another list than the one shown is not signed.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from documents.actions import ListPreview, SignResult
from documents.models import Document, SigningKey
from workflows.actions.signing import SeenList, preview_lists, sign_as_lists
from workflows.errors import NotReady, Refused
from workflows.forms.signing import SigningForm
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, now
from workflows.views.papers import chip_of, pdf_answer, with_people
from workflows.views.signer_words import ROLES
from workflows.views.signing import certificate_words, result_row, signed_words

SALT = "signed-list"
FRESH = 3600  # seconds for which a list that was shown can be signed


@declares("signer")
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def signing_list(request: PersonRequest) -> HttpResponse:
    """The lists that would be signed. POST with `seen` signs what was shown, with `part` opens one as PDF."""
    if request.method == "GET":
        return redirect("signing_queue")
    mine = Document.objects.filter(slots__expected_signer=request.user, uuid__in=SigningForm.chosen(request.POST))
    chosen = list(with_people(mine).distinct().order_by("pk"))
    if not chosen:
        return _page(request, [], refusal=Refused(_("Tick at least one document.")), status=422)
    seen, refusal = attempt(lambda: _seen(request))
    if refusal is not None or seen is None:
        return _page(request, chosen, refusal=refusal)
    if not seen:  # the queue asks to see the list; a PIN typed there opens nothing
        return _page(request, chosen)
    if "part" in request.POST:
        return _pdf(request, chosen, seen)
    return _signed(request, chosen, seen)


def _signed(request: PersonRequest, chosen: list[Document], seen: Sequence[SeenList]) -> HttpResponse:
    form = SigningForm(request.POST, uuids=[row.uuid for row in chosen])
    if not form.is_valid():
        return _page(request, chosen, form=form, seen=seen, status=422)
    pin = form.cleaned_data["pin"]
    results, refusal = attempt(lambda: sign_as_lists(documents=chosen, by=request.user, pin=pin, at=now(), seen=seen))
    if results is None:
        if isinstance(refusal, NotReady):
            return _page(request, chosen, refusal=refusal)
        form.add_error("pin", refusal.text if refusal else "")
        return _page(request, chosen, form=form, seen=seen, status=refusal.status if refusal else 400)
    if not all(result.ok for result in results):
        return _page(request, chosen, results=results)
    messages.success(request, signed_words(results))
    return redirect("signing_queue")


def _seen(request: PersonRequest) -> list[SeenList]:
    """The lists that this page showed; none when it is only being asked for. NotReady for an old page."""
    sent = request.POST.get("seen", "")
    if not sent:
        return []
    try:
        person, shown = signing.loads(sent, salt=SALT, max_age=FRESH)
    except signing.BadSignature:
        raise _changed() from None
    if person != request.user.pk:
        raise _changed()
    return [SeenList(code, digest) for code, digest in shown]


def _changed() -> NotReady:
    return NotReady(_("The list is no longer the one that you looked at. Look at it again, then sign."))


def _pdf(request: PersonRequest, chosen: list[Document], seen: Sequence[SeenList]) -> HttpResponse:
    lists, _alone = preview_lists(documents=chosen, by=request.user, at=now(), seen=seen)
    wanted = next((each for each in lists if each.code == request.POST["part"] and each.rows), None)
    if wanted is None:
        raise _changed()
    return pdf_answer(wanted.pdf, f"{wanted.code}.pdf", attached=False)


def _page(
    request: PersonRequest,
    chosen: list[Document],
    *,
    form: SigningForm | None = None,
    seen: Sequence[SeenList] = (),
    results: Sequence[SignResult] = (),
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The lists as they would be signed now; `seen` draws them again as they were shown."""
    now_so = with_people(Document.objects.filter(pk__in=[row.pk for row in chosen])).order_by("pk")
    still = [row for row in now_so if any(slot.signed_at is None for slot in row.slots.all())]
    drawn, stops = attempt(lambda: preview_lists(documents=still, by=request.user, at=now(), seen=seen))
    lists, alone = drawn if drawn is not None else ([], [])
    lists = [each for each in lists if each.rows]
    refusal = refusal or stops
    if refusal is None and not lists and not results:
        refusal = NotReady(_("None of these documents can be signed by a list. Sign each by itself."))
    key = SigningKey.objects.filter(person=request.user, active=True).first()
    context: dict[str, Any] = {
        "lists": [_shown(each, request) for each in lists],
        "alone": [chip_of(document, request.user) for document in alone],
        "chosen": still,
        "seen": signing.dumps(
            [request.user.pk, [[each.code, each.sha256] for each in lists]], salt=SALT, compress=True
        ),
        "form": form or SigningForm(),
        "key": key,
        "certificate": certificate_words(key),
        "results": [result_row(each, request.user) for each in results],
        "refusal": refusal,
    }
    shown = refusal.status if refusal is not None else status
    return render(request, "workflows/signing/list.html", context, status=max(status, shown))


def _shown(each: ListPreview, request: PersonRequest) -> dict[str, Any]:
    rows = [row | {"role": ROLES.get(row["role"], row["role"])} for row in each.rows]
    left_out = [result_row(result, request.user) for result in each.left_out]
    return {"code": each.code, "sha256": each.sha256, "rows": rows, "left_out": left_out}
