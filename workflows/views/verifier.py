"""Any signed PDF, judged for a clerk: who signed, when, what is missing, and whether it is a document of ours."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from documents.standings import DocumentStanding
from documents.verification import PdfReport, Verdict, VerifierBusy, verify_limited
from workflows.actions.provenance import Origin, Provenance, kept_lists, provenance_of
from workflows.forms.genuineness import VerifyForm
from workflows.policy import visibility
from workflows.policy.limits import RateLimit
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, today
from workflows.views.genuineness import ANSWERS, too_many

LIMIT = RateLimit("verifier", each=20, together=120)
TONES = {Verdict.VALID: "success", Verdict.REMARKS: "info", Verdict.UNTRUSTED: "warning"}
ORIGINS = {
    Origin.ARCHIVED: (_("This is the file in our archive, byte for byte."), "success"),
    Origin.DISPOSED: (
        _("This was the file in our archive, byte for byte; the archive's own copy was destroyed after its term."),
        "success",
    ),
    Origin.EARLIER: (_("This is an earlier state of a document of ours; the archive holds a later one."), "warning"),
    Origin.CONTINUED: (
        _("This began as a document of ours and was changed outside; the archive has other bytes."),
        "danger",
    ),
    Origin.CLAIMED: (
        _("The file calls itself a document of this system, but the archive has never had these bytes."),
        "danger",
    ),
    Origin.ELSEWHERE: (_("The file does not come from this system; it is judged by its signatures alone."), "info"),
}


@declares("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def verifier(request: PersonRequest) -> HttpResponse:
    """Take a file, judge it in a limited child process, show the result, keep nothing."""
    if request.method != "POST":
        return render(request, "workflows/genuineness/verify.html", {"form": VerifyForm()})
    if LIMIT.exceeded(request, who=str(request.user.pk)):
        return too_many(request)
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "workflows/genuineness/verify.html", {"form": form}, status=422)
    data, given = form.cleaned_data["file"].read(), form.cleaned_data["signing_list"]
    lists = [given.read()] if given else []
    roots = [path.read_bytes() for path in [*settings.TRUST_ROOTS, *settings.EXTRA_TRUST_ROOTS]]
    try:
        report = verify_limited(data, trust_roots=roots, lists=lists)
        provenance = provenance_of(report)
        if report.lists and not lists and (kept := kept_lists(provenance)):
            report = verify_limited(data, trust_roots=roots, lists=kept)
    except VerifierBusy as error:
        form.add_error(None, str(error))
        return render(request, "workflows/genuineness/verify.html", {"form": form}, status=503)
    context = {"form": VerifyForm(), "file_name": form.cleaned_data["file"].name}
    return render(request, "workflows/genuineness/verify.html", context | judged(request, report, provenance))


def judged(request: PersonRequest, report: PdfReport, provenance: Provenance) -> dict:
    """What the page shows of a judgement; a document's own page only to those who may read it."""
    words, tone = ORIGINS[provenance.origin]
    document, found = provenance.document, provenance.whereabouts
    readable = visibility.documents(request.user, today())
    standing = ANSWERS[DocumentStanding(found.standing)] if found else None
    return {
        "report": report,
        "tone": TONES.get(report.verdict, "danger"),
        "cards": [{"signature": each, "findings": report.findings_of(each.field)} for each in report.signatures],
        "others": [each for each in report.findings if not each.field or each.field not in _fields(report)],
        "origin": {"text": words, "tone": tone},
        "document": document,
        "standing": {"text": standing[0], "tone": standing[1]} if standing else None,
        "later": found.by if found else [],
        "readable": bool(document and readable.filter(pk=document.pk).exists()),
    }


def _fields(report: PdfReport) -> set[str]:
    return {each.field for each in report.signatures}
