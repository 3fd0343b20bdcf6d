"""The three dates of a paper (its own, of the signature, of issue) and the days between them."""

import re
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from documents.verification.reports import Finding, PaperDates, SignatureReport, Verdict

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
GAP = 2  # days from which people ask why
DATELINE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
OWN_DATES = ("dated_on", "finished_at", "decided_on", "held_on", "signed_on", "started_at")


def dates_of(facts: dict[str, Any], texts: dict[str, str], signatures: list[SignatureReport]) -> PaperDates:
    """Document date out of the attached facts, issue date out of the form, signing date of the first signature."""
    signed = next((each for each in signatures if each.kind == "signature"), None)
    moment = signed and (signed.timestamped_at or signed.signed_at)
    return PaperDates(
        document=next((day for key in OWN_DATES if (day := _day(facts.get(key)))), None),
        signed=moment.astimezone(LOCAL).date() if moment else None,
        issued=_day(texts.get("issued_on")),
    )


def gaps(dates: PaperDates, signatures: list[SignatureReport]) -> list[Finding]:
    """Remarks where dates that belong together lie days apart, or a signer's clock differs from the time stamp."""
    named = [
        (_("the document"), dates.document),
        (_("the first signature"), dates.signed),
        (_("the issue"), dates.issued),
    ]
    found = []
    for (one, first), (other, second) in pairwise([(name, day) for name, day in named if day]):
        if abs((second - first).days) >= GAP:
            words = {"one": one, "first": f"{first:%d/%m/%Y}", "other": other, "second": f"{second:%d/%m/%Y}"}
            words["days"] = str(abs((second - first).days))
            text = _("The dates lie %(days)s days apart: %(one)s %(first)s, %(other)s %(second)s.") % words
            found.append(Finding(Verdict.REMARKS, text))
    for each in signatures:
        if each.kind == "signature" and each.signed_at and each.timestamped_at:
            apart = abs(each.timestamped_at - each.signed_at).days
            if apart >= 1:
                words = {"signer": each.signer, "days": str(apart)}
                text = _("The signing time that %(signer)s claims is %(days)s days away from the time stamp.") % words
                found.append(Finding(Verdict.REMARKS, text, each.field))
    return found


def _day(value: object) -> date | None:
    """A date out of an ISO date or time, or a dateline as Decree 30/2020 writes it; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        if line := DATELINE.search(value):
            day, month, year = map(int, line.groups())
            return date(year, month, day)
        if "T" in value:
            moment = datetime.fromisoformat(value)
            return (moment.astimezone(LOCAL) if moment.tzinfo else moment).date()
        return date.fromisoformat(value)
    except ValueError:
        return None
