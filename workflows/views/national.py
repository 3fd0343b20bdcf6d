"""What is owed to the national database: how much waits where, the files made, and the act that makes one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min, Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpi.wording import STANDINGS
from organization.models import Person, Unit
from workflows.actions.national_batches import MOST, make_batch
from workflows.errors import NotAllowed
from workflows.forms.national import BatchForm
from workflows.models import NationalItem, NationalResult
from workflows.policy import national as policy
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today

PAGE = 20
ROWS = 50


def tabs_of(here: str) -> list[dict[str, Any]]:
    """The pages beside this one."""
    pages = {"report": _("Figures"), "result_uses": _("Uses of results"), "national": _("National database")}
    return [{"label": label, "url": reverse(name), "current": name == here} for name, label in pages.items()]


def refusal_to_send(person: Person) -> str:
    """Why the person makes no file, "" when he may."""
    if policy.sending_units(person, today()).exists():
        return ""
    return _("The personnel department of the province sends results to the national database.")


@declares("figures")
@require_GET
def overview(request: PersonRequest) -> HttpResponse:
    """By agency what waits, what was refused, what has no receipt, what was received; and the files made."""
    units = policy.require_reader(request.user, today())
    results = NationalResult.objects.filter(agency_id__in=units)
    counts = {
        "waiting": _by_agency(results.waiting()),
        "refused": _by_agency(results.refused()),
        "unanswered": _by_agency(results.unanswered()),
        "overdue": _by_agency(results.overdue(today())),
        "all": _by_agency(results),
    }
    due = dict(results.waiting().order_by().values_list("agency").annotate(due=Min("due_on")))
    agencies = Unit.objects.filter(pk__in=counts["all"]).order_by("position", "code")
    batches = policy.batches(request.user, today()).select_related("unit", "made_by")
    answered = batches.annotate(answers=Count("receipts")).order_by("-made_at", "-pk")
    page = Paginator(answered, PAGE).get_page(request.GET.get("page"))
    term = policy.sending_term()
    context = {
        "tabs": tabs_of("national"),
        "rows": [_row(agency, counts, due) for agency in agencies],
        "totals": {name: sum(found.values()) for name, found in counts.items()},
        "page": page,
        "term": term,
        "term_standing": STANDINGS[term.standing],
        "refused": refusal_to_send(request.user),
    }
    return render(request, "workflows/national/overview.html", context)


def _by_agency(results: Any) -> dict[int, int]:
    return dict(results.order_by().values_list("agency").annotate(number=Count("pk")))


def _row(agency: Unit, counts: Mapping[str, Mapping[int, int]], due: Mapping[int, Any]) -> dict[str, Any]:
    found = {name: numbers.get(agency.pk, 0) for name, numbers in counts.items()}
    found["received"] = found["all"] - found["waiting"] - found["unanswered"]
    return {"agency": agency, "due": due.get(agency.pk), **found}


@declares("figures")
@require_GET
def waiting(request: PersonRequest) -> HttpResponse:
    """The results that the next files take, those refused before with the reason, the oldest first."""
    policy.require_reader(request.user, today())
    found = policy.results(request.user, today())
    only_refused = request.GET.get("only") == "refused"
    chosen = found.refused() if only_refused else found.waiting()
    earlier = NationalItem.objects.order_by("attempt").select_related("batch__unit")
    ordered = chosen.select_related("evaluation__person", "agency").prefetch_related(
        Prefetch("items", earlier, to_attr="tried")
    )
    page = Paginator(ordered.order_by("due_on", "pk"), ROWS).get_page(request.GET.get("page"))
    here = reverse("national_waiting")
    context = {
        "tabs": tabs_of("national"),
        "filters": [
            {"label": _("All"), "url": here, "current": not only_refused},
            {"label": _("Refused before"), "url": f"{here}?only=refused", "current": only_refused},
        ],
        "page": page,
        "today": today(),
    }
    return render(request, "workflows/national/waiting.html", context)


@declares("national_sender")
@require_http_methods(["GET", "POST"])
def make(request: PersonRequest) -> HttpResponse:
    """Put what waits into a file, after a look at what that means."""
    units = policy.sending_units(request.user, today())
    if not units.exists():
        raise NotAllowed(refusal_to_send(request.user), rule=_(policy.RULE))
    form = BatchForm(request.POST or None, units=units)
    refusal = None
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            made = make_batch(unit=form.cleaned_data["unit"], by=request.user, at=now())
            return reverse("national_batch", args=[made.uuid])

        url, refusal = attempt(lambda: once(request, "national_make", act))
        if url is not None:
            messages.success(request, _("The file is made. Deliver it, then enter the receipt."))
            return redirect(url)
    context = {
        "title": _("Make a file for the national database"),
        "question": _("Put the results that wait into a file?"),
        "consequences": [
            _("The file takes what waits in the chosen unit and all below it, at most %(most)d results.")
            % {"most": MOST},
            _("Refused results go out again, as a further attempt."),
            _("A result stands in one file only until that file's receipt refuses it."),
        ],
        "form": form,
        "refusal": refusal,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("Make the file"),
        "cancel_url": reverse("national"),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)
