"""A wrong result: whose it is, the new decision that replaces it, or the one that annuls it (Art 21.3)."""

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from approvals.classes import CLASSES
from documents.models import Document
from documents.standings import whereabouts_of
from organization.authority import Authority
from organization.models import Capacity
from workflows import corrections
from workflows.actions.replacements import annul_decision, replace_decision
from workflows.errors import Refused
from workflows.facts.wording import local_rule_name, period_words
from workflows.forms.corrections import AnnulmentForm, NewResultForm, Shown
from workflows.models import Evaluation, EvaluationPeriod, Standing
from workflows.policy import rules, visibility
from workflows.policy.routes import declares
from workflows.templatetags.look import class_words, vn_number
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.papers import chip_of
from workflows.views.periods import watched


@declares("period_watcher")
@require_GET
def period_corrections(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Every issued decision of the period with the people whose result stands on it."""
    period = watched(request, uuid)
    governing = corrections.governed_by(period)
    documents = list(
        Document.objects.filter(
            pk__in=[each.pk for each in corrections.issued_decisions(period)]
            + list(corrections.on_their_way(period).values_list("document_id", flat=True))
        )
        .select_related("kind", "subject", "unit")
        .prefetch_related("slots__expected_signer")
        .order_by("pk")
    )
    standings = whereabouts_of(documents)
    people = _listed(period).filter(pk__in=governing)
    pending = set(corrections.on_their_way(period).values_list("evaluation_id", flat=True))
    power = rules.deciding_authority(period, request.user, today())
    context = {
        "period": period,
        "words": period_words(period.campaign),
        "refused": "" if power else _("Only the head of the agency or his delegate replaces a result."),
        "decisions": [
            {
                "document": each,
                "chip": chip_of(each, request.user),
                "standing": standings[each.pk].standing.value,
                "annuls": each.kind.code == corrections.ANNULLING,
                "by": [{"document": later, "seen": True} for later in standings[each.pk].by],
                "people": [
                    {"evaluation": row, "pending": row.pk in pending}
                    for row in people
                    if governing[row.pk].pk == each.pk
                ],
            }
            for each in documents
        ],
    }
    return render(request, "workflows/corrections/list.html", context)


def _listed(period: EvaluationPeriod) -> QuerySet[Evaluation]:
    rows = Evaluation.objects.filter(period=period, standing__in=[Standing.PUBLISHED, Standing.ANNULLED])
    return rows.select_related("person", "unit", "final_decision", "scorecard__scheme").order_by(
        "unit__position", "person__sort_key", "id"
    )


def _asked(request: PersonRequest, uuid: UUID) -> tuple[EvaluationPeriod, Authority]:
    """A period that the person sees, and his power to decide it. 404, or 403 without the power."""
    rows = visibility.periods(request.user, today()).select_related("agency__parent", "campaign", "procedure")
    period = get_object_or_404(rows, uuid=uuid)
    return period, rules.require_head(period, request.user, today())


def _decision(request: PersonRequest, period: EvaluationPeriod) -> Document | None:
    """The issued decision named in the address, else the only one there is."""
    issued = corrections.issued_decisions(period)
    asked = request.GET.get("decision", "")
    if not asked:
        return issued[0] if len(issued) == 1 else None
    found = next((each for each in issued if str(each.uuid) == asked), None)
    if found is None:
        raise Http404
    return found


def _chosen(request: PersonRequest, period: EvaluationPeriod, decision: Document | None) -> list[Evaluation]:
    """The people ticked on the page before, as far as this decision governs them."""
    if decision is None:
        return []
    asked = set()
    for text in request.GET.getlist("who"):
        with suppress(ValueError):
            asked.add(UUID(text))
    governed = [pk for pk, document in corrections.governed_by(period).items() if document.pk == decision.pk]
    return list(_listed(period).filter(pk__in=governed, uuid__in=asked))


def _back(period: EvaluationPeriod) -> str:
    return reverse("period_corrections", args=[period.uuid])


@declares("head")
@require_http_methods(["GET", "POST"])
def period_replace(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The head decides the chosen people anew; the old decision and notices stay and say by what."""
    period, under = _asked(request, uuid)
    decision = _decision(request, period)
    people = _chosen(request, period, decision)
    data = request.POST if request.method == "POST" else None
    forms = [NewResultForm(data, evaluation=row, shown=_shown(row)) for row in people]
    refusal: Refused | None = None
    if request.method == "POST":
        version = expected_version(request)
        if decision is None or not people:
            refusal = Refused(_("Choose at least one person."))
        elif not [form for form in forms if not form.is_valid()]:
            results = {form.evaluation.uuid: form.new_result() for form in forms}
            done, refusal = attempt(
                lambda: replace_decision(
                    period=period,
                    replaced=decision,
                    results=results,
                    by=request.user,
                    expected_version=version,
                    at=now(),
                )
            )
            if done is not None:
                messages.success(request, _("The new decision and notices are ready. Sign them."))
                return redirect("signing_queue")
            period.refresh_from_db(fields=["version"])
    context = {
        "period": period,
        "words": period_words(period.campaign),
        "under": under,
        "capacity": dict(Capacity.choices).get(under.capacity, ""),
        "local_rule": local_rule_name(period),
        "decision": decision,
        "forms": forms,
        "refusal": refusal,
        "consequences": _consequences(decision, people),
        "back": _back(period),
    }
    return render(request, "workflows/corrections/replace.html", context, status=refusal.status if refusal else 200)


def _shown(evaluation: Evaluation) -> Shown:
    stands = corrections.standing_points(evaluation)
    points = [vn_number(Fraction(text), 2) if text else "" for text in (stands.general, stands.result)]
    return Shown([(code, class_words(code)) for code in CLASSES], *points)


def _consequences(decision: Document | None, people: Sequence[Evaluation]) -> list[str]:
    if decision is None:
        return []
    return [
        _("A new decision is made that names %(number)s; you sign it, the clerk numbers, dates and seals it.")
        % {"number": decision.number_text},
        ngettext(
            "%(count)d new personal notice replaces the old one.",
            "%(count)d new personal notices replace the old ones.",
            len(people),
        )
        % {"count": len(people)},
        _("Until the new decision is issued the present results stand. The old documents and numbers stay for ever."),
        _("The class is never above that of the score, and the ceiling is checked on the whole list again."),
    ]


@declares("head")
@require_http_methods(["GET", "POST"])
def period_annul(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The head takes a decision out of force, for the people chosen or for all whom it governs."""
    period, _under = _asked(request, uuid)
    decision = _decision(request, period)
    people = _chosen(request, period, decision)
    form = AnnulmentForm(request.POST or None)
    refusal: Refused | None = None
    if request.method == "POST":
        version = expected_version(request)
        if decision is None or not people:
            refusal = Refused(_("Choose at least one person."))
        elif form.is_valid():
            reason = form.cleaned_data["reason"]
            done, refusal = attempt(
                lambda: annul_decision(
                    period=period,
                    annulled=decision,
                    people={row.uuid for row in people},
                    reason=reason,
                    by=request.user,
                    expected_version=version,
                    at=now(),
                )
            )
            if done is not None:
                messages.success(request, _("The annulling decision is ready. Sign it."))
                return redirect("signing_queue")
            period.refresh_from_db(fields=["version"])
    context = _annulment_page(period, decision, people) | {
        "form": form if people else None,
        "refusal": refusal,
        "expected_version": period.version,
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)


def _annulment_page(
    period: EvaluationPeriod, decision: Document | None, people: Sequence[Evaluation]
) -> dict[str, Any]:
    names = ", ".join(row.person.full_name for row in people)
    facts = [{"label": _("Decision"), "value": decision.number_text}] if decision else []
    facts += [{"label": _("People"), "value": names}] if people else []
    return {
        "title": _("Annul results"),
        "eyebrow": str(period),
        "question": _("Take these results out of force?")
        if people
        else _("Nobody is chosen: go back and choose whose result is annulled."),
        "facts": facts,
        "consequences": [
            _("An annulling decision is made; you sign it, the clerk numbers, dates and seals it."),
            _("The results end with its issue, and the notices of these people are cancelled by reference."),
            _("The old documents and numbers stay for ever. A new decision can rank these people anew."),
        ]
        if people
        else [],
        "blocked": not people,
        "danger": True,
        "confirm_label": _("Annul"),
        "cancel_url": _back(period),
    }
