"""An issued decision on one organisation is replaced by a later one that names it, never edited (Art 21.3)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from documents.actions import note_successions
from documents.models import Document
from organization.models import Person
from workflows.actions.organisation_rulings import (
    Recognition,
    finish,
    lock_ratings,
    note_ruling,
    on_their_way,
    owe_decision,
    recognised,
    record_ruling,
    require_ceiling,
    require_not_own,
)
from workflows.actions.organisations import lock_list
from workflows.errors import NotReady, Refused
from workflows.models import OrganisationList, OrganisationRating, OrganisationRuling
from workflows.organisation_order import Order
from workflows.policy import organising

NEVER_EDITED = gettext_noop("Decree 335/2025, Art 21.3")


@transaction.atomic
def replace_organisation(
    *,
    rating: OrganisationRating,
    chosen: Recognition,
    by: Person,
    expected_version: int | None,
    at: datetime,
) -> Document:
    """Decide one organisation anew in place of an issued decision; the earlier one stands until this one is issued.

    The card stays as it was decided. Whoever rests on the class (the organisation above, the head) is not touched.
    """
    listed = lock_list(OrganisationList.objects.select_related("agency").get(pk=rating.listed_id), expected_version)
    on = timezone.localdate(at)
    under = organising.require_recogniser(listed, by, on)
    lock_ratings([rating])
    order = Order(listed.year, listed.practice, on)
    row = order.ratings.get(rating.unit_id)
    earlier = row.ruling if row else None
    if row is None or earlier is None or not order.class_now(row) or earlier.document.issue_released_at is None:
        raise NotReady(_("Only an issued decision is replaced."), rule=_(NEVER_EDITED))
    if any(each.rating_id == row.pk for each in on_their_way(listed)):
        raise NotReady(
            _("A new decision on this organisation is already on its way: let it be issued, or withdraw it."),
            rule=_("Order of steps"),
        )
    require_not_own(order, [row], by, under)
    if chosen.class_code == earlier.class_code or not chosen.reason.strip():
        raise Refused(_("Choose another class and give the reason."), rule=_(NEVER_EDITED))
    anew = recognised(order, row, chosen)
    require_ceiling(order, listed, {row.pk: chosen.class_code}, replacing=True)
    whole = not _others_governed(earlier)
    document = owe_decision(listed, [anew], by=by, under=under, at=at, replaced=earlier.document, whole=whole)
    if not whole:
        note_successions(later=document, amends=[earlier.document])
    record_ruling(listed, anew, document=document, earlier=earlier, by=by, under=under, at=at)
    note_ruling(
        "organisation.replacement_decided",
        anew,
        listed,
        document,
        by=by,
        under=under,
        at=at,
        changed_from=earlier.class_code,
    )
    finish(listed, document, "organisations.replaced", by=by, under=under, at=at)
    return document


def _others_governed(ruling: OrganisationRuling) -> bool:
    """Whether the decision still governs organisations besides this one."""
    others = OrganisationRating.objects.filter(ruling__document=ruling.document_id)
    return others.exclude(pk=ruling.rating_id).exists()
