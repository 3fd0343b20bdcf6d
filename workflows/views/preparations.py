"""A member's packet before the meeting: the whole list with its history, and his marks on it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from approvals import actions as approvals
from approvals.actions.agenda import QUESTIONS
from approvals.models import CouncilSession, PreparatoryMark
from approvals.roster import Roster
from workflows.histories import last_results, totals
from workflows.models import Stage
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, now
from workflows.views.agenda_words import place_words
from workflows.views.council_room import frame, page_url
from workflows.views.room_acts import BEFORE_MINUTES
from workflows.views.sessions import session_of


@declares("session_member")
@require_http_methods(["GET", "POST"])
def session_prepare(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Agree, question, no opinion: one mark a case, changed until the case is concluded."""
    meeting = session_of(request, uuid)
    roster = Roster.of(meeting)
    items = list(
        meeting.items.select_related("person", "case__evaluation")
        .annotate(
            question_count=QUESTIONS,
            evidence_count=Count("case__evaluation__scorecard__evidence", distinct=True),
        )
        .order_by("order")
    )
    me = roster.member_of(request.user)
    refusal = None
    if request.method == "POST" and me is not None:
        marks = _typed(request, items)
        written, refusal = attempt(
            lambda: approvals.mark_cases(session=meeting, member=me, marks=marks, by=request.user, at=now())
        )
        if refusal is None:
            text = ngettext("%(count)d mark was stored.", "%(count)d marks were stored.", written or 0)
            messages.success(request, text % {"count": written} if written else _("Nothing has changed."))
            return redirect(page_url(meeting))
    typed = {mark.item.pk: (mark.choice, mark.note) for mark in _typed(request, items)}
    context = {
        **frame(meeting, roster, request.user),
        "rows": _rows(meeting, roster, items, me, typed),
        "choices": PreparatoryMark.Choice.choices,
        "may_mark": me is not None and meeting.state in BEFORE_MINUTES,
        "refusal": refusal,
    }
    return render(request, "workflows/sessions/prepare.html", context, status=refusal.status if refusal else 200)


def _typed(request: PersonRequest, items: Sequence[Any]) -> list[approvals.MarkedCase]:
    """The marks of this POST; a case without a choice is left as it is."""
    return [
        approvals.MarkedCase(item, choice, request.POST.get(f"note-{item.uuid}", "")[:1000])
        for item in items
        if (choice := request.POST.get(f"mark-{item.uuid}", ""))
    ]


def _rows(
    meeting: CouncilSession,
    roster: Roster,
    items: Sequence[Any],
    me: Any,
    typed: dict[int, tuple[str, str]],
) -> list[dict[str, Any]]:
    """The cases in the order of the agenda, each with what is known of the person's earlier periods."""
    scored = totals(item.case.evaluation_id for item in items)
    earlier = last_results(meeting.of_period.period, [item.person_id for item in items])
    mine = (
        {mark.item_id: (mark.choice, mark.note) for mark in PreparatoryMark.objects.filter(member=me)} if me else {}
    )
    rows = []
    for item in items:
        own = scored.get(item.case.evaluation_id, {}).get(Stage.SELF_ASSESSMENT)
        final = Fraction(item.score_total)
        choice, note = typed.get(item.pk) or mine.get(item.pk) or ("", "")
        rows.append(
            {
                "item": item,
                "own": own,
                "final": final,
                "grounds": place_words(item, item.question_count),
                "history": earlier.get(item.person_id, []),
                "evidence": item.evidence_count,
                "choice": choice,
                "note": note,
                "keeps_out": me is not None and (item.person_id == me.person_id or roster.is_recused(me, item)),
            }
        )
    return rows
