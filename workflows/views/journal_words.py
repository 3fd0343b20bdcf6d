"""Plain words for the events and the values that the journal keeps as codes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.models import State
from workflows.models import Stage

EVENTS: dict[str, Promise] = {
    "archive.opened": _("Personal paper opened by the archivist"),
    "attendance.marked": _("Attendance marked"),
    "ballot.cast": _("Ballot cast"),
    "class.proposed": _("Class proposed"),
    "disposition.approved": _("Disposition approved"),
    "disposition.done": _("Disposition carried out"),
    "disposition.proposed": _("Disposition proposed"),
    "disposition.refused": _("Disposition refused"),
    "document.cancelled": _("Document cancelled"),
    "document.issued": _("Document issued"),
    "document.signed": _("Document signed"),
    "document.signer_named": _("Signer named"),
    "evaluation.annulled": _("Result annulled"),
    "evaluation.correction_decided": _("New decision on a result made"),
    "evaluation.council_proposed": _("Council's proposal recorded"),
    "evaluation.decided": _("Rating decided"),
    "evaluation.excused": _("Person excused"),
    "evaluation.joined": _("Person added to the period"),
    "evaluation.opened": _("Form opened"),
    "evaluation.published": _("Result published"),
    "evaluation.reassigned": _("Review reassigned"),
    "evaluation.replaced": _("Result replaced"),
    "evaluation.returned": _("Form returned"),
    "evaluation.review_approved": _("Review approved"),
    "evaluation.submitted": _("Form handed in"),
    "evaluation.withdrawn": _("Form taken back"),
    "evidence.attached": _("Evidence attached"),
    "evidence.detached": _("Evidence removed"),
    "file.closed": _("File closed"),
    "file.described": _("File's cover changed"),
    "file.opened": _("File opened in the archive"),
    "file.repaired": _("File completed"),
    "hold.placed": _("Hold placed"),
    "hold.released": _("Hold released"),
    "item.concluded": _("Case concluded"),
    "key.registered": _("Signing key registered"),
    "line.assigned": _("Work assigned"),
    "line.delayed": _("Delay recorded"),
    "line.failed_review": _("Failed review recorded"),
    "line.handed_back": _("Work handed back"),
    "line.waived": _("Waiver confirmed"),
    "lines.assigned": _("Work assigned from a list"),
    "member.recused": _("Member recused"),
    "minutes.adopted": _("Minutes adopted"),
    "minutes.drafted": _("Minutes drafted"),
    "national.batch_laid_out": _("File for the national database laid into the transport folder"),
    "national.batch_made": _("File for the national database made"),
    "national.receipt_entered": _("Receipt of the national database entered"),
    "number.assigned": _("Reserved number given to a paper document"),
    "number.cancelled": _("Number cancelled"),
    "number.imported": _("Numbers used on paper recorded"),
    "number.lost": _("Numbers lost in a restore recorded"),
    "number.reserved": _("Number reserved"),
    "opinion.recorded": _("Opinion recorded"),
    "period.advanced": _("Stage closed"),
    "period.annulled": _("Annulling decision made"),
    "period.decided": _("Rating decided"),
    "period.initialler_named": _("Named who initials"),
    "period.launched": _("Period launched"),
    "period.opened": _("Everybody has a form"),
    "period.planned": _("Period planned"),
    "period.proposed": _("Council's proposal recorded"),
    "period.public_notice_ordered": _("Public notice ordered"),
    "period.replaced": _("Replacing decision made"),
    "period.synthesis_made": _("Synthesis table made"),
    "register.day_written": _("Register of the day written"),
    "results.imported": _("Results taken from a list"),
    "results.transferred": _("Results handed over to another agency"),
    "retention.set": _("Term set"),
    "session.adjourned": _("Session adjourned"),
    "session.closed": _("Session closed"),
    "session.convened": _("Session convened"),
    "session.handed_over": _("Chair handed over"),
    "session.opened": _("Session opened"),
    "session.resumed": _("Session resumed"),
    "session.signed": _("Minutes signed by secretary and chair"),
    "session.uncontested_confirmed": _("Uncontested cases confirmed"),
    "transfer.built": _("Transfer package built"),
    "transfer.listed": _("Transfer list made"),
    "vote.opened": _("Vote opened"),
}
_VALUES = {**dict(State.choices), **dict(Stage.choices)}


def event_words(event: str) -> str:
    """The event in words; an event without words shows its code rather than nothing."""
    return str(EVENTS.get(event, event))


def value_words(value: str) -> str:
    """A stage's or a document state's label; anything else as it is."""
    return str(_VALUES.get(value, value))
