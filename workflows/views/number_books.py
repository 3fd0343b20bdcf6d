"""Number books: how far each has come, which document has which number, and the clerk's acts on the others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from documents import numbering
from documents.actions.numbers import NEXT
from documents.models import Document, NumberBook, NumberUse, UseEvent
from organization.authority import units_of_role
from organization.models import AgencyRole, Role, Unit
from workflows.actions import number_books as actions
from workflows.errors import NotAllowed, Refused
from workflows.forms.number_books import AssignForm, CancelForm, ImportForm, ReserveForm
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today
from workflows.views.papers import chip_of, with_people

PAGE = 50
FORMS: dict[str, type[forms.Form]] = {
    "reserve": ReserveForm,
    "import": ImportForm,
    "assign": AssignForm,
    "cancel": CancelForm,
}
SETTLING = {"assign": UseEvent.ASSIGNED, "cancel": UseEvent.CANCELLED}


@dataclass(frozen=True)
class Line:
    """One row of a book: a document's number, or what else became of first..last."""

    first: int
    last: int
    document: dict[str, Any] | None = None
    uses: tuple[NumberUse, ...] = ()
    acts: tuple[dict[str, Any], ...] = ()


def _agencies(request: PersonRequest) -> QuerySet[Unit]:
    """The agencies whose books this clerk keeps."""
    held = units_of_role(person=request.user, role=Role.CLERK, on=today())
    return Unit.objects.filter(pk__in=held).exclude(agency_role=AgencyRole.DIRECTLY_USING)


@declares("clerk")
@require_GET
def number_books(request: PersonRequest) -> HttpResponse:
    """Every book of the clerk's agencies in one year, with its last number."""
    agencies = list(_agencies(request).order_by("position", "code"))
    if not agencies:
        raise NotAllowed(_("Only the clerk of the agency keeps its number books."), rule=_("Role: clerk"))
    this_year = numbering.database_day().year
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else this_year
    counters = NumberBook.objects.filter(unit__in=agencies, year__gt=0).exclude(book__startswith="practice-")
    last = {(each.unit_id, each.book): each.last for each in counters.filter(year=year)}
    years = sorted({this_year, year, *counters.values_list("year", flat=True)})
    names = sorted({*numbering.books(), *(book for _unit, book in last)})
    context = {
        "year": year,
        "years": [{"label": str(each), "url": f"?year={each}", "current": each == year} for each in years],
        "agencies": [
            {
                "unit": unit,
                "books": [
                    {
                        "name": name,
                        "last": last.get((unit.pk, name), 0),
                        "url": reverse("number_book", args=[unit.uuid, name, year]),
                    }
                    for name in names
                ],
            }
            for unit in agencies
        ],
        "refused": numbering.refused(),
        "why": str(numbering.NumberingRefused()),
    }
    return render(request, "workflows/issuing/number_books.html", context)


@declares("clerk")
@require_http_methods(["GET", "POST"])
def number_book(request: PersonRequest, uuid: UUID, book: str, year: int) -> HttpResponse:
    """One book: each number from the last to the first. POST reserves, imports, assigns or cancels."""
    unit = get_object_or_404(_agencies(request), uuid=uuid)
    counter = NumberBook.objects.filter(unit=unit, book=book, year=year, year__gt=0).first()
    if counter is None and book not in numbering.books():
        raise Http404
    here = reverse("number_book", args=[unit.uuid, book, year])
    refusal: Refused | None = None
    if request.method == "POST":
        refusal = _act(request, unit, book, year, here)
        if refusal is None:
            return redirect(here)
    current = year == numbering.database_day().year
    page = Paginator(_numbers(unit, book, year), PAGE).get_page(request.GET.get("page"))
    typed = request.POST if request.method == "POST" else None  # it was refused: the page is shown again
    context = {
        "unit": unit,
        "book": book,
        "year": year,
        "last": counter.last if counter else 0,
        "page": page,
        "lines": _lines(request, page, unit, book, year),
        "acts": [_form(name, typed) for name in ("reserve", "import")]
        if current and book in numbering.books()
        else [],
        "refusal": refusal,
        "refused": numbering.refused(),
        "why": str(numbering.NumberingRefused()),
        "url": here,
    }
    return render(request, "workflows/issuing/number_book.html", context, status=refusal.status if refusal else 200)


def _act(request: PersonRequest, unit: Unit, book: str, year: int, here: str) -> Refused | None:
    """Carry out what the POST asks for; the refusal when it is not done."""
    name = request.POST.get("act", "")
    if name not in FORMS:
        return Refused(_("The page is incomplete. Load it again; nothing was stored."))
    form = FORMS[name](request.POST)
    if not form.is_valid():
        problems = [f"{form[field].label}: {' '.join(map(str, errors))}" for field, errors in form.errors.items()]
        return Refused(_("Something is missing or wrong. Nothing was stored."), missing=problems)
    if name in ("reserve", "import") and year != numbering.database_day().year:
        return Refused(_("Numbers are taken from this year's book only."))
    given = {**form.cleaned_data, "by": request.user, "at": now()}
    acts: dict[str, Callable[[], Any]] = {
        "reserve": lambda: actions.reserve(unit=unit, book=book, **given),
        "import": lambda: actions.go_on_after(unit=unit, book=book, **given),
        "assign": lambda: actions.assign(use=_use(request, unit, book, year), **given),
        "cancel": lambda: actions.cancel(use=_use(request, unit, book, year), **given),
    }

    def act() -> str:
        done = acts[name]()
        uses = done if isinstance(done, list) else [done]
        messages.success(request, _said(name, uses))
        return here

    _url, refusal = attempt(lambda: once(request, f"number_{name}", act))
    return refusal


def _use(request: PersonRequest, unit: Unit, book: str, year: int) -> NumberUse:
    """The use that the form names, in this book."""
    try:
        key = UUID(request.POST.get("use", ""))
    except ValueError:
        raise Refused(_("The page is incomplete. Load it again; nothing was stored.")) from None
    uses = NumberUse.objects.select_related("unit")
    return get_object_or_404(uses, uuid=key, unit=unit, book=book, year=year)


def _said(name: str, uses: list[NumberUse]) -> str:
    numbers = {"first": uses[0].first, "last": uses[-1].last}
    if name == "reserve" and len(uses) == 1:
        return _("Number %(first)s is reserved.") % numbers
    if name == "reserve":
        return _("Numbers %(first)s to %(last)s are reserved.") % numbers
    if name == "import":
        return (
            _("Numbers %(first)s to %(last)s are on paper; the next document gets the number after them.") % numbers
        )
    if name == "assign":
        return _("Number %(first)s is given to the paper document.") % numbers
    return _("Number %(first)s is cancelled; it stays used.") % numbers


def _numbers(unit: Unit, book: str, year: int) -> list[tuple[int, int, int, bool]]:
    """First, last, id, and whether it is a document: the newest number first."""
    documents = Document.objects.filter(unit=unit, book=book, number_year=year, number__isnull=False)
    uses = NumberUse.objects.filter(unit=unit, book=book, year=year, follows__isnull=True)
    found = [(number, number, pk, True) for number, pk in documents.values_list("number", "pk") if number]
    found += [(first, last, pk, False) for first, last, pk in uses.values_list("first", "last", "pk")]
    return sorted(found, reverse=True)


def _lines(request: PersonRequest, page: Page, unit: Unit, book: str, year: int) -> list[Line]:
    of_documents = [pk for _first, _last, pk, is_document in page if is_document]
    documents = {row.pk: row for row in with_people(Document.objects.filter(pk__in=of_documents).defer("facts"))}
    uses = NumberUse.objects.filter(unit=unit, book=book, year=year).select_related("by")
    of_uses = [pk for _first, _last, pk, is_document in page if not is_document]
    begun = {use.pk: use for use in uses.filter(pk__in=of_uses)}
    later = {use.follows_id: use for use in uses.filter(follows__isnull=False)}
    typed = request.POST if request.method == "POST" else None  # it was refused: the page is shown again
    lines = []
    for first, last, pk, is_document in page:
        if is_document:
            lines.append(Line(first, last, document=chip_of(documents[pk], request.user)))
            continue
        chain = [begun[pk]]
        while chain[-1].pk in later:
            chain.append(later[chain[-1].pk])
        open_to = NEXT.get(UseEvent(chain[-1].event), ())
        acts = [_form(name, typed, chain[-1]) for name, event in SETTLING.items() if event in open_to]
        lines.append(Line(first, last, uses=tuple(chain), acts=tuple(acts)))
    return lines


def _form(name: str, typed: QueryDict | None, use: NumberUse | None = None) -> dict[str, Any]:
    """An act's form with a key of its own: two rows of one page are two acts. A refused one keeps what was typed."""
    refused = typed is not None and typed.get("act") == name and typed.get("use", "") == str(use.uuid if use else "")
    form = FORMS[name](typed if refused else None, auto_id=f"id_{name}_{use.first}_%s" if use else f"id_{name}_%s")
    return {"name": name, "form": form, "refused": refused, "use": use, "submission_key": new_key()}
