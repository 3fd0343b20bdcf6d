"""What the room of a session shows: its people, its cases by unit, what is left to do. A fixed number of queries."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import votes
from approvals.classes import CLASSES, classes_within
from approvals.models import AgendaItem, CouncilSession, PreparatoryMark, SessionState
from approvals.roster import Roster
from approvals.votes import Vote
from organization.models import Person
from workflows.actions.councils import proposed_classes
from workflows.facts.wording import local_rule_name, period_words
from workflows.histories import totals
from workflows.models import Stage
from workflows.organisations import HeadCap, head_caps
from workflows.templatetags.look import class_words
from workflows.views.acts import PersonRequest
from workflows.views.agenda_words import place_words
from workflows.views.quota_panel import changes, distribution, edge_panel, quota_panel

PER_PAGE = 50
FILTERS = ("all", "changed", "contested", "questioned", "open")


@dataclass
class Row:
    """One case as the list shows it. `own` and `final`: exact totals of the self-assessment and of the review."""

    item: AgendaItem
    own: Fraction | None
    final: Fraction | None
    vote: Vote | None
    voters: int
    recused: list[str]
    keeps_out: bool
    mine: bool
    choice: str = ""
    reason: str = ""
    problem: str = ""
    questions: int = 0
    head_cap: HeadCap | None = None

    @property
    def looked_at(self) -> bool:
        """Whether the meeting discusses the case: contested, or questioned by a member beforehand."""
        return self.item.contested or self.questions > 0

    @property
    def grounds(self) -> list[str]:
        """Why the case stands where it does on the agenda."""
        return place_words(self.item, self.questions)

    @property
    def selected(self) -> str:
        return self.choice or self.item.proposed_class or self.item.score_class

    @property
    def shown_reason(self) -> str:
        return self.reason or self.item.reason

    @property
    def changed(self) -> bool:
        return bool(self.item.proposed_class) and self.item.proposed_class != self.item.score_class

    @property
    def concluded(self) -> bool:
        return self.item.concluded_at is not None

    @property
    def options(self) -> list[dict[str, Any]]:
        """Every class, the ones above the class of the score closed."""
        within = classes_within(self.item.score_class)
        return [{"code": code, "label": class_words(code, "short"), "closed": code not in within} for code in CLASSES]


def rows_of(session: CouncilSession, roster: Roster, person: Person) -> list[Row]:
    """Every case in the order of the agenda, with its scores and the state of its vote."""
    items = list(
        session.items.select_related("person", "case__evaluation__unit")
        .annotate(
            opinion_count=Count("opinions", distinct=True),
            question_count=Count("marks", distinct=True, filter=Q(marks__choice=PreparatoryMark.Choice.QUESTION)),
        )
        .prefetch_related(*votes.PREFETCH)
        .order_by("order")
    )
    scored = totals(item.case.evaluation_id for item in items)
    caps = head_caps(session.of_period.period)
    rows = []
    for item in items:
        known = scored.get(item.case.evaluation_id, {})
        away = [member.person for member in roster.members if roster.is_recused(member, item)]
        rows.append(
            Row(
                item=item,
                own=known.get(Stage.SELF_ASSESSMENT),
                final=Fraction(item.score_total),
                vote=votes.outcome(item, roster) if item.ballot_round else None,
                voters=len(roster.voters(item)),
                recused=[person.full_name for person in away if person.pk != item.person_id],
                keeps_out=item.person_id in {person.pk for person in away},
                mine=item.person_id == person.pk,
                questions=item.question_count,
                head_cap=caps.get(item.case.evaluation_id),
            )
        )
    return rows


def live(session: CouncilSession, rows: list[Row]) -> dict[str, Any]:
    """The figures that move with every choice."""
    period = session.of_period.period
    classes = proposed_classes(period)
    proposed = [row.item.proposed_class or row.item.score_class for row in rows]
    chart = distribution([row.item.score_class for row in rows], proposed)
    concluded = sum(row.concluded for row in rows)
    return {
        "quota": quota_panel(period, classes),
        "edge": edge_panel(period, classes),
        "chart": chart,
        "changes": changes(chart),
        "figures": {
            "all": len(rows),
            "changed": sum(row.changed for row in rows),
            "contested": sum(row.looked_at for row in rows),
            "questioned": sum(row.questions > 0 for row in rows),
            "open": len(rows) - concluded,
            "concluded": concluded,
            "uncontested": sum(not (row.concluded or row.looked_at or row.item.proposed_class) for row in rows),
            "to_vote": sum(row.item.contested and not row.concluded for row in rows),
        },
    }


def filtered(rows: list[Row], chosen: str, query: str) -> list[Row]:
    kept = {
        "changed": lambda row: row.changed,
        "contested": lambda row: row.looked_at,
        "questioned": lambda row: row.questions > 0,
        "open": lambda row: not row.concluded,
    }.get(chosen)
    words = _plain(query).split()
    return [
        row
        for row in rows
        if (kept is None or kept(row))
        and all(
            word in _plain(f"{row.item.person.full_name} {row.item.title} {row.item.unit_name}") for word in words
        )
    ]


def _plain(text: str) -> str:
    """Letters without tones, so that a search typed without them finds the name too."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in bare if not unicodedata.combining(char))


def in_units(rows: list[Row]) -> list[Row]:
    """The same cases by unit and name."""
    return sorted(
        rows,
        key=lambda row: (
            row.item.case.evaluation.unit.position,
            row.item.case.evaluation.unit_id,
            row.item.person.sort_key,
            row.item.pk,
        ),
    )


def by_unit(rows: Iterable[Row]) -> list[dict[str, Any]]:
    groups = groupby(rows, key=lambda row: (row.item.case.evaluation.unit_id, row.item.unit_name))
    return [{"id": pk, "unit": name, "rows": list(found)} for (pk, name), found in groups]


def room_context(request: PersonRequest, session: CouncilSession, roster: Roster, rows: list[Row]) -> dict[str, Any]:
    """The list with its filter, the figures, the people of the session."""
    chosen = request.GET.get("show", "all")
    query = request.GET.get("q", "").strip()
    units = request.GET.get("by") == "unit"
    found = filtered(in_units(rows) if units else rows, chosen, query)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    figures = live(session, rows)
    return {
        **frame(session, roster, request.user),
        **figures,
        "page": page,
        "groups": by_unit(page.object_list) if units else by_agenda(page.object_list),
        "orders": orders(chosen, query, units=units),
        "by": "unit" if units else "",
        "query": query,
        "show": chosen,
        "chips": chips(chosen, query, figures["figures"], units=units),
        "found": len(found),
        "filter_query": request.GET.urlencode(),
        "quorum": roster.quorum(),
        "present": len(roster.seated),
        "uncalled": [row.member.person.full_name for row in roster.attendances if row.present is None],
        "recusals": [row for row in rows if row.recused or row.keeps_out],
    }


def by_agenda(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """One group: the list as it is called."""
    found = list(rows)
    return [{"id": "agenda", "unit": _("Agenda, the widest disagreement first"), "rows": found}] if found else []


def orders(chosen: str, query: str, *, units: bool) -> list[dict[str, Any]]:
    """The two orders in which the list can be read."""
    kept = {"show": chosen, **({"q": query} if query else {})}
    return [
        {"label": _("By the agenda"), "url": "?" + urlencode(kept), "current": not units},
        {"label": _("By unit"), "url": "?" + urlencode({**kept, "by": "unit"}), "current": units},
    ]


def chips(chosen: str, query: str, figures: dict[str, int], *, units: bool = False) -> list[dict[str, Any]]:
    labels = {
        "all": _("All"),
        "changed": _("Changed"),
        "contested": _("To look at"),
        "questioned": _("Questioned"),
        "open": _("Not concluded"),
    }
    words = {**({"q": query} if query else {}), **({"by": "unit"} if units else {})}
    return [
        {
            "label": labels[key],
            "url": "?" + urlencode({"show": key, **words}),
            "current": key == chosen,
            "count": figures[key],
        }
        for key in FILTERS
    ]


def frame(session: CouncilSession, roster: Roster, person: Person) -> dict[str, Any]:
    """What every page of a session shows around its content."""
    period = session.of_period.period
    return {
        "session": session,
        "council": session.council,
        "roster": roster,
        "period": period,
        "eyebrow": _("Session %(number)d · %(period)s")
        % {"number": session.number, "period": period_words(period.campaign)},
        "local_rule": local_rule_name(period),
        "officer": person.pk in (session.chair_id, session.secretary_id),
        "me": roster.member_of(person),
        "steps": _steps(session),
    }


def _steps(session: CouncilSession) -> list[dict[str, Any]]:
    order = [
        (_("Convened"), (SessionState.CONVENED,)),
        (_("In session"), (SessionState.IN_SESSION, SessionState.ADJOURNED)),
        (_("Minutes drafted"), (SessionState.MINUTES_DRAFTED,)),
        (_("Adopted, to be signed"), (SessionState.ADOPTED, SessionState.SIGNED)),
        (_("Closed"), (SessionState.CLOSED,)),
    ]
    here = next(place for place, (_label, states) in enumerate(order) if session.state in states)
    if session.state == SessionState.CLOSED:
        here = len(order)
    return [
        {"label": label, "state": "done" if place < here else "current" if place == here else "next"}
        for place, (label, _states) in enumerate(order)
    ]


def page_url(session: CouncilSession, query: str = "") -> str:
    url = reverse("session", args=[session.uuid])
    return f"{url}?{query}" if query else url
