"""How a view carries out an act: one call, the refusal kept beside what was typed, the same POST twice done once."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.forms import BaseForm, CharField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.models import Person
from workflows.errors import REFUSALS, Refused, as_refused
from workflows.models import Submission

Result = TypeVar("Result")


class PersonRequest(HttpRequest):
    """A request behind the login: whoever sends it is a person, which LoginRequiredMiddleware sees to."""

    user: Person


def now() -> datetime:
    """The web request's clock; actions never look at one themselves."""
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def expected_version(request: PersonRequest) -> int:
    """The version that the page was drawn from. Raises Refused when the page did not send it."""
    value = request.POST.get("expected_version", "")
    if not value.isdecimal():
        raise Refused(_("The page is incomplete. Load it again; nothing was stored."))
    return int(value)


def attempt(act: Callable[[], Result], form: BaseForm | None = None) -> tuple[Result | None, Refused | None]:
    """Run an act; a refusal comes back, and onto the form, instead of an error page, so that what was typed stays."""
    try:
        return act(), None
    except REFUSALS as error:
        refusal = as_refused(error)
        if form is not None:
            form.add_error(None, refusal.text)
        return None, refusal


def require_texts(form: BaseForm) -> None:
    """Raises Refused naming each text that is too long or holds what no text may; the rest the act judges."""
    wrong = [
        f"{form.fields[name].label}: {error}"
        for name, errors in form.errors.items()
        if isinstance(form.fields.get(name), CharField)
        for error in errors
    ]
    if wrong:
        raise Refused(_("These texts cannot be stored as they are:"), missing=wrong)


def once(request: PersonRequest, action: str, act: Callable[[], str]) -> str:
    """Run an act that creates something only once for the form's `submission_key`; the URL of its result.

    A second POST of the same form, sent because the first answer was lost, leads to the first result.
    """
    key = _submission_key(request)
    with transaction.atomic():
        # The row is written first: a second request with the key waits for it, and then sees the first result.
        submission, is_new = Submission.objects.get_or_create(
            key=key, defaults={"person": request.user, "action": action, "result_url": "", "at": now()}
        )
        if not is_new:
            if submission.person_id != request.user.pk or submission.action != action:
                raise Refused(_("The page is incomplete. Load it again; nothing was stored."))
            return submission.result_url
        submission.result_url = act()
        submission.save(update_fields=["result_url"])
        return submission.result_url


def _submission_key(request: PersonRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        raise Refused(_("The page is incomplete. Load it again; nothing was stored.")) from None


def new_key() -> str:
    """A fresh `submission_key` for a form that creates something."""
    return str(uuid.uuid4())
