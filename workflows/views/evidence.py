"""Evidence files of one product line or criterion: list, upload, take off, download."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kpi.actions import open_evidence
from kpi.evidence_rules import TYPES
from kpi.models import EvidenceFile, ScoreLine
from workflows import flows
from workflows.actions import evidence as actions
from workflows.forms.self_assessments import points_name
from workflows.models import Evaluation
from workflows.policy.belonging import own_evaluations
from workflows.policy.routes import declares
from workflows.policy.visibility import evaluations
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today
from workflows.views.sheets import heading


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("pdf, jpg, png, docx or xlsx, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{kind}" for kind in TYPES)}),
    )
    file.seen_by = gettext_lazy(  # type: ignore[attr-defined]
        "you, your reviewer, the council and the head of the agency"
    )


def _own(request: PersonRequest, uuid: UUID) -> Evaluation:
    rows = own_evaluations(request.user).select_related(
        "person", "unit", "period__campaign", "period__procedure", "scorecard__scheme"
    )
    return get_object_or_404(rows, uuid=uuid)


def _place(evaluation: Evaluation, place: str) -> dict[str, Any]:
    """The line (by its uuid) or the criterion (by its code) that files are kept for; 404 for neither."""
    card = evaluation.scorecard
    item = next((item for item in card.scheme.scheme.items if item.code == place), None)
    if item is not None:
        return {"line": None, "item_code": place, "title": item.name, "anchor": f"row-{points_name(place)}"}
    try:
        line = get_object_or_404(ScoreLine, scorecard=card, uuid=UUID(place))
    except ValueError:
        raise Http404 from None
    return {"line": line, "item_code": "", "title": str(line), "anchor": f"row-{line.uuid}"}


@declares("self")
@require_http_methods(["GET", "POST"])
def evidence(request: PersonRequest, uuid: UUID, place: str) -> HttpResponse:
    """The files of one row of the person's own form; POST adds one."""
    evaluation = _own(request, uuid)
    at = _place(evaluation, place)
    here = reverse("evidence", args=[uuid, place])
    form = EvidenceForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            upload = form.cleaned_data["file"]

            def keep() -> str:
                actions.attach(
                    evaluation=evaluation,
                    by=request.user,
                    name=upload.name,
                    declared_type=upload.content_type or "",
                    content=upload.read(),
                    line=at["line"],
                    item_code=at["item_code"],
                    at=now(),
                )
                return here

            url, _refusal = attempt(lambda: once(request, "attach_evidence", keep), form)
            if url is not None:
                messages.success(request, _("The file is attached."))
                return redirect(url)
        status = 422
    files = EvidenceFile.objects.filter(
        scorecard=evaluation.scorecard, line=at["line"], item_code=at["item_code"]
    ).order_by("id")
    context = {
        **heading(evaluation),
        "evaluation": evaluation,
        "place": at,
        "files": files,
        "form": form,
        "open": flows.node_name(flows.open_task(evaluation)) == flows.SELF_ASSESSMENT,
        "submission_key": new_key(),
        "back": f"{reverse('self_assessment', args=[uuid])}#{at['anchor']}",
    }
    return render(request, "workflows/self_assessments/evidence.html", context, status=status)


@declares("self")
@require_POST
def detach(request: PersonRequest, uuid: UUID, file: UUID) -> HttpResponse:
    """Take a file off the draft; a second request finds nothing to do."""
    evaluation = _own(request, uuid)
    kept = EvidenceFile.objects.filter(scorecard=evaluation.scorecard, uuid=file).select_related("line").first()
    if kept is None:
        messages.info(request, _("The file had been taken off before."))
        return redirect("self_assessment", uuid=uuid)
    place = str(kept.line.uuid) if kept.line else kept.item_code
    actions.detach(evaluation=evaluation, evidence=kept, by=request.user, at=now())
    messages.success(request, _("The file is taken off."))
    return redirect("evidence", uuid=uuid, place=place)


@declares("visible_evaluation")
@require_GET
def download(request: PersonRequest, file: UUID) -> FileResponse:
    """The stored bytes, only ever as an attachment, for those who may see the form."""
    kept = get_object_or_404(
        EvidenceFile, uuid=file, scorecard__evaluation__in=evaluations(request.user, today()).values("pk")
    )
    answer = FileResponse(open_evidence(kept), as_attachment=True, filename=kept.name, content_type=TYPES[kept.kind])
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
