"""What waits after a decision: petitions, results that rest on a changed one, notices to confirm."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models import Petition, PetitionState
from organization.authority import subtree_ids
from organization.models import Person, Role
from workflows import receipts
from workflows.facts.wording import period_words
from workflows.models import Dependant, EvaluationPeriod, EvaluationStep, PeriodKind
from workflows.policy import correcting
from workflows.policy.visibility import Offices
from workflows.views.waits import Waiting


def after_decisions(person: Person, on: date, offices: Offices) -> Iterable[Waiting]:
    """Rows of the home, counted, never listed."""
    yield from _petitions(person, on, offices)
    managed = correcting.managed_agencies(person, on) if offices.headed else set()
    yield from _dependants(offices.units(Role.UNIT_HR) | set(offices.headed), managed)
    yield from _notices(person)


def _petitions(person: Person, on: date, offices: Offices) -> Iterable[Waiting]:
    """Open petitions that the person answers, prepares or gives away, until the first of their terms ends."""
    mine = Q(preparer=person) | Q(case__evaluation__period__agency__in=offices.units(Role.UNIT_HR))
    mine |= Q(target=Petition.Target.CLASS, case__evaluation__period__agency__in=offices.headed)
    scored = Q(case__evaluation__reviewer=person)
    for holder, unit in offices.reviewing:
        scored |= Q(case__evaluation__reviewer=holder, case__evaluation__unit__in=subtree_ids([unit]))
    mine |= Q(target=Petition.Target.SCORE) & scored
    rows = Petition.objects.filter(mine, state__in=[PetitionState.RECEIVED, PetitionState.PREPARED])
    counted = rows.exclude(person=person).aggregate(
        number=Count("pk", distinct=True), due=Min("due_on"), late=Count("pk", Q(due_on__lt=on), distinct=True)
    )
    if not counted["number"]:
        return
    text = ngettext("%(count)d petition to be answered", "%(count)d petitions to be answered", counted["number"])
    late = ngettext("%(count)d is past its term", "%(count)d are past their term", counted["late"])
    yield Waiting(
        what=text % {"count": counted["number"]},
        about=late % {"count": counted["late"]} if counted["late"] else "",
        due=counted["due"],
        url=reverse("petitions"),
        act=_("To the petitions"),
        count=counted["number"],
    )


def _dependants(units: set[int], managed: set[int]) -> Iterable[Waiting]:
    """Open flags, a row a period: of agencies that the person heads or is personnel officer of, and of yearly
    rankings that he decides anew as head of the managing agency."""
    if not units:
        return
    competent = Q(period__agency_id__in=units)
    competent |= Q(period__campaign__kind=PeriodKind.YEAR, period__agency_id__in=managed)
    rows = Dependant.objects.filter(competent, settlement=None)
    counted = dict(rows.order_by().exclude(period=None).values_list("period").annotate(number=Count("pk")))
    yield from _organisations(units)
    for period in EvaluationPeriod.objects.filter(pk__in=counted).select_related("campaign", "agency"):
        text = ngettext(
            "%(count)d result rests on a changed one", "%(count)d results rest on a changed one", counted[period.pk]
        )
        yield Waiting(
            what=text % {"count": counted[period.pk]},
            about=f"{period_words(period.campaign)} · {period.agency.name}",
            due=None,
            url=reverse("period_dependants", args=[period.uuid]),
            act=_("Settle"),
            count=counted[period.pk],
        )


def _organisations(units: set[int]) -> Iterable[Waiting]:
    """Flags on organisations that rest on another's class, of no period: a row each, for the recogniser."""
    rows = Dependant.objects.filter(period=None, organisation__listed__agency__in=units, settlement=None)
    for flag in rows.select_related("organisation__unit", "organisation__listed").order_by("pk"):
        if flag.organisation is not None:
            yield Waiting(
                what=flag.get_kind_display(),
                about=f"{flag.organisation.unit.name} · {flag.organisation.listed.year}",
                due=None,
                url=reverse("dependant", args=[flag.uuid]),
                act=_("Settle"),
            )


def _notices(person: Person) -> Iterable[Waiting]:
    waiting = list(receipts.waiting_for(person)[:2])
    if waiting:
        text = ngettext("Confirm the receipt of your notice", "Confirm the receipt of your notices", len(waiting))
        yield Waiting(
            what=text,
            about=waiting[0].number_text,
            due=None,
            url=reverse("my_evaluations") if len(waiting) > 1 else _page_of(waiting[0].pk),
            act=_("Confirm"),
            count=len(waiting),
        )


def _page_of(notice: int) -> str:
    """The result that the notice tells."""
    step = EvaluationStep.objects.filter(document=notice).select_related("evaluation").first()
    return reverse("result", args=[step.evaluation.uuid]) if step else reverse("my_evaluations")
