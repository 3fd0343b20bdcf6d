"""What an act says when it may not happen. Every refusal names the rule and how to go on."""

from collections.abc import Sequence


class Refused(Exception):
    """An act that is not done. `rule` names the article, policy or stage behind it; nothing was stored."""

    status = 400

    def __init__(self, message: str, *, rule: str = "", missing: Sequence[str] = ()):
        super().__init__(message)
        self.message = message
        self.rule = rule
        self.missing = list(missing)


class NotAllowed(Refused):
    """The person has no power for this act."""

    status = 403


class AlreadyHandled(Refused):
    """Somebody was faster, or the page was old: says who and when."""

    status = 409


class NotReady(Refused):
    """Something must happen first; `missing` lists who or what."""

    status = 409
