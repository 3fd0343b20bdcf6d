"""What an act says when it may not happen. Every refusal names the rule and how to go on."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.errors import ApprovalRefused, Stale
from documents import keys
from documents.actions import DocumentRefused
from documents.keys import KeyUnusable
from documents.numbering import NumberingRefused
from kpi.errors import DraftConflict, KpiError


class Refused(Exception):
    """An act that is not done. `rule` names the article, policy or stage behind it; nothing was stored."""

    status = 400

    def __init__(self, message: str, *, rule: str = "", missing: Sequence[str] = ()):
        super().__init__(message)
        self.message = message
        self.rule = rule
        self.missing = list(missing)

    @property
    def text(self) -> str:
        """The message with what is missing, for one line of a list."""
        return " ".join([self.message, ", ".join(self.missing)]).strip()


class NotAllowed(Refused):
    """The person has no power for this act."""

    status = 403


class AlreadyHandled(Refused):
    """Somebody was faster, or the page was old: says who and when."""

    status = 409


class NotReady(Refused):
    """Something must happen first; `missing` lists who or what."""

    status = 409


def already_handled(by, at) -> AlreadyHandled:
    """The refusal that the second actor hears; `by` and `at` are None when nobody is on record."""
    if by is None or at is None:
        return AlreadyHandled(_("This has been changed since you opened the page. Look at it again."))
    return AlreadyHandled(
        _("Already handled by %(name)s at %(at)s. Look at the new state before you go on.")
        % {"name": by.full_name, "at": timezone.localtime(at).strftime("%H:%M %d/%m/%Y")}
    )


#: Every way in which an app below says no.
REFUSALS = (Refused, KpiError, ApprovalRefused, Stale, DocumentRefused, KeyUnusable, NumberingRefused)


def as_refused(error: Exception) -> Refused:
    """A refusal of an app below in the words and the status of this one."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, Stale):
        return already_handled(error.by, error.at)
    if isinstance(error, DraftConflict):
        return AlreadyHandled(error.message)
    if isinstance(error, KpiError):
        return Refused(error.message, rule=error.rule, missing=error.problems)
    if isinstance(error, ApprovalRefused):
        return NotReady(error.message, rule=str(RULES.get(error.rule, error.rule)))
    if isinstance(error, KeyUnusable):
        return Refused(keys.problem(error), rule=_("Personal signature"))
    if isinstance(error, DocumentRefused | NumberingRefused):
        return NotReady(str(error))
    raise TypeError(type(error))


RULES = {
    "agenda": gettext_lazy("Agenda of the session"),
    "chair_present": gettext_lazy("The chair is present"),
    "attendance": gettext_lazy("Attendance of the session"),
    "class_above_score": gettext_lazy("Never above the class of the score"),
    "class_code": gettext_lazy("Classes of the rule set"),
    "interest": gettext_lazy("Declared interests"),
    "item_concluded": gettext_lazy("The case is concluded"),
    "item_unfinished": gettext_lazy("Every case is concluded"),
    "majority": gettext_lazy("Majority of the votes"),
    "member": gettext_lazy("Members of the session only"),
    "no_chair": gettext_lazy("Somebody presides over every case"),
    "officer": gettext_lazy("Chair or secretary of the session"),
    "own_case": gettext_lazy("Nobody decides his own case"),
    "mark": gettext_lazy("Marks before the meeting"),
    "petition": gettext_lazy("Order of a petition (Art 22)"),
    "petition_preparer": gettext_lazy("Prepared by somebody who had no part in the result"),
    "quorum": gettext_lazy("Quorum of the council"),
    "reason": gettext_lazy("A reason is needed"),
    "recused": gettext_lazy("Recusal"),
    "roster": gettext_lazy("Roster of the council"),
    "session_state": gettext_lazy("State of the session"),
    "stand_in": gettext_lazy("Alternates"),
    "term": gettext_lazy("Term of the council"),
    "urn": gettext_lazy("Secret vote"),
    "vote_closed": gettext_lazy("Order of the vote"),
    "vote_decided": gettext_lazy("Order of the vote"),
    "vote_secret": gettext_lazy("Secret vote"),
    "voter": gettext_lazy("Who may vote"),
    "vote_open": gettext_lazy("Order of the vote"),
}
