"""What the QR code of a document leads to: valid, replaced, cancelled or unknown, and no name of anybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from documents.models import Document, State
from workflows.policy.routes import open_to_everybody

ANSWERS = {
    "valid": (_("This document is in force."), "success"),
    "replaced": (_("This document has been replaced by another one."), "warning"),
    "cancelled": (_("This document has been cancelled."), "danger"),
    "unfinished": (_("This document is still being signed and is not in force yet."), "warning"),
    "unknown": (_("No document has this code. Check what you typed."), "danger"),
}


def answer_for(code: str) -> tuple[str, Document | None]:
    """Key of ANSWERS for an internal code, and the document when it may be described."""
    document = Document.objects.select_related("kind", "unit").filter(code=code.strip().upper()).first()
    if document is None:
        return "unknown", None
    if document.state == State.CANCELLED:
        return "cancelled", document
    if document.replaced_by.exclude(state=State.CANCELLED).filter(archived_at__isnull=False).exists():
        return "replaced", document
    return ("valid" if document.state == State.ARCHIVED else "unfinished"), document


@open_to_everybody
@require_safe
def document_state(request: HttpRequest, code: str) -> HttpResponse:
    """Kind, agency, number, date and hash of a document; never a person's name, score or class."""
    answer, document = answer_for(code)
    text, tone = ANSWERS[answer]
    context = {"answer": answer, "text": text, "tone": tone, "document": document, "code": code}
    return render(request, "workflows/genuineness.html", context, status=404 if document is None else 200)
