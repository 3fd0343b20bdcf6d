"""My signing key: the door by which I sign, its certificate, the keys before."""

from collections.abc import Callable
from typing import Any

from cryptography import x509
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from documents import keys
from documents.models import Door, SigningKey
from documents.signing import certificates
from documents.signing.certificates import Standing
from workflows.actions import signing_keys as actions
from workflows.forms.signing_keys import CertificateForm, KeyFileForm, ServiceKeyForm
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, now

STANDINGS = {
    Standing.GOOD: ("done", gettext_lazy("valid, not revoked")),
    Standing.REVOKED: ("problem", gettext_lazy("revoked by its authority")),
    Standing.UNKNOWN: ("waiting", gettext_lazy("its authority cannot be asked now; you may sign")),
}
FORMS: dict[str, type[Form]] = {
    Door.PKCS12: KeyFileForm,
    Door.TOKEN: CertificateForm,
    Door.CSC: ServiceKeyForm,
}


@declares("own")
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
def signing_key(request: PersonRequest) -> HttpResponse:
    """The person's own door and key. POST registers another one, or goes back to one on record."""
    if request.method == "GET":
        return _page(request)
    if again := request.POST.get("again", ""):
        found = SigningKey.objects.filter(person=request.user, active=False)
        key = get_object_or_404(found, pk=int(again) if again.isdecimal() else 0)
        act: dict[str, Any] = {"person": request.user, "expected_version": expected_version(request), "at": now()}
        return _done(request, lambda: actions.use_key_again(key=key, **act), None, "")
    door = request.POST.get("door", "")
    if door not in FORMS:
        return _page(request, status=422)
    form = FORMS[door](request.POST, request.FILES, prefix=door)
    if not form.is_valid():
        return _page(request, bound={door: form}, status=422)
    return _done(request, lambda: _register(request, door, form), form, door)


def _register(request: PersonRequest, door: str, form: Form) -> SigningKey:
    given = form.cleaned_data
    act: dict[str, Any] = {"person": request.user, "expected_version": expected_version(request), "at": now()}
    if door == Door.PKCS12:
        return actions.register_key_file(data=given["file"].read(), pin=given["pin"], **act)
    if door == Door.TOKEN:
        return actions.register_token(data=given["certificate"].read(), **act)
    return actions.register_service_key(credential=given["credential"], **act)


def _done(request: PersonRequest, act: Callable[[], SigningKey], form: Form | None, door: str) -> HttpResponse:
    key, refusal = attempt(act, form)
    if refusal is None and key is not None:
        messages.success(request, _("From now on you sign with: %(door)s.") % {"door": key.get_door_display()})
        return redirect("signing_key")
    refused = refusal.text if refusal and form is None else ""
    status = refusal.status if refusal else 400
    return _page(request, bound={door: form} if form else {}, refused=refused, status=status)


def _page(
    request: PersonRequest, *, bound: dict[str, Form] | None = None, refused: str = "", status: int = 200
) -> HttpResponse:
    forms = {door: (bound or {}).get(door) or form(prefix=door) for door, form in FORMS.items()}
    rows = list(SigningKey.objects.filter(person=request.user).order_by("-active", "-pk"))
    context = {
        "key": described(rows[0]) if rows and rows[0].active else None,
        "before": [described(row, ask=False) for row in rows if not row.active],
        "version": actions.key_version(request.user),
        "file_form": forms[Door.PKCS12],
        "token_form": forms[Door.TOKEN],
        "service_form": forms[Door.CSC] if settings.CSC_URL else None,
        "refused": refused,
    }
    return render(request, "workflows/signing_keys/key.html", context, status=status)


def described(key: SigningKey, *, ask: bool = True) -> dict[str, Any]:
    """A key as pages show it; `ask` asks its authority whether it was revoked."""
    found = keys.certificates_of(key)
    tone, words = STANDINGS[keys.standing_of(key)] if ask and found else ("", "")
    return {
        "row": key,
        "subject": certificates.common_name_of(found[0]) if found else "",
        "issuer": _name(found[0].issuer) if found else "",
        "serial": f"{found[0].serial_number:x}" if found else "",
        "tone": tone,
        "standing": words,
        "expired": key.valid_until < now(),
    }


def _name(name: x509.Name) -> str:
    """Common name and organisation, for people."""
    found = [name.get_attributes_for_oid(each) for each in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME)]
    return " – ".join(dict.fromkeys(str(each[0].value) for each in found if each)) or name.rfc4514_string()
