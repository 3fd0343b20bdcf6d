"""One case before the council: its card, what was said, who keeps out, the vote, the conclusion."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from approvals import actions as approvals
from approvals.actions.reopening import reopen_item
from approvals.models import AgendaItem
from workflows.actions.agendas import Choice, propose_listed
from workflows.errors import Refused
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, now
from workflows.views.case_card import CaseForms, card_context, case_forms
from workflows.views.sessions import session_of


def case_of(request: PersonRequest, uuid: UUID, item: UUID) -> AgendaItem:
    """A case of a session on whose roster the person stands; 404 for every other."""
    session = session_of(request, uuid)
    rows = session.items.select_related("person", "presided_by", "case__evaluation")
    found = get_object_or_404(rows, uuid=item)
    found.session = session
    return found


@declares("session_member")
@require_GET
def case(request: PersonRequest, uuid: UUID, item: UUID) -> HttpResponse:
    found = case_of(request, uuid, item)
    return show_case(request, found, case_forms(found, request.user))


def show_case(
    request: PersonRequest, item: AgendaItem, typed: CaseForms, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    """The card with its forms as they were typed."""
    context = card_context(item, request.user, typed) | {"refusal": refusal}
    return render(request, "workflows/sessions/case.html", context, status=status)


def case_url(item: AgendaItem) -> str:
    return reverse("case", args=[item.session.uuid, item.uuid])


@declares("session_member")
@require_POST
def case_act(request: PersonRequest, uuid: UUID, item: UUID, act: str) -> HttpResponse:
    """One act on the case; refused, the card comes back with the reason and with what was typed."""
    found = case_of(request, uuid, item)
    typed = case_forms(found, request.user, request.POST, act)
    form = typed.of(act)
    if form is not None and not form.is_valid():
        return show_case(request, found, typed, status=422)
    prepared = ACTS[act](request, found, form)
    _done, refusal = attempt(prepared.run)
    if refusal is not None:
        now_standing = case_of(request, uuid, item)
        kept = case_forms(now_standing, request.user, request.POST, act)
        return show_case(request, now_standing, kept, refusal, status=refusal.status)
    messages.success(request, prepared.words)
    return redirect(case_url(found))


class Prepared:
    """An act ready to run, with the words for its success."""

    def __init__(self, run: Callable[[], Any], words: str):
        self.run = run
        self.words = words


def _recuse(request: PersonRequest, item: AgendaItem, form: Any) -> Prepared:
    version, member = expected_version(request), form.chosen()
    reason = form.cleaned_data["reason"]
    return Prepared(
        lambda: approvals.declare_recusal(
            item=item, member=member, reason=reason, by=request.user, at=now(), expected_version=version
        ),
        _("%(name)s keeps out of this case.") % {"name": member.person.full_name},
    )


def _seat(request: PersonRequest, item: AgendaItem, form: Any) -> Prepared:
    version, chosen = expected_version(request), form.chosen()
    return Prepared(
        lambda: approvals.seat_alternate(item=item, by=request.user, at=now(), expected_version=version, **chosen),
        _("%(name)s stands in for this case.") % {"name": chosen["alternate"].person.full_name},
    )


def _opinion(request: PersonRequest, item: AgendaItem, form: Any) -> Prepared:
    return Prepared(
        lambda: approvals.record_opinion(
            item=item, person=form.chosen(), text=form.cleaned_data["text"], by=request.user, at=now()
        ),
        _("The opinion is recorded."),
    )


def _propose(request: PersonRequest, item: AgendaItem, form: forms.Form | None) -> Prepared:
    code, reason = request.POST.get("class", ""), request.POST.get("reason", "")[:4000]
    choice = Choice(item, code, reason, expected_version(request))

    def run() -> None:
        refused = propose_listed(choices=[choice], by=request.user, at=now())[0].refusal
        if refused is not None:
            raise refused

    return Prepared(run, _("The class is proposed."))


def _put_to_vote(request: PersonRequest, item: AgendaItem, form: forms.Form | None) -> Prepared:
    version, secret = expected_version(request), "secret" in request.POST
    return Prepared(
        lambda: approvals.put_to_vote(item=item, secret=secret, by=request.user, at=now(), expected_version=version),
        _("The case is put to a secret vote.") if secret else _("The case is put to the vote."),
    )


def _count(request: PersonRequest, item: AgendaItem, form: forms.Form | None) -> Prepared:
    version = expected_version(request)
    return Prepared(
        lambda: approvals.count_urn(item=item, by=request.user, at=now(), expected_version=version),
        _("The secret votes are counted."),
    )


def _ballots(request: PersonRequest, item: AgendaItem, form: Any) -> Prepared:
    version = expected_version(request)
    return Prepared(
        lambda: approvals.record_ballots(
            item=item, choices=form.choices(), by=request.user, at=now(), expected_version=version
        ),
        _("The show of hands is recorded."),
    )


def _ballot(request: PersonRequest, item: AgendaItem, form: forms.Form | None) -> Prepared:
    member = item.session.council.members.filter(person=request.user).first()
    if member is None:
        raise Http404
    version, choice = expected_version(request), request.POST.get("ballot", "")
    return Prepared(
        lambda: approvals.cast_ballot(
            item=item, member=member, choice=choice, by=request.user, at=now(), expected_version=version
        ),
        _("Your vote is recorded."),
    )


def _conclude(request: PersonRequest, item: AgendaItem, form: Any) -> Prepared:
    version = expected_version(request)
    return Prepared(
        lambda: approvals.conclude_item(
            item=item,
            by=request.user,
            at=now(),
            expected_version=version,
            reason=form.cleaned_data["reason"],
        ),
        _("The case of %(name)s is concluded.") % {"name": item.person.full_name},
    )


def _reopen(request: PersonRequest, item: AgendaItem, form: Any) -> Prepared:
    version = expected_version(request)
    return Prepared(
        lambda: reopen_item(
            item=item, reason=form.cleaned_data["reason"], by=request.user, at=now(), expected_version=version
        ),
        _("The case is open again."),
    )


ACTS: dict[str, Callable[[PersonRequest, AgendaItem, Any], Prepared]] = {
    "recuse": _recuse,
    "seat": _seat,
    "opinion": _opinion,
    "propose": _propose,
    "vote": _put_to_vote,
    "count": _count,
    "ballots": _ballots,
    "ballot": _ballot,
    "conclude": _conclude,
    "reopen": _reopen,
}
