"""Which acts the room offers, drawn from what is allowed now and greyed with the reason."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models import CouncilSession, SessionState
from approvals.roster import Roster
from documents.models import Document
from organization.models import Person

BEFORE_MINUTES = (SessionState.CONVENED, SessionState.IN_SESSION, SessionState.ADJOURNED)


def offered(
    session: CouncilSession, roster: Roster, shown: dict[str, Any], person: Person, document: Document | None
) -> list[dict[str, Any]]:
    """Acts as parameters of `action.html`, the main one last; those with `post` stand for a form of their own."""
    if person.pk not in (session.chair_id, session.secretary_id):
        return _of_members(session, roster, person)
    draw = {
        SessionState.CONVENED: _before,
        SessionState.IN_SESSION: _during,
        SessionState.ADJOURNED: _adjourned,
        SessionState.MINUTES_DRAFTED: _drafted,
        SessionState.ADOPTED: _adopted,
    }.get(SessionState(session.state))
    acts = draw(session, roster, shown, document) if draw else []
    if session.of_period.period.procedure.parsed().is_annual:
        acts.insert(0, _link(session, "session_meeting", _("Legal meeting")))
    return acts


def _of_members(session: CouncilSession, roster: Roster, person: Person) -> list[dict[str, Any]]:
    me = roster.member_of(person)
    if session.state not in BEFORE_MINUTES or me is None:
        return []
    acts = [_link(session, "session_prepare", _("Prepare the meeting"))]
    if me.role in ("chair", "deputy"):
        acts.insert(0, _link(session, "session_hand_over", _("Hand over chair or minutes")))
    return acts


def _link(session: CouncilSession, name: str, label: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "url": reverse(name, args=[session.uuid]), **more}


def _post(session: CouncilSession, act: str, label: str, **more: Any) -> dict[str, Any]:
    url = reverse("session_confirm", args=[session.uuid]) if act == "confirm" else ""
    url = url or reverse("session_act", args=[session.uuid, act])
    return {"label": label, "form_id": f"act-{act}", "post": url, **more}


def _obstacle(roster: Roster) -> str:
    """Why the meeting cannot begin, "" when it can."""
    quorum = roster.quorum()
    if not quorum.met:
        return _("Quorum: %(present)d of %(members)d present, %(needed)d needed (%(basis)s).") % {
            "present": quorum.counted,
            "members": quorum.members,
            "needed": quorum.needed,
            "basis": roster.session.council.rules_basis,
        }
    if roster.session.chair_id not in {member.person_id for member in roster.seated}:
        return _("The chair is not present: hand the chair over first.")
    return ""


def _before(session: CouncilSession, roster: Roster, shown: dict, document: Document | None) -> list[dict[str, Any]]:
    return [
        _link(session, "session_prepare", _("Prepare")),
        _link(session, "session_hand_over", _("Hand over")),
        _link(session, "session_roll", _("Call the roll")),
        _post(session, "open", _("Open the session"), tone="primary", refused=_obstacle(roster)),
    ]


def _during(session: CouncilSession, roster: Roster, shown: dict, document: Document | None) -> list[dict[str, Any]]:
    acts = [
        _link(session, "session_screen", _("Screen for the wall")),
        _link(session, "session_hand_over", _("Hand over")),
        _link(session, "session_roll", _("Roll")),
        _link(session, "session_adjourn", _("Adjourn")),
    ]
    waiting = shown["figures"]["uncontested"]
    if waiting:
        text = ngettext("Confirm %(count)d uncontested", "Confirm %(count)d uncontested", waiting)
        over = (
            "" if shown["quota"] is None or shown["quota"]["holds"] else _("Over the ceiling: lower a class first.")
        )
        acts.append(_post(session, "confirm", text % {"count": waiting}, refused=over))
    left = shown["figures"]["open"]
    why = ngettext("%(count)d case is not concluded yet.", "%(count)d cases are not concluded yet.", left)
    refused = why % {"count": left} if left else ""
    return [*acts, _link(session, "session_minutes", _("Draft the minutes"), tone="primary", refused=refused)]


def _adjourned(
    session: CouncilSession, roster: Roster, shown: dict, document: Document | None
) -> list[dict[str, Any]]:
    return [
        _link(session, "session_hand_over", _("Hand over")),
        _link(session, "session_roll", _("Roll")),
        _post(session, "resume", _("Resume the session"), tone="primary", refused=_obstacle(roster)),
    ]


def _drafted(session: CouncilSession, roster: Roster, shown: dict, document: Document | None) -> list[dict[str, Any]]:
    return [
        _link(session, "session_record", _("Read the minutes out")),
        _link(session, "session_hand_over", _("Hand over")),
        _link(session, "session_minutes", _("Amend the draft")),
        _link(session, "session_adopt", _("Adopt the minutes"), tone="primary"),
    ]


def _adopted(session: CouncilSession, roster: Roster, shown: dict, document: Document | None) -> list[dict[str, Any]]:
    missing = (
        [
            slot.expected_signer.full_name
            for slot in document.slots.all()
            if slot.signed_at is None and slot.expected_signer
        ]
        if document
        else []
    )
    refused = _("Not signed yet: %(names)s.") % {"names": ", ".join(missing)} if missing or document is None else ""
    return [_post(session, "close", _("Close the session"), tone="primary", refused=refused)]
