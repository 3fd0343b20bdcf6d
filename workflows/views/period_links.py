"""The acts around a decision as buttons on the period's page: greyed with the reason while they are not possible."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from organization.models import Person
from workflows import corrections
from workflows.actions import public_notices, syntheses
from workflows.models import Dependant, Evaluation, EvaluationPeriod, Stage, Standing
from workflows.policy import rules


def acts_around(period: EvaluationPeriod, person: Person, on: date) -> list[dict[str, Any]]:
    """Parameters of `action.html`; nothing for a period that has only been planned."""
    return [*_of_the_list(period, person, on), *_after_publication(period)]


def _after_publication(period: EvaluationPeriod) -> list[dict[str, Any]]:
    """What follows the issued notices: their receipt, results that rest on a changed one, wrong scores."""
    flagged = Dependant.objects.filter(period=period)
    open_ones = flagged.filter(settlement=None).count()
    acts = []
    if open_ones or flagged.exists():
        label = _("Results that rest on a changed one (%(count)d)") % {"count": open_ones}
        acts.append(_act(label, "period_dependants", period, None))
    if period.stage not in (Stage.PUBLISHED, Stage.ARCHIVED) and not published_in(period):
        return acts
    if not period.procedure.parsed().ranks:
        acts.append(_act(_("Notices and their corrections"), "period_corrections", period, None))
    acts.append(_act(_("Receipt of the notices"), "period_receipts", period, None))
    return acts


def published_in(period: EvaluationPeriod) -> bool:
    """Whether somebody's notice has been issued."""
    return Evaluation.objects.filter(period=period, standing=Standing.PUBLISHED).exists()


def _of_the_list(period: EvaluationPeriod, person: Person, on: date) -> list[dict[str, Any]]:
    if not period.procedure.parsed().ranks or period.stage in (Stage.PLANNED, Stage.SELF_ASSESSMENT):
        return []
    manages = rules.may_manage_period(period.agency, person, on)
    heads = rules.deciding_authority(period, person, on) is not None
    acts = []
    if manages and period.stage in syntheses.BEFORE_DECISION:
        acts.append(_act(_("Synthesis table"), "period_synthesis", period, syntheses.obstacle(period)))
    if period.procedure.parsed().owes("party_opinion"):
        acts.append(_act(_("Opinions of the Party committee"), "period_party_opinions", period, None))
    if not corrections.issued_decisions(period):
        return acts
    if manages or heads:
        acts.append(_act(_("Public notice"), "period_public_notice", period, public_notices.obstacle(period)))
    acts.append(_act(_("Decisions and their corrections"), "period_corrections", period, None))
    return acts


def _act(label: str, route: str, period: EvaluationPeriod, refusal: Any) -> dict[str, Any]:
    why = refusal.message if refusal is not None else ""
    return {"label": label, "url": reverse(route, args=[period.uuid]), "tone": "plain", "refused": why}
