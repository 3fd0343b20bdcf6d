"""Signing one document with my own token: the digest goes out, the signature comes in.

Step by step on a page, with files and without JavaScript; a plug-in in the browser sends the same two POSTs with
`Accept: application/json`, in the same session and with the same CSRF token.
"""

from base64 import b64encode
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents import keys
from documents.actions import prepared_for
from documents.models import Document, Door, PreparedSignature, SigningKey
from workflows.actions import signing_keys as actions
from workflows.errors import NotReady, Refused
from workflows.forms.signing_keys import ShownCertificateForm, TokenSignatureForm
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, now
from workflows.views.papers import chip_of, summary_of, with_people
from workflows.views.signing_keys import described


@declares("signer")
@require_http_methods(["GET", "POST"])
def sign_with_token(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The page of both steps. POST prepares the signature; asked again in time, the same digest comes back."""
    document = _mine(request, uuid)
    if request.method == "GET":
        return _page(request, document)
    form = ShownCertificateForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, document, Refused(_words(form)), shown=form, status=422)
    file = form.cleaned_data["certificate"]
    shown = file.read() if file else b""
    half, refusal = attempt(lambda: actions.prepare(document=document, by=request.user, shown=shown, at=now()))
    if refusal is not None or half is None:
        return _refused(request, document, refusal or NotReady(""), shown=form)
    if wants_json(request):
        return JsonResponse(_told(half))
    return redirect("sign_with_token", uuid=uuid)


@declares("signer")
@require_POST
def sign_with_token_complete(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The token's signature over what was prepared. It is checked first; sent twice it counts once."""
    document = _mine(request, uuid)
    form = TokenSignatureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, document, Refused(_words(form)), signature=form, status=422)
    half = get_object_or_404(
        PreparedSignature, uuid=form.cleaned_data["prepared"], signer=request.user, slot__document=document
    )
    signature = form.cleaned_data["bytes"]
    result, refusal = attempt(
        lambda: actions.complete(prepared=half.uuid, signature=signature, by=request.user, at=now())
    )
    if result is None or not result.ok:
        return _refused(request, document, refusal or NotReady(result.reason if result else ""), signature=form)
    if wants_json(request):
        return JsonResponse({"signed": True, "already": result.already, "reason": result.reason})
    messages.success(request, result.reason or _("Signed with your token."))
    return redirect("signing_queue")


@declares("signer")
@require_GET
def sign_with_token_digest(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The 32 bytes to sign, as a file."""
    half = prepared_for(_mine(request, uuid), request.user)
    if half is None:
        return redirect("sign_with_token", uuid=uuid)
    content = {"Content-Disposition": 'attachment; filename="digest.bin"'}
    return HttpResponse(bytes.fromhex(half.digest), content_type="application/octet-stream", headers=content)


def wants_json(request: PersonRequest) -> bool:
    """Whether a program asks, not a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def _mine(request: PersonRequest, uuid: UUID) -> Document:
    """A document in which the person is a signer; any other is not found."""
    found = with_people(Document.objects.filter(slots__expected_signer=request.user)).distinct()
    return get_object_or_404(found, uuid=uuid)


def _words(form: Form) -> str:
    """What is wrong with a form, in one line: a program reads no page."""
    return " ".join(str(text) for texts in form.errors.values() for text in texts)


def _told(half: PreparedSignature) -> dict[str, Any]:
    """What a plug-in needs."""
    key = keys.certificates_of(half.key)[0].public_key()
    return {
        "prepared": str(half.uuid),
        "digest": half.digest,
        "digest_base64": b64encode(bytes.fromhex(half.digest)).decode(),
        "digest_algorithm": "SHA-256",
        "key_algorithm": "RSA" if isinstance(key, rsa.RSAPublicKey) else "ECDSA",
        "certificate_sha256": half.key.fingerprint,
        "expires_at": half.expires_at.isoformat(),
    }


def _refused(
    request: PersonRequest, document: Document, refusal: Refused, *, status: int = 0, **forms: Any
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": refusal.text}, status=status or refusal.status)
    return _page(request, document, refused=refusal.text, status=status or refusal.status, **forms)


def _page(
    request: PersonRequest,
    document: Document,
    *,
    refused: str = "",
    status: int = 200,
    shown: ShownCertificateForm | None = None,
    signature: TokenSignatureForm | None = None,
) -> HttpResponse:
    row = SigningKey.objects.filter(person=request.user, active=True).first()
    half = prepared_for(document, request.user) if row and row.door == Door.TOKEN else None
    turn = next((slot for slot in document.slots.all() if slot.signed_at is None), None)
    context = {
        "document": document,
        "chip": chip_of(document, request.user) | {"sign_url": ""},
        "summary": summary_of(document),
        "my_turn": turn is not None and turn.expected_signer_id == request.user.pk,
        "token": described(row) if row and row.door == Door.TOKEN else None,
        "half": half,
        "told": _told(half) if half else {},
        "shown_form": shown or ShownCertificateForm(),
        "signature_form": signature or TokenSignatureForm(initial={"prepared": half.uuid if half else ""}),
        "refused": refused,
    }
    return render(request, "workflows/signing_keys/token.html", context, status=status)
