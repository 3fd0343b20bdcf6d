"""The recogniser decides on the organisations of his list, or replaces an issued decision (Art 8, 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from approvals.classes import CLASSES
from documents.actions import SlotSpec, request_document
from documents.models import Document, State
from kpi.wording import cited
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import facts, notices
from workflows.actions.organisations import lock_list
from workflows.errors import NotReady
from workflows.facts import Recognised
from workflows.models import OrganisationList, OrganisationRating, OrganisationRuling
from workflows.organisation_order import Order, check_organisations, deepest_first, waiting_words
from workflows.organisations import DECISION, NOTICE
from workflows.policy import organising

LOWER_FIRST = gettext_noop("Decree 335/2025, Art 9.1")


@dataclass(frozen=True)
class Recognition:
    """The recogniser's class for one organisation; a reason is needed where it differs from what the card gives."""

    class_code: str
    reason: str = ""


@transaction.atomic
def decide_organisations(
    *,
    listed: OrganisationList,
    by: Person,
    chosen: Mapping[UUID, Recognition],
    outstanding: str = "",
    expected_version: int | None,
    at: datetime,
) -> OrganisationList:
    """Decide every organisation of the list that is undecided; `chosen` needs only those that differ from their card.

    Refused while an organisation below one of them is undecided, a card is missing or incomplete, a class is above
    the card's, or the whole list has more at the top than the ceiling (25% with the number of `outstanding`).
    """
    listed = lock_list(listed, expected_version)
    on = timezone.localdate(at)
    under = organising.require_recogniser(listed, by, on)
    order = Order(listed.year, listed.practice, on)
    rows = order.undecided(listed)
    if not rows:
        raise NotReady(_("Nothing on this list waits for a decision."), rule=_("Order of steps"))
    lock_ratings(rows)
    require_not_own(order, rows, by, under)
    order.chosen = {row.pk: chosen[row.uuid].class_code for row in rows if row.uuid in chosen}
    _require_order(order, rows)
    decided = [recognised(order, row, chosen.get(row.uuid)) for row in deepest_first(order, rows)]
    _require_reasons(decided)
    listed.outstanding = outstanding.strip() or listed.outstanding
    require_ceiling(order, listed, {each.rating.pk: each.class_code for each in decided})
    decided.sort(key=lambda each: rows.index(each.rating))
    document = owe_decision(listed, decided, by=by, under=under, at=at)
    for each in sorted(decided, key=lambda each: each.rating.pk):
        ruling = record_ruling(listed, each, document=document, earlier=None, by=by, under=under, at=at)
        each.rating.decide(ruling)
        each.rating.version += 1
        each.rating.save(update_fields=["state", "ruling", "version"])
        note_ruling("organisation.decided", each, listed, document, by=by, under=under, at=at)
    return finish(listed, document, "organisations.decided", by=by, under=under, at=at)


def lock_ratings(rows: Sequence[OrganisationRating]) -> None:
    keys = [row.pk for row in rows]
    list(OrganisationRating.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def require_not_own(order: Order, rows: Sequence[OrganisationRating], by: Person, under: Authority) -> None:
    people = {by.pk, under.holder.pk}
    own = [row.unit.name for row in rows if (head := order.heads.get(row.unit_id)) and head.pk in people]
    if own:
        raise NotReady(
            _("Nobody recognises the rating of an organisation that he heads himself."),
            rule=_("Nobody decides his own case"),
            missing=own,
        )


def _require_order(order: Order, rows: Sequence[OrganisationRating]) -> None:
    waiting = [waiting_words(row, waits) for row in rows if (waits := order.waits_for(row))]
    if waiting:
        raise NotReady(
            _("The list cannot be closed yet: lower organisations come first, and every card is complete."),
            rule=_(LOWER_FIRST),
            missing=waiting,
        )


def recognised(order: Order, row: OrganisationRating, chosen: Recognition | None) -> Recognised:
    fit = order.fit(row)
    code = chosen.class_code if chosen else fit.class_code or ""
    if not code:
        raise NotReady(
            _("The points of %(organisation)s fit no class, as a condition is not met: choose a class with a reason.")
            % {"organisation": row.unit.name},
            rule=_("Decree 335/2025, Art 8"),
        )
    if code not in CLASSES or fit.at_most is None or CLASSES.index(code) < CLASSES.index(fit.at_most):
        raise NotReady(
            _("The class of %(organisation)s cannot be above what its card gives.") % {"organisation": row.unit.name},
            rule=_("Never above the class of the score"),
        )
    return Recognised(row, code, fit, chosen.reason.strip() if chosen else "", dict(row.scored))


def _require_reasons(decided: Sequence[Recognised]) -> None:
    silent = [each.rating.unit.name for each in decided if each.class_code != each.fit.class_code and not each.reason]
    if silent:
        raise NotReady(
            _("Give a reason where your class differs from what the card gives."),
            rule=_("A differing class needs a reason"),
            missing=silent,
        )


def require_ceiling(
    order: Order, listed: OrganisationList, changed: Mapping[int, str], *, replacing: bool = False
) -> None:
    """The recogniser's whole list: what stands, what is on its way, and what this act changes.

    Lowering one organisation may shrink the ceiling under the class of another. Lowering one at the top is never
    refused, and counts here from its decision on: so the refusal names those to be lowered first.
    """
    classes = {row.pk: order.class_now(row) for row in order.listed(listed)}
    classes |= {each.rating_id: each.class_code for each in on_their_way(listed)}
    classes |= changed
    check = check_organisations(listed, classes)
    if check.holds:
        return
    allowed = min(check.agency.allowed, check.most)
    missing = [_("%(used)s of at most %(allowed)s") % {"used": check.agency.used, "allowed": allowed}]
    top = [row for row in order.listed(listed) if classes[row.pk] == CLASSES[0] and row.pk not in changed]
    if replacing or len(top) > allowed:
        missing.append(_replace_first(top, (check.agency.used if replacing else len(top)) - allowed))
    raise NotReady(
        _("The list has more organisations at the top class than the ceiling allows."),
        rule=cited(check.basis),
        missing=missing,
    )


def _replace_first(top: Sequence[OrganisationRating], number: int) -> str:
    """How to go on with a decided list: whose class is lowered by a decision of its own before this one."""
    return ngettext(
        "First replace the decision on %(number)d of those at the top by a lower class: %(names)s. "
        "Then decide this one",
        "First replace the decisions on %(number)d of those at the top by a lower class: %(names)s. "
        "Then decide this one",
        number,
    ) % {"number": number, "names": ", ".join(row.unit.name for row in top)}


def on_their_way(listed: OrganisationList) -> list[OrganisationRuling]:
    """Replacing rulings whose decision the clerk has not issued yet; a cancelled document has none."""
    rows = OrganisationRuling.objects.filter(
        rating__listed=listed, earlier__isnull=False, document__issue_released_at__isnull=True
    )
    return list(rows.exclude(document__state=State.CANCELLED).select_related("rating__unit").order_by("pk"))


def owe_decision(
    listed: OrganisationList,
    decided: Sequence[Recognised],
    *,
    by: Person,
    under: Authority,
    at: datetime,
    replaced: Document | None = None,
    whole: bool = False,
) -> Document:
    return request_document(
        kind=DECISION,
        unit=listed.agency,
        facts=facts.organisation_decision(listed, decided, under=under, at=at, replaced=replaced, whole=whole),
        signers=[SlotSpec(role="head", person=by, authority=under)],
        practice=listed.practice,
        at=at,
        replaces=replaced if whole else None,
    )


def record_ruling(
    listed: OrganisationList,
    each: Recognised,
    *,
    document: Document,
    earlier: OrganisationRuling | None,
    by: Person,
    under: Authority,
    at: datetime,
) -> OrganisationRuling:
    notice = request_document(
        kind=NOTICE,
        unit=listed.agency,
        facts=facts.organisation_notice(
            listed, each, decided=document, under=under, at=at, replaced=earlier.notice if earlier else None
        ),
        signers=[SlotSpec(role="head", person=by, authority=under)],
        practice=listed.practice,
        at=at,
        replaces=earlier.notice if earlier else None,
    )
    return OrganisationRuling.objects.create(
        rating=each.rating,
        class_code=each.class_code,
        score_class=each.fit.score_class or "",
        fitted=each.fit.class_code or "",
        total=str(each.total),
        card=dict(each.card),
        reason=each.reason,
        by=by,
        under=under.as_json(),
        at=at,
        document=document,
        notice=notice,
        earlier=earlier,
    )


def note_ruling(
    event: str,
    each: Recognised,
    listed: OrganisationList,
    document: Document,
    *,
    by: Person,
    under: Authority,
    at: datetime,
    changed_from: str = "",
) -> None:
    journal(
        event=event,
        subject=each.rating,
        at=at,
        by=by,
        under=under,
        unit=each.rating.unit,
        changed_from=changed_from,
        changed_to=each.class_code,
        practice=listed.practice,
        document=document.code,
    )


def finish(
    listed: OrganisationList, document: Document, event: str, *, by: Person, under: Authority, at: datetime
) -> OrganisationList:
    notices.tell(event="document.to_sign", people=[by], at=at)
    listed.version += 1
    listed.save(update_fields=["version", "outstanding"])
    journal(
        event=event,
        subject=listed,
        at=at,
        by=by,
        under=under,
        unit=listed.agency,
        practice=listed.practice,
        document=document.code,
    )
    return listed
