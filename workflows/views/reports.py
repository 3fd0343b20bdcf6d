"""Half-year and annual figures, and lists for the uses of results, for those who run, head or audit an agency."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from approvals.classes import CLASSES
from kpi.evidence_rules import TYPES
from kpi.wording import STANDINGS, cited
from organization.models import AgencyRole, Unit
from workflows.facts import figures, uses
from workflows.facts.figures_workbook import figures_workbook
from workflows.facts.wording import period_words
from workflows.models import Campaign, Evaluation, PeriodKind
from workflows.policy import national as policy
from workflows.policy.routes import declares
from workflows.templatetags.look import class_words
from workflows.views.acts import PersonRequest, now, today
from workflows.views.national import tabs_of
from workflows.views.national_batches import attachment
from workflows.views.quota_panel import reading_words

ROWS = 50
YEARS = 5
MOST_CAMPAIGNS = 24


@dataclass(frozen=True)
class Asked:
    """Which report the reader wants: the span, and one agency by its units, or all of his agencies."""

    span: figures.Span
    agencies: list[Unit]
    agency: Unit | None

    @classmethod
    def read(cls, request: PersonRequest) -> "Asked":
        units = policy.require_reader(request.user, today())
        found = Unit.objects.filter(pk__in=units).exclude(agency_role=AgencyRole.DIRECTLY_USING)
        agencies = list(found.filter(practice=False).order_by("position", "code"))
        year, part = request.GET.get("year", ""), request.GET.get("part", "")
        this = today().year
        span = figures.Span(
            int(year) if year.isdecimal() and this - YEARS < int(year) <= this else this,
            part if part in ("h1", "h2", "year") else "year",
        )
        chosen = next((each for each in agencies if str(each.uuid) == request.GET.get("agency", "")), None)
        return cls(span, agencies, chosen or (agencies[0] if len(agencies) == 1 else None))

    def figures(self) -> figures.Figures:
        keys = [self.agency.pk] if self.agency else [each.pk for each in self.agencies]
        return figures.figures(self.span, keys, by_unit=self.agency is not None, on=today())

    @property
    def scope(self) -> str:
        return self.agency.name if self.agency else _("all agencies")

    @property
    def query(self) -> str:
        asked = {"year": self.span.year, "part": self.span.part, "agency": self.agency.uuid if self.agency else ""}
        return urlencode(asked)


def part_words() -> dict[str, str]:
    return {"h1": _("First half-year"), "h2": _("Second half-year"), "year": _("Whole year")}


def cell_words() -> list[tuple[str, str]]:
    """The columns of the table after the two sums."""
    classes = [(code, class_words(code, "short")) for code in CLASSES]
    rest = {
        figures.SCORE: _("Score only"),
        figures.ANNULLED: _("Annulled"),
        figures.OPEN: _("Not published"),
        figures.EXCUSED: _("Excused"),
    }
    return [*classes, *rest.items()]


@declares("figures")
@require_GET
def report(request: PersonRequest) -> HttpResponse:
    """Counts by agency or unit, class and subject group; ceilings; petitions; what is late."""
    asked = Asked.read(request)
    found = asked.figures()
    context = {
        "tabs": tabs_of("report"),
        "asked": asked,
        "parts": part_words(),
        "part": part_words()[asked.span.part],
        "years": range(today().year, today().year - YEARS, -1),
        "found": found,
        "columns": cell_words(),
        "kinds": [_kind(each) for each in found.kinds],
        "petitions": [_petition(line) for line in found.petitions],
        "petition_columns": [label for _key, label in petition_words()],
    }
    return render(request, "workflows/reports/report.html", context)


def petition_words() -> list[tuple[str, str]]:
    return [
        ("accepted", _("Accepted")),
        ("partly", _("Accepted in part")),
        ("rejected", _("Not accepted")),
        ("withdrawn", _("Withdrawn")),
        ("open", _("Being handled")),
        ("late", _("of them late")),
    ]


def _petition(line: figures.PetitionLine) -> dict[str, Any]:
    cells = [{"label": label, "value": line.counts.get(key, 0)} for key, label in petition_words()]
    return {"name": line.name, "received": line.received, "cells": cells}


def _kind(each: figures.KindFigures) -> dict[str, Any]:
    labels = dict(PeriodKind.choices)
    return {
        "kind": each.kind,
        "label": labels[each.kind],
        "lines": _lines(each.lines),
        "groups": _lines(each.groups),
        "total": _lines([each.total])[0],
        "chart": [(code, each.total.of(code) or 0, None) for code in CLASSES],
        "classed": any(each.total.of(code) for code in CLASSES),
        "ceilings": [
            {
                "use": use,
                "period": period_words(use.period.campaign),
                "reading": reading_words(use.reading),
                "basis": cited(use.basis),
                "standing": STANDINGS[use.standing],
            }
            for use in each.ceilings
        ],
    }


def _lines(lines: Iterable[figures.Line]) -> list[dict[str, Any]]:
    columns = cell_words()
    return [
        {"line": line, "cells": [{"label": label, "value": line.of(cell)} for cell, label in columns]}
        for line in lines
    ]


@declares("figures")
@require_GET
def report_file(request: PersonRequest) -> HttpResponse:
    """The same figures as an Excel file."""
    asked = Asked.read(request)
    scope = asked.agency.name if asked.agency else "; ".join(each.name for each in asked.agencies[:3])
    if len(asked.agencies) > 3 and asked.agency is None:
        scope = f"{len(asked.agencies)} cơ quan"
    content = figures_workbook(asked.figures(), scope=scope, created=now())
    return attachment(content, f"bao-cao-{asked.span.year}-{asked.span.part}.xlsx", TYPES["xlsx"])


@dataclass(frozen=True)
class Use:
    """Which list of which period the reader wants."""

    use: str
    campaigns: list[Campaign]
    campaign: Campaign | None
    agencies: set[int]

    @classmethod
    def read(cls, request: PersonRequest) -> "Use":
        agencies = policy.require_reader(request.user, today())
        held = Campaign.objects.filter(practice=False, periods__agency_id__in=agencies).distinct()
        campaigns = list(held.order_by("-ends_on", "-starts_on", "-pk")[:MOST_CAMPAIGNS])
        wanted = request.GET.get("period", "")
        chosen = next((each for each in campaigns if str(each.uuid) == wanted), campaigns[0] if campaigns else None)
        use = request.GET.get("use", "")
        return cls(use if use in (uses.UNMET, uses.INCOME) else uses.UNMET, campaigns, chosen, agencies)


def use_words() -> dict[str, str]:
    return {uses.UNMET: _("Not fulfilled: consequences"), uses.INCOME: _("Income and placement")}


@declares("figures")
@require_GET
def result_uses(request: PersonRequest) -> HttpResponse:
    """Who stands with what in a period: for consequences, for income and placement."""
    asked = Use.read(request)
    found = Evaluation.objects.none()
    if asked.campaign is not None:
        found = uses.used_results(asked.use, asked.campaign, asked.agencies).select_related("scorecard__scheme")
    page: Page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    period = asked.campaign.uuid if asked.campaign else ""
    context = {
        "tabs": tabs_of("result_uses"),
        "asked": asked,
        "period": period_words(asked.campaign) if asked.campaign else "",
        "campaigns": [(each, period_words(each)) for each in asked.campaigns],
        "filters": [
            {"label": label, "url": f"?{urlencode({'use': use, 'period': period})}", "current": use == asked.use}
            for use, label in use_words().items()
        ],
        "page": page,
        "rows": [_used(row) for row in page],
        "excel": f"{reverse('result_uses_file')}?{urlencode({'use': asked.use, 'period': period})}",
    }
    return render(request, "workflows/reports/uses.html", context)


def _used(row: Any) -> dict[str, Any]:
    decided = row.final_decision
    return {
        "row": row,
        "total": Fraction(decided.score_total) if decided.score_total else None,
        "class_code": decided.class_code,
        "local": bool(decided.class_code) and row.scorecard.scheme.is_local,
    }


@declares("figures")
@require_GET
def result_uses_file(request: PersonRequest) -> HttpResponse:
    """The whole list as an Excel file."""
    asked = Use.read(request)
    if asked.campaign is None:
        raise Http404
    found = uses.used_results(asked.use, asked.campaign, asked.agencies)
    content = uses.uses_workbook(asked.use, asked.campaign, found, created=now())
    return attachment(content, f"danh-sach-{asked.use}.xlsx", TYPES["xlsx"])
