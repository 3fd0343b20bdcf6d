"""The acts on one form as a timeline: journal events with the words of the decisions they rest on."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import Capacity, JournalEntry
from workflows.models import Evaluation

EVENTS = {
    "evaluation.opened": (gettext_lazy("The form was opened"), ""),
    "evaluation.joined": (gettext_lazy("Joined the period"), ""),
    "evaluation.submitted": (gettext_lazy("Handed in"), "done"),
    "evaluation.withdrawn": (gettext_lazy("Taken back before the review"), "warn"),
    "evaluation.returned": (gettext_lazy("Returned for correction"), "warn"),
    "evaluation.review_approved": (gettext_lazy("Review approved"), "done"),
    "evaluation.reassigned": (gettext_lazy("Given to another reviewer"), ""),
    "evaluation.excused": (gettext_lazy("Excused in this period"), "warn"),
    "evaluation.council_proposed": (gettext_lazy("The council made its proposal"), "done"),
    "evaluation.decided": (gettext_lazy("Decided by the competent head"), "done"),
    "evaluation.published": (gettext_lazy("Notice issued, result published"), "done"),
    "evaluation.replaced": (gettext_lazy("A new decision replaced the result"), "warn"),
    "evaluation.annulled": (gettext_lazy("The result was annulled"), "warn"),
    "dependant.flagged": (gettext_lazy("A result on which this one rests has changed"), "warn"),
    "dependant.settled": (gettext_lazy("It was settled what follows from the changed result"), "done"),
    "line.assigned": (gettext_lazy("A product was assigned"), ""),
    "line.failed_review": (gettext_lazy("A failed review was recorded"), "warn"),
    "line.delayed": (gettext_lazy("A delay was recorded"), "warn"),
    "line.waived": (gettext_lazy("An objective cause was confirmed"), "done"),
    "line.handed_back": (gettext_lazy("Work was handed back"), ""),
}
#: What the person is not told before the result is published: the council's and the head's inner steps.
INNER = ("evaluation.council_proposed", "evaluation.decided")


def timeline_of(evaluation: Evaluation, *, inner: bool) -> list[dict[str, Any]]:
    """Events for `timeline.html`, oldest first; `inner` shows also the council's and the head's steps."""
    decisions = {str(step.decision.uuid): step.decision for step in evaluation.steps.select_related("decision")}
    entries = JournalEntry.objects.filter(
        subject_type=evaluation._meta.label, subject_uuid=evaluation.uuid, event__in=EVENTS
    ).select_related("by", "on_behalf_of")
    found = []
    for entry in entries:
        if entry.event in INNER and not inner:
            continue
        words, tone = EVENTS[entry.event]
        decision = decisions.get(entry.details.get("decision", ""))
        detail = (decision.reason or decision.comment) if decision and entry.event not in INNER else ""
        found.append(
            {
                "at": entry.at,
                "text": words,
                "by": entry.by.full_name if entry.by else _("the system, as ordered"),
                "under": _under(entry),
                "detail": detail,
                "tone": tone,
            }
        )
    return found


def _under(entry: JournalEntry) -> str:
    """The delegation that the act rested on, "" for one's own power."""
    if entry.on_behalf_of is None:
        return ""
    capacity = dict(Capacity.choices).get(entry.under.get("capacity", ""), "")
    return _("for %(holder)s (%(capacity)s, document %(number)s)") % {
        "holder": entry.on_behalf_of.full_name,
        "capacity": capacity,
        "number": entry.under.get("document_number", ""),
    }
