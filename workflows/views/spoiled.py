"""The act that ends a document with a worthless signature, on the document's own page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from workflows.actions import spoiled
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, now
from workflows.views.papers import document_page, visible_document


@declares("clerk_or_head_of_document")
@require_POST
def document_cancel(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Cancel the document with the reason typed; a refusal keeps what was typed."""
    found, reason = visible_document(request, uuid), request.POST.get("reason", "")
    _done, refusal = attempt(lambda: spoiled.end(document=found, reason=reason, by=request.user, at=now()))
    if refusal is not None:
        return document_page(request, found, act_refused=refusal, typed=reason, status=refusal.status)
    messages.success(request, _("The document is cancelled. Its number, if it had one, stays used."))
    return redirect("document", uuid=found.uuid)
