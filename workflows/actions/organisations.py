"""Opening the ratings of organisations, and typing their cards. Typing is never blocked by the order of the year."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kpi.organisations import card_problems, row_codes, with_choices
from kpi.presets import ORGANISATIONS, preset
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person, Unit
from workflows import notices
from workflows.actions.locks import handled_before
from workflows.errors import NotReady, Refused
from workflows.models import OrganisationList, OrganisationRating, RatingState
from workflows.organisation_order import Order, row_words
from workflows.organisations import may_be_rated_under
from workflows.policy import organising, rules

OWN_CARD = gettext_noop("Decree 335/2025, Art 9")


@transaction.atomic
def open_ratings(
    *,
    agency: Unit,
    year: int,
    units: Iterable[Unit],
    unmatched: str,
    reading: str,
    by: Person,
    at: datetime,
    practice: bool = False,
) -> OrganisationList:
    """Open the ratings of these organisations; later ones join the list, whose rules stay as frozen."""
    on = timezone.localdate(at)
    under = rules.require_period_manager(agency, by, on)
    chosen = list(units)
    lawful = {unit.pk for unit in may_be_rated_under(agency, on)}
    foreign = [unit.name for unit in chosen if unit.pk not in lawful]
    if not chosen or foreign:
        raise Refused(
            _("Choose organisations whose rating the head of %(agency)s recognises.") % {"agency": agency.name},
            rule=_("Decree 335/2025, Art 9, 10"),
            missing=foreign,
        )
    data = with_choices(preset(ORGANISATIONS), unmatched=unmatched, reading=reading)
    listed, _new = OrganisationList.objects.select_for_update().get_or_create(
        agency=agency,
        year=year,
        practice=practice,
        defaults={"rules": data, "opened_by": by, "opened_at": at},
    )
    known = set(OrganisationRating.objects.filter(listed=listed).values_list("unit_id", flat=True))
    fresh = [unit for unit in chosen if unit.pk not in known]
    if not fresh:
        raise NotReady(
            _("These organisations are open already, or left out: one left out is taken up again on its card."),
            rule=_("One rating a year"),
        )
    OrganisationRating.objects.bulk_create(OrganisationRating(listed=listed, unit=unit) for unit in fresh)
    _moved(listed)
    for rating in OrganisationRating.objects.filter(listed=listed, unit__in=fresh).select_related("unit"):
        _note("organisation.opened", rating, listed, by=by, under=under, at=at)
        _tell_head(rating, on=on, at=at)
    return listed


def lock_list(listed: OrganisationList, expected_version: int | None) -> OrganisationList:
    """The recogniser's list for an act on it; every act on one of its ratings takes this lock first."""
    locked = OrganisationList.objects.select_for_update().get(pk=listed.pk)
    locked.agency = listed.agency
    if expected_version is not None and expected_version != locked.version:
        raise handled_before(locked.uuid)
    return locked


def _lock(rating: OrganisationRating, expected_version: int) -> tuple[OrganisationList, OrganisationRating]:
    listed = lock_list(OrganisationList.objects.select_related("agency").get(pk=rating.listed_id), None)
    OrganisationRating.objects.select_for_update().get(pk=rating.pk)
    locked = OrganisationRating.objects.select_related("unit", "ruling__document").get(pk=rating.pk)
    locked.listed = listed
    if expected_version != locked.version:
        raise handled_before(locked.uuid)
    return listed, locked


def _moved(listed: OrganisationList) -> None:
    listed.version += 1
    listed.save(update_fields=["version"])


def _note(
    event: str,
    rating: OrganisationRating,
    listed: OrganisationList,
    *,
    by: Person,
    under: Authority,
    at: datetime,
) -> None:
    """The journal, on the rating and on the list: whoever opened an old page hears who was faster."""
    for subject in (rating, listed):
        journal(event=event, subject=subject, at=at, by=by, under=under, unit=rating.unit, practice=listed.practice)


def _checked(typed: Mapping[str, str], listed: OrganisationList) -> dict[str, str]:
    """What was typed without the empty rows. Raises Refused naming each wrong row."""
    kept = {code: value for code, value in typed.items() if value != ""}
    wrong = card_problems(kept, listed.parsed)
    if wrong:
        raise Refused(
            _("Some rows of the card cannot be as typed."),
            rule=_(OWN_CARD),
            missing=[row_words(code, listed.parsed) for code in wrong],
        )
    return kept


@transaction.atomic
def save_own_card(
    *,
    rating: OrganisationRating,
    typed: Mapping[str, str],
    note: str,
    hand_in: bool,
    by: Person,
    expected_version: int,
    at: datetime,
) -> OrganisationRating:
    """The head of the organisation types its card, and hands it in when it is whole."""
    listed, rating = _lock(rating, expected_version)
    under = organising.require_head_of_organisation(rating, by, timezone.localdate(at))
    if rating.state != RatingState.OPEN:
        raise NotReady(_("The own card is handed in: take it back to change it."), rule=_("Order of steps"))
    rating.own, rating.own_note = _checked(typed, listed), note.strip()
    if hand_in:
        missing = [row_words(code, listed.parsed) for code in row_codes(listed.parsed) if not rating.own.get(code)]
        if missing:
            raise NotReady(_("The card is not complete."), rule=_("Not scored is never 0"), missing=missing)
        rating.hand_in()
        _tell_recogniser(listed, rating, on=timezone.localdate(at), at=at)
    return _kept(
        rating, listed, "organisation.handed_in" if hand_in else "organisation.typed", by=by, under=under, at=at
    )


def _tell_recogniser(listed: OrganisationList, rating: OrganisationRating, *, on: date, at: datetime) -> None:
    head = rules.head_of(listed.agency, on)
    notices.tell(event="organisation.handed_in", people=[head.person] if head else [], at=at, text=rating.unit.name)


@transaction.atomic
def take_back_own_card(
    *, rating: OrganisationRating, by: Person, expected_version: int, at: datetime
) -> OrganisationRating:
    """The head of the organisation takes his card back, as long as nothing is decided."""
    listed, rating = _lock(rating, expected_version)
    under = organising.require_head_of_organisation(rating, by, timezone.localdate(at))
    if rating.state != RatingState.PROPOSED:
        raise NotReady(_("Only a card that is handed in and not decided is taken back."), rule=_("Order of steps"))
    rating.take_back()
    return _kept(rating, listed, "organisation.taken_back", by=by, under=under, at=at)


@transaction.atomic
def score_organisation(
    *,
    rating: OrganisationRating,
    typed: Mapping[str, str],
    comment: str,
    by: Person,
    expected_version: int,
    at: datetime,
) -> OrganisationRating:
    """The recogniser types his card, complete or not, before or after the organisation's own is handed in."""
    listed, rating = _lock(rating, expected_version)
    under = organising.require_recogniser(listed, by, timezone.localdate(at))
    _require_undecided(rating, listed, at)
    rating.scored, rating.comment = _checked(typed, listed), comment.strip()
    return _kept(rating, listed, "organisation.scored", by=by, under=under, at=at)


def _require_undecided(rating: OrganisationRating, listed: OrganisationList, at: datetime) -> None:
    order = Order(listed.year, listed.practice, timezone.localdate(at))
    if rating.state == RatingState.VOID or order.class_now(rating):
        raise NotReady(
            _("A decided rating is never edited: a new decision replaces it."), rule=_("State of the rating")
        )


@transaction.atomic
def leave_out(
    *, rating: OrganisationRating, reason: str, by: Person, expected_version: int, at: datetime
) -> OrganisationRating:
    """An organisation that was merged, dissolved or opened by mistake is not rated this year."""
    listed, rating = _lock(rating, expected_version)
    under = rules.require_period_manager(listed.agency, by, timezone.localdate(at))
    if rating.state not in (RatingState.OPEN, RatingState.PROPOSED):
        raise NotReady(_("Only an undecided rating can be left out."), rule=_("State of the rating"))
    if not reason.strip():
        raise Refused(_("Give the reason."), rule=_("A reason is needed"))
    rating.left_out_for = reason.strip()
    rating.leave_out()
    return _kept(rating, listed, "organisation.left_out", by=by, under=under, at=at)


@transaction.atomic
def take_up_again(
    *, rating: OrganisationRating, by: Person, expected_version: int, at: datetime
) -> OrganisationRating:
    """An organisation that was left out by mistake is rated after all; its head is told as at the opening."""
    listed, rating = _lock(rating, expected_version)
    on = timezone.localdate(at)
    under = rules.require_period_manager(listed.agency, by, on)
    if rating.state != RatingState.VOID:
        raise NotReady(_("Only what was left out is taken up again."), rule=_("State of the rating"))
    rating.take_up_again()
    _tell_head(rating, on=on, at=at)
    return _kept(rating, listed, "organisation.opened", by=by, under=under, at=at)


def _tell_head(rating: OrganisationRating, *, on: date, at: datetime) -> None:
    head = rules.head_of(rating.unit, on)
    notices.tell(event="organisation.opened", people=[head.person] if head else [], at=at, text=rating.unit.name)


def _kept(
    rating: OrganisationRating, listed: OrganisationList, event: str, *, by: Person, under: Authority, at: datetime
) -> OrganisationRating:
    rating.version += 1
    rating.save()
    _moved(listed)
    _note(event, rating, listed, by=by, under=under, at=at)
    return rating
