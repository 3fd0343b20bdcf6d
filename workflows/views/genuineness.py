"""What the QR code of a document leads to: valid, replaced, cancelled or unknown, and no name of anybody.

Asked without login, by code or by number. Numbers follow each other, so anybody can guess them: by number only
kinds that the whole agency may read are answered; all others look exactly like numbers that do not exist.
"""

import unicodedata
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from documents.models import Access, Document
from documents.standings import DocumentStanding, whereabouts_of
from organization.models import Unit
from workflows.forms.genuineness import AskForm
from workflows.policy.limits import RateLimit
from workflows.policy.routes import open_to_everybody

LIMIT = RateLimit("genuineness", each=60, together=1200)
UNKNOWN = (_("No document has this code or number. Check what you typed."), "danger")
ANSWERS = {
    DocumentStanding.VALID: (_("This document is in force."), "success"),
    DocumentStanding.AMENDED: (_("This document is in force, except for what a later one changes."), "warning"),
    DocumentStanding.REPLACED: (_("This document has been replaced by another one."), "warning"),
    DocumentStanding.ANNULLED: (_("This document has been annulled by another one."), "danger"),
    DocumentStanding.CANCELLED: (_("This document has been cancelled."), "danger"),
    DocumentStanding.UNFINISHED: (_("This document is still being signed and is not in force yet."), "warning"),
}


@dataclass(frozen=True)
class Answer:
    """What may be told: `answer` is a standing or "unknown"; of later documents only what the asker may know."""

    answer: str = "unknown"
    document: Document | None = None
    later: list[Document] = field(default_factory=list)


def answer_for_code(code: str) -> Answer:
    """By the internal code: who has it has the document in his hands."""
    document = Document.objects.select_related("kind", "unit").filter(code=code.strip().upper()).first()
    if document is None:
        return Answer()
    found = whereabouts_of([document])[document.pk]
    return Answer(found.standing.value, document, found.by)


def answer_for_number(text: str, agency: Unit, year: int) -> Answer:
    """By number and symbol: only what the whole agency may read, and what follows it likewise."""
    number, _slash, symbol = _plain(text).removeprefix("SỐ:").strip().partition("/")
    if not number.isdecimal() or len(number) > 9:
        return Answer()
    rows = _told().filter(unit=agency, number_year=year, number=int(number)).select_related("kind", "unit")
    document = next((row for row in rows if _plain(row.number_text).partition("/")[2] == symbol.strip()), None)
    if document is None:
        return Answer()
    found = whereabouts_of([document])[document.pk]
    later = [each for each in found.by if each.kind.access == Access.UNIT and each.subject_id is None]
    return Answer(found.standing.value, document, later)


def _told() -> QuerySet[Document]:
    """Documents that may be asked for by number."""
    return Document.objects.filter(practice=False, kind__access=Access.UNIT, subject__isnull=True)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split()).upper()


@open_to_everybody
@require_safe
def genuineness(request: HttpRequest) -> HttpResponse:
    """The form, and under it the answer to what it asks."""
    if LIMIT.exceeded(request):
        return too_many(request)
    if not request.GET:
        return render(request, "workflows/genuineness/ask.html", {"form": AskForm(initial=_this_year())})
    form = AskForm(request.GET)
    if not form.is_valid():
        return render(request, "workflows/genuineness/ask.html", {"form": form}, status=422)
    asked = form.cleaned_data
    if asked["code"]:
        return _answered(request, answer_for_code(asked["code"]), form)
    return _answered(request, answer_for_number(asked["number"], asked["agency"], asked["year"]), form)


@open_to_everybody
@require_safe
def document_state(request: HttpRequest, code: str) -> HttpResponse:
    """Kind, agency, number, date and hash of a document; never a person's name, score or class."""
    if LIMIT.exceeded(request):
        return too_many(request)
    form = AskForm(initial={"code": code, **_this_year()})
    return _answered(request, answer_for_code(code), form, by_code=True)


def _answered(request: HttpRequest, answer: Answer, form: AskForm, *, by_code: bool = False) -> HttpResponse:
    text, tone = ANSWERS[DocumentStanding(answer.answer)] if answer.document else UNKNOWN
    context = {
        "answer": answer.answer,
        "text": text,
        "tone": tone,
        "document": answer.document,
        "later": answer.later,
        "by_code": by_code or bool(answer.document and form.is_bound and form.cleaned_data.get("code")),
        "form": form,
    }
    return render(request, "workflows/genuineness/ask.html", context, status=200 if answer.document else 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """The page that asks to wait a minute."""
    answer = render(request, "workflows/genuineness/too_many.html", status=429)
    answer["Retry-After"] = "60"
    return answer


def _this_year() -> dict[str, int]:
    return {"year": timezone.localdate().year}
