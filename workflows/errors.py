"""What an act says when it may not happen. Every refusal names the rule and how to go on."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _


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
