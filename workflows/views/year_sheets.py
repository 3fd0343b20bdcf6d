"""The year on a page: twelve rows with what stands behind each, the mean, and the class that follows."""

from typing import Any

from approvals.classes import CLASSES
from kpi.years import YearInputs
from workflows.actions.party_opinions import is_received, leaders_of
from workflows.actions.reviews import last_review
from workflows.facts.form_02 import month_note
from workflows.models import Evaluation, PartyOpinion
from workflows.templatetags.look import class_words
from workflows.views.sheets import heading
from workflows.years import rating_words, year_inputs


def class_options() -> list[tuple[str, str]]:
    """The four classes with their full names, for a choice."""
    return [(code, class_words(code)) for code in CLASSES]


def year_card(evaluation: Evaluation) -> dict[str, Any]:
    """The confirmed year on a case's card, in the place of criteria and products."""
    review = last_review(evaluation)
    kept = YearInputs.from_json(review.snapshot.inputs) if review and review.snapshot else None
    opinion = PartyOpinion.objects.filter(evaluation=evaluation).select_related("secretary", "document").first()
    sheet = year_sheet(evaluation, kept)
    about_page = {"period", "who", "local_rule"}
    return {name: value for name, value in sheet.items() if name not in about_page} | {
        "annual": True,
        "needs_opinion": leaders_of(evaluation.period).filter(pk=evaluation.pk).exists(),
        "opinion": opinion,
        "opinion_received": is_received(opinion),
    }


def year_sheet(evaluation: Evaluation, inputs: YearInputs | None = None) -> dict[str, Any]:
    """Everything that a page shows of a year; `inputs` where a frozen one is shown."""
    inputs = inputs or year_inputs(evaluation)
    scheme = evaluation.scorecard.scheme.scheme
    score, rating = inputs.score(scheme), inputs.rating(scheme)
    found = inputs.mean(scheme)
    return {
        **heading(evaluation),
        "evaluation": evaluation,
        "card": evaluation.scorecard,
        "rows": [
            {"month": row.month, "total": row.total, "note": month_note(row), "missing": row.missing}
            for row in inputs.rows(scheme)
        ],
        "total": found.total,
        "missing_months": found.missing,
        "by_score": score.class_code,
        "rating": rating,
        "why_class": rating_words(rating) if rating else "",
        "own_words": class_words(evaluation.self_class) if evaluation.self_class else "",
        "policies": [scheme.policies.december, scheme.policies.year_basis, scheme.policies.hired_within_year],
        "worked": len(inputs.worked),
    }
