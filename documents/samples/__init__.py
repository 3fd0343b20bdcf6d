"""Realistic invented facts for every kind of document: for tests, measurements and the sample archive."""

from collections.abc import Callable
from typing import Any

from documents.samples import decisions, forms, keeping, minutes, organisations, petitions, registers

LINES = 12
MAKERS: dict[str, Callable[..., dict[str, Any]]] = {
    "form_01": forms.form_01,
    "form_02": forms.form_02,
    "review_minutes": forms.review_minutes,
    "council_minutes": minutes.council_minutes,
    "ballot_minutes": minutes.ballot_minutes,
    "party_opinion": minutes.party_opinion,
    "synthesis_table": minutes.synthesis_table,
    "decision": decisions.decision,
    "replacing_decision": decisions.replacing_decision,
    "annulment_decision": decisions.annulment_decision,
    "notice": decisions.notice,
    "organisation_decision": organisations.organisation_decision,
    "organisation_notice": organisations.organisation_notice,
    "public_notice": decisions.public_notice,
    "results_transfer": decisions.results_transfer,
    "petition_receipt": petitions.petition_receipt,
    "petition_minutes": petitions.petition_minutes,
    "petition_answer": petitions.petition_answer,
    "signing_list": keeping.signing_list,
    "disposition_minutes": keeping.disposition_minutes,
    "register_day": registers.register_day,
    "archive_transfer_list": keeping.archive_transfer_list,
}


def facts_of(kind_code: str, *, number: int = 0, lines: int = LINES, **variation: Any) -> dict[str, Any]:
    """Facts of one sample document: `number` chooses the people, `lines` the rows of its longest table.

    What a maker does not know by name replaces a fact. KeyError for a kind without a sample.
    """
    make = MAKERS[kind_code]
    known = {key: variation.pop(key) for key in ("tellers",) if make is minutes.ballot_minutes and key in variation}
    return make(number, lines, **known) | variation
