"""The acts around a decision as buttons on the period's page: greyed with the reason while they are not possible."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from organization.models import Person
from workflows import corrections
from workflows.actions import public_notices, syntheses
from workflows.models import EvaluationPeriod, Stage
from workflows.policy import rules


def acts_around(period: EvaluationPeriod, person: Person, on: date) -> list[dict[str, Any]]:
    """Parameters of `action.html`; nothing for a period that ranks nobody or has only been planned."""
    if not period.procedure.parsed().ranks or period.stage in (Stage.PLANNED, Stage.SELF_ASSESSMENT):
        return []
    manages = rules.may_manage_period(period.agency, person, on)
    heads = rules.deciding_authority(period, person, on) is not None
    acts = []
    if manages and period.stage in syntheses.BEFORE_DECISION:
        acts.append(_act(_("Synthesis table"), "period_synthesis", period, syntheses.obstacle(period)))
    if not corrections.issued_decisions(period):
        return acts
    if manages or heads:
        acts.append(_act(_("Public notice"), "period_public_notice", period, public_notices.obstacle(period)))
    acts.append(_act(_("Decisions and their corrections"), "period_corrections", period, None))
    return acts


def _act(label: str, route: str, period: EvaluationPeriod, refusal: Any) -> dict[str, Any]:
    why = refusal.message if refusal is not None else ""
    return {"label": label, "url": reverse(route, args=[period.uuid]), "tone": "plain", "refused": why}
