"""The card of one organisation: two columns, what they come to, and the rules behind it."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.organisations import RESULT, Condition, parse_card, rate
from kpi.wording import STANDINGS
from organization.models import Person
from workflows.errors import Refused
from workflows.forms.organisations import FAULT_CHOICES, CardForm, LeaveOutForm
from workflows.models import OrganisationRating, RatingState
from workflows.organisation_order import Order
from workflows.policy import dependants, organising, rules, visibility
from workflows.templatetags.look import vn_number, vn_percent
from workflows.views.acts import PersonRequest, today
from workflows.views.papers import chip_of, with_people
from workflows.views.standing_chips import chips_of

CONDITIONS: Mapping[str, Promise] = {
    "tasks_done": gettext_lazy("Tasks done"),
    "above_requirement": gettext_lazy("Tasks above the requirement"),
    "late_at_most": gettext_lazy("Tasks done late"),
    "no_subordinate_unmet": gettext_lazy("Subordinate organisations at the lowest class"),
    "faults_fixed": gettext_lazy("Faults of earlier years mended"),
}


def own_form_of(rating: OrganisationRating, data: Any = None) -> CardForm:
    return CardForm(data, rating=rating, card=rating.own, belongs="own", note=rating.own_note)


def score_form_of(rating: OrganisationRating, data: Any = None) -> CardForm:
    return CardForm(data, rating=rating, card=rating.scored, belongs="score", note=rating.comment)


def card_page(
    request: PersonRequest,
    rating: OrganisationRating,
    *,
    own: CardForm | None = None,
    score: CardForm | None = None,
    leave: LeaveOutForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    person, on = request.user, today()
    listed = rating.listed
    order = Order(listed.year, listed.practice, on)
    rating = order.ratings.get(rating.unit_id, rating)
    void = rating.state == RatingState.VOID
    decided = bool(order.class_now(rating))
    heads = organising.heads_organisation(rating, person, on)
    under = organising.recognising_authority(listed, person, on)
    of_list = organising.lists(person, on).filter(pk=listed.pk).exists()
    told = rating.state == RatingState.NOTIFIED or of_list
    own_form = own or (own_form_of(rating) if heads and rating.state == RatingState.OPEN else None)
    score_form = score or (score_form_of(rating) if under and not decided and not void else None)
    runs = rules.may_manage_period(listed.agency, person, on)
    undecided = rating.state in (RatingState.OPEN, RatingState.PROPOSED)
    fit = order.fit(rating)
    own_fit = rate(parse_card(rating.own, listed.parsed), listed.parsed)
    context = {
        "rating": rating,
        "listed": listed,
        "head": order.heads.get(rating.unit_id),
        "rows": _card_rows(rating, own_form, score_form, told),
        "own_form": own_form,
        "score_form": score_form,
        "own_total": own_fit.total,
        "told": told,
        "fit": fit,
        "tests": [_test(test) for test in fit.tests],
        "class_code": order.class_now(rating) if told else "",
        "waits": [] if void else order.waits_for(rating),
        "below": [{"rating": each, "class_code": _told(order, each, of_list)} for each in order.below(rating)],
        "may_take_back": heads and rating.state == RatingState.PROPOSED and not decided,
        "leave_form": (leave or LeaveOutForm()) if runs and undecided else None,
        "leave_open": leave is not None,
        "left_out": void,
        "may_take_up": runs and void,
        "of_list": of_list,
        "may_replace": bool(under and decided and rating.ruling and rating.ruling.document.issue_released_at),
        "papers": _papers(rating, person, on),
        "flags": dependants.dependants(person, on).filter(organisation=rating, settlement=None).order_by("pk"),
        "rules": rule_rows(listed.parsed.rules()),
        "refusal": refusal,
        "problems": [words for form in (own, score) if form is not None for words in form.problems()],
    }
    return render(request, "workflows/organisations/card.html", context, status=refusal.status if refusal else status)


def _told(order: Order, rating: OrganisationRating, of_list: bool) -> str:
    """The class in force for whoever may know it: before the notice only by office at the recogniser's agency."""
    return order.class_now(rating) if of_list or rating.state == RatingState.NOTIFIED else ""


def rule_rows(found: Any) -> list[dict[str, Any]]:
    """The rules that the law leaves open or that are not confirmed, for reading."""
    words = {
        "unmatched": _("Points without the condition of their class"),
        "ceilings.reading": _("Share of whom"),
        "result_scoring": _("How the 70 points come about"),
        "lower_first": _("Lower organisations first"),
        "organisations_first": _("Organisations before their heads"),
    }
    values = {
        "undecided": _("the recogniser decides, below the class of the points, with a reason"),
        "next class": _("the next class whose conditions are met"),
        "of good": _("of those rated good"),
        "of good or better": _("of those rated good or better"),
        "typed by the scorer": _("typed by the scorer"),
    }
    return [
        {
            "label": words[path],
            "value": values.get(rule.value, rule.value),
            "basis": rule.basis,
            "standing": STANDINGS.get(rule.standing, rule.standing),
            "note": rule.note,
        }
        for path, rule in found
        if path in words
    ]


def _card_rows(
    rating: OrganisationRating, own: CardForm | None, score: CardForm | None, told: bool
) -> list[dict[str, Any]]:
    """Every row with its maximum, and in each column an entry or what is stored."""
    parsed = rating.listed.parsed
    most: Mapping[str, Fraction] = {item.code: item.maximum for item in parsed.items} | {
        RESULT: parsed.result_points.value
    }
    template = own or score or own_form_of(rating)
    own_fields, score_fields = (dict(form.rows()) if form else {} for form in (own, score))
    return [
        {
            "code": code,
            "label": field.label,
            "maximum": most.get(code),
            "own": own_fields.get(code),
            "own_value": written(rating.own.get(code, "")),
            "score": score_fields.get(code),
            "score_value": written(rating.scored.get(code, "")) if told else "",
        }
        for code, field in template.rows()
    ]


def written(value: str) -> str:
    """A stored row as it is read: a comma, nothing for what is not scored."""
    words = {key: str(label) for key, label in FAULT_CHOICES if key}
    return words.get(value) or vn_number(value)


def _test(test: Condition) -> dict[str, Any]:
    """A condition in words: found and needed."""
    if test.condition in ("no_subordinate_unmet", "faults_fixed"):
        found = str(test.found) if test.condition == "no_subordinate_unmet" else (_("yes") if test.met else _("no"))
        needed = _("none") if test.condition == "no_subordinate_unmet" else _("yes")
    else:
        found = vn_percent(test.found)
        needed = (_("at most %s") if test.condition == "late_at_most" else _("at least %s")) % vn_percent(
            test.rule.value
        )
    return {
        "what": CONDITIONS[test.condition],
        "found": found,
        "needed": needed,
        "met": test.met,
        "basis": test.rule.basis,
        "standing": STANDINGS.get(test.rule.standing, test.rule.standing),
    }


def _papers(rating: OrganisationRating, person: Person, on: date) -> list[dict[str, Any]]:
    """Decisions and notices on this organisation, as far as the person may read them."""
    keys = {key for pair in rating.rulings.values_list("document_id", "notice_id") for key in pair}
    if not keys:
        return []
    documents = with_people(visibility.documents(person, on).filter(pk__in=keys)).order_by("pk")
    return chips_of(documents, person, chip_of)
