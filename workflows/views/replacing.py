"""Deciding anew: the chosen people's new results with their grounds, in one decision or in notices of scores."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from approvals.classes import CLASSES
from approvals.models import Outcome, Petition, PetitionState
from documents.models import Document, State
from organization.models import Capacity
from workflows import corrections
from workflows.actions.replaced_scores import replace_notices
from workflows.actions.replacements import replace_decision
from workflows.actions.settlements import open_flags
from workflows.errors import Refused
from workflows.facts.wording import local_rule_name, period_words
from workflows.forms.corrections import NewResultForm, Shown
from workflows.learnt import learnt_later
from workflows.models import CorrectionGround, Dependant, Evaluation, Ground
from workflows.policy import correcting
from workflows.policy.routes import declares
from workflows.templatetags.look import class_words, vn_date, vn_number
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.corrected import asked, back, chosen, decision_of


@declares("head")
@require_http_methods(["GET", "POST"])
def period_replace(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The head decides the chosen people anew; the old decision and notices stay and say by what."""
    period, open_grounds = asked(request, uuid)
    ranks = period.procedure.parsed().ranks
    decision = decision_of(request, period)
    people = chosen(request, period, decision)
    data = request.POST if request.method == "POST" else None
    forms = [
        NewResultForm(
            data, evaluation=row, shown=_shown(row, open_grounds, ranks=ranks), initial=_prefilled(request, row)
        )
        for row in people
    ]
    refusal: Refused | None = None
    if request.method == "POST":
        version = expected_version(request)
        if not people or (ranks and decision is None):
            refusal = Refused(_("Choose at least one person."))
        elif not [form for form in forms if not form.is_valid()]:
            results = {form.evaluation.uuid: form.new_result() for form in forms}
            base: dict[str, Any] = {
                "period": period,
                "results": results,
                "by": request.user,
                "expected_version": version,
                "at": now(),
            }
            done, refusal = attempt(
                lambda: replace_decision(replaced=decision, **base) if decision else replace_notices(**base)
            )
            if done is not None:
                messages.success(request, _("The new decision and notices are ready. Sign them."))
                return redirect("signing_queue")
            period.refresh_from_db(fields=["version"])
    under = correcting.correcting_authority(period, open_grounds[0], request.user, today())
    context = {
        "period": period,
        "words": period_words(period.campaign),
        "under": under,
        "capacity": dict(Capacity.choices).get(under.capacity, "") if under else "",
        "local_rule": local_rule_name(period),
        "decision": decision,
        "forms": forms,
        "closed": [
            {"label": kind.label, "who": correcting.who_decides(period, kind)}
            for kind in Ground
            if kind not in open_grounds
        ],
        "refusal": refusal,
        "consequences": _consequences(decision, people),
        "back": back(period),
    }
    return render(request, "workflows/corrections/replace.html", context, status=refusal.status if refusal else 200)


def _shown(evaluation: Evaluation, open_grounds: Sequence[Ground], *, ranks: bool) -> Shown:
    stands = corrections.standing_points(evaluation)
    texts = (stands.general, stands.result, stands.total)
    general, result, total = (vn_number(Fraction(text), 2) if text else "" for text in texts)
    petitions, flags = _accepted(evaluation), _flags(evaluation)
    possible = {Ground.PETITION: bool(petitions), Ground.DEPENDANT: bool(flags), Ground.CANCELLATION: False}
    grounds = [(kind.value, str(kind.label)) for kind in open_grounds if possible.get(kind, True)]
    classes = [(code, class_words(code)) for code in CLASSES] if ranks else []
    return Shown(classes, general, result, total, grounds, petitions, flags)


def _accepted(evaluation: Evaluation) -> dict[Petition, str]:
    """The accepted petitions about this result that no new result has followed yet."""
    used = CorrectionGround.objects.exclude(
        correction__document__state=State.CANCELLED, correction__document__issue_released_at__isnull=True
    )
    rows = Petition.objects.filter(case__evaluation=evaluation, state=PetitionState.ANSWERED)
    rows = (
        rows.exclude(grounds__in=used)
        .exclude(outcome=Outcome.REJECTED)
        .select_related("case__answer")
        .order_by("-answered_at")
    )
    return {row: _petition_words(row) for row in rows}


def _petition_words(petition: Petition) -> str:
    answer = petition.case.answer
    paper = (answer.number_text or answer.code) if answer is not None else ""
    return _("against %(target)s, received %(day)s, answer %(paper)s") % {
        "target": petition.get_target_display(),
        "day": vn_date(petition.received_at),
        "paper": paper,
    }


def _flags(evaluation: Evaluation) -> dict[Dependant, str]:
    rows = open_flags().filter(evaluation=evaluation).select_related("correction__document", "ruling__document")
    return {row: f"{row.get_kind_display()} – {row.document.number_text or row.document.code}" for row in rows}


def _prefilled(request: PersonRequest, evaluation: Evaluation) -> dict[str, Any]:
    """What the page before has chosen: the petition or the changed result, with the words of its answer."""
    wanted = request.GET.get("petition", "")
    petition = next((each for each in _accepted(evaluation) if str(each.uuid) == wanted), None)
    if petition is not None:
        return {"ground": Ground.PETITION.value, "petition": wanted, "reason": petition.answer}
    wanted = request.GET.get("dependant", "")
    if any(str(flag.uuid) == wanted for flag in _flags(evaluation)):
        return {"ground": Ground.DEPENDANT.value, "dependant": wanted}
    found = learnt_later(evaluation) if request.GET.get("ground") == Ground.DISCIPLINE else None
    if found is not None and found.discipline is not None:
        known = found.discipline
        return {
            "ground": Ground.DISCIPLINE.value,
            "class_code": found.anew,
            "reason": found.why,
            "act_on": known.act_on,
            "organisation": known.organisation[:200],
            "number": known.number,
            "decided_on": known.on,
            "twin_number": known.twin_number,
            "twin_on": known.twin_on,
        }
    return {}


def _consequences(decision: Document | None, people: Sequence[Evaluation]) -> list[str]:
    notices = ngettext(
        "%(count)d new personal notice replaces the old one.",
        "%(count)d new personal notices replace the old ones.",
        len(people),
    ) % {"count": len(people)}
    flagged = _("What rests on these results is flagged; nothing closed is computed anew by itself.")
    if decision is None:
        return [
            notices,
            _("Until the new notice is issued the present score stands. The old notice stays for ever."),
            flagged,
        ]
    return [
        _("A new decision is made that names %(number)s; you sign it, the clerk numbers, dates and seals it.")
        % {"number": decision.number_text},
        notices,
        _("Until the new decision is issued the present results stand. The old documents and numbers stay for ever."),
        _("The class is never above that of the score, and the ceiling is checked on the whole list again."),
        flagged,
    ]
