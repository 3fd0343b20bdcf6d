"""A wrong result: whose it is, the new decision that replaces it, or the one that annuls it (Art 21.3)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from documents.models import Document
from documents.standings import whereabouts_of
from workflows import corrections
from workflows.actions.replaced_scores import told_people
from workflows.actions.replacements import annul_decision
from workflows.errors import Refused
from workflows.facts.wording import period_words
from workflows.forms.corrections import AnnulmentForm
from workflows.grounds import GroundGiven
from workflows.models import Evaluation, EvaluationPeriod, Ground
from workflows.policy import correcting
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.corrected import asked, back, chosen, decision_of, listed, watches
from workflows.views.papers import chip_of

#: Grounds on which a whole decision goes without a new result.
ANNULLING = (Ground.CANCELLATION, Ground.FOUND_LATER)


@declares("period_watcher")
@require_GET
def period_corrections(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Every issued decision of the period with the people whose result stands on it."""
    rows = correcting.periods(request.user, today()).select_related("agency__parent", "campaign", "procedure")
    period = get_object_or_404(rows, uuid=uuid)
    governing = corrections.governed_by(period) | told_people(period)
    documents = list(
        Document.objects.filter(
            pk__in={each.pk for each in corrections.issued_decisions(period)}
            | {each.pk for each in governing.values()}
            | set(corrections.on_their_way(period).values_list("document_id", flat=True))
        )
        .select_related("kind", "subject", "unit")
        .prefetch_related("slots__expected_signer")
        .order_by("pk")
    )
    standings = whereabouts_of(documents)
    people = listed(period).filter(pk__in=governing)
    pending = set(corrections.on_their_way(period).values_list("evaluation_id", flat=True))
    power = correcting.grounds_open_to(period, request.user, today())
    context = {
        "period": period,
        "words": period_words(period.campaign),
        "refused": "" if power else _("Only the head of the agency or his delegate replaces a result."),
        "watches": watches(request, period),
        "ranks": period.procedure.parsed().ranks,
        "scores": [
            {"evaluation": row, "pending": row.pk in pending, "notice": governing[row.pk]}
            for row in people
            if not period.procedure.parsed().ranks
        ],
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
            if each.kind.code != "notice"
        ],
    }
    return render(request, "workflows/corrections/list.html", context)


@declares("head")
@require_http_methods(["GET", "POST"])
def period_annul(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The head takes a decision out of force, for the people chosen or for all whom it governs."""
    period, open_grounds = asked(request, uuid)
    decision = decision_of(request, period)
    people = chosen(request, period, decision)
    grounds = [(kind.value, str(kind.label)) for kind in ANNULLING if kind in open_grounds]
    form = AnnulmentForm(request.POST or None, grounds=grounds)
    refusal: Refused | None = None
    if request.method == "POST":
        version = expected_version(request)
        if decision is None or not people:
            refusal = Refused(_("Choose at least one person."))
        elif form.is_valid():
            reason, ground = form.cleaned_data["reason"], GroundGiven(form.cleaned_data["ground"])
            done, refusal = attempt(
                lambda: annul_decision(
                    period=period,
                    annulled=decision,
                    people={row.uuid for row in people},
                    reason=reason,
                    ground=ground,
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
        "cancel_url": back(period),
    }
