"""What each document says, frozen at the act that owes it. Vietnamese only: these are official papers."""

from workflows.facts.council_minutes import council_minutes
from workflows.facts.decisions import decision, notice
from workflows.facts.form_01 import form_01, form_01_countersignature
from workflows.facts.review_minutes import review_minutes

__all__ = ["council_minutes", "decision", "form_01", "form_01_countersignature", "notice", "review_minutes"]
