"""What each document says, frozen at the act that owes it. Vietnamese only: these are official papers."""

from workflows.facts.ballot_minutes import ballot_minutes, votes_were_held
from workflows.facts.council_minutes import council_minutes, minutes_signers
from workflows.facts.decisions import decision, notice
from workflows.facts.form_01 import form_01, form_01_countersignature
from workflows.facts.form_02 import form_02, form_02_ranking
from workflows.facts.organisations import Recognised, organisation_decision, organisation_notice
from workflows.facts.party_opinions import party_opinion
from workflows.facts.petition_minutes import petition_minutes
from workflows.facts.petitions import petition_answer, petition_receipt
from workflows.facts.public_notices import public_notice
from workflows.facts.replacements import Change, Points, annulment_decision, replacing_decision, replacing_notice
from workflows.facts.review_minutes import review_minutes
from workflows.facts.syntheses import synthesis_table
from workflows.facts.transfers import HeldResult, results_transfer

__all__ = [
    "Change",
    "HeldResult",
    "Points",
    "Recognised",
    "annulment_decision",
    "ballot_minutes",
    "council_minutes",
    "decision",
    "form_01",
    "form_01_countersignature",
    "form_02",
    "form_02_ranking",
    "minutes_signers",
    "notice",
    "organisation_decision",
    "organisation_notice",
    "party_opinion",
    "petition_answer",
    "petition_minutes",
    "petition_receipt",
    "public_notice",
    "replacing_decision",
    "replacing_notice",
    "results_transfer",
    "review_minutes",
    "synthesis_table",
    "votes_were_held",
]
