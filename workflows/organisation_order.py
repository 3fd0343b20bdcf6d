"""Lower before higher (Art 9.1): which organisation waits for which, and what each card comes to. Read, no copy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import State
from kpi.organisations import Fit, OrganisationRules, parse_card, rate, row_codes
from kpi.quota import Candidate, CeilingCheck, check_ceilings
from organization.models import Appointment, Duty, Person, Unit
from workflows.models import OrganisationList, OrganisationRating, RatingState
from workflows.organisations import ratings_of

ROWS: Mapping[str, Promise] = {
    "result": gettext_lazy("Task results"),
    "assigned": gettext_lazy("Tasks assigned for the year"),
    "done": gettext_lazy("Tasks done"),
    "late": gettext_lazy("of these done late"),
    "above": gettext_lazy("of these above the requirement"),
    "faults": gettext_lazy("Faults found in earlier years"),
}


def row_words(code: str, rules: OrganisationRules) -> str:
    """A row of the card in words; the criteria by their number, as their names are sentences."""
    if code in ROWS:
        return str(ROWS[code])
    return _("Criterion %(code)s") % {"code": code}


def waiting_words(rating: OrganisationRating, waits: Sequence[str]) -> str:
    """One line for an organisation and all that it waits for."""
    return f"{rating.unit.name}: {'; '.join(waits)}"


@dataclass
class Order:
    """All ratings of one year, read once: direct subordinates, cards, what each one waits for."""

    year: int
    practice: bool
    on: date
    chosen: dict[int, str] = field(default_factory=dict)

    @cached_property
    def ratings(self) -> dict[int, OrganisationRating]:
        """Unit id → its rating."""
        rows = ratings_of(self.year, practice=self.practice).select_related(
            "unit", "listed__agency", "ruling__document__kind"
        )
        return {row.unit_id: row for row in rows.order_by("unit__position", "unit__code", "pk")}

    @cached_property
    def _parents(self) -> dict[int, int | None]:
        return dict(Unit.objects.values_list("pk", "parent_id"))

    @cached_property
    def heads(self) -> dict[int, Person]:
        """Unit id → who heads it that day."""
        rows = Appointment.objects.on(self.on).filter(unit_id__in=self.ratings, duty=Duty.HEAD)
        return {row.unit_id: row.person for row in rows.select_related("person").order_by("id")}

    def above(self, rating: OrganisationRating) -> OrganisationRating | None:
        """The nearest rated organisation to which this one belongs."""
        here = self._parents.get(rating.unit_id)
        while here is not None and here not in self.ratings:
            here = self._parents.get(here)
        return self.ratings[here] if here is not None else None

    @cached_property
    def _below(self) -> dict[int, list[OrganisationRating]]:
        found: dict[int, list[OrganisationRating]] = {}
        for rating in self.ratings.values():
            over = self.above(rating)
            if over is not None:
                found.setdefault(over.pk, []).append(rating)
        return found

    def below(self, rating: OrganisationRating) -> list[OrganisationRating]:
        """The directly subordinate organisations that are rated this year."""
        return self._below.get(rating.pk, [])

    def depth(self, rating: OrganisationRating) -> int:
        over = self.above(rating)
        return 0 if over is None else 1 + self.depth(over)

    def class_now(self, rating: OrganisationRating) -> str:
        """The class in force, "" while there is none (or its decision was cancelled)."""
        ruling = rating.ruling
        return ruling.class_code if ruling is not None and ruling.document.state != State.CANCELLED else ""

    def class_or_choice(self, rating: OrganisationRating) -> str:
        """The class in force; for an undecided one the choice of this page, else what its card gives."""
        return self.class_now(rating) or self.chosen.get(rating.pk) or self.fit(rating).class_code or ""

    def fit(self, rating: OrganisationRating, *, instead: Mapping[int, str] | None = None) -> Fit:
        """What the recogniser's card comes to, the subordinate organisations' classes counted in.

        `instead`: rating id → class, for what it would come to if one of them had another class.
        """
        rules = rating.listed.parsed
        lowest = rules.scheme.lowest_class.value
        given = instead or {}
        unmet = sum((given.get(each.pk) or self.class_or_choice(each)) == lowest for each in self.below(rating))
        return rate(parse_card(rating.scored, rules, lowest_below=unmet), rules)

    def lower_undecided(self, rating: OrganisationRating, *, beside: int | None = None) -> list[OrganisationRating]:
        """Subordinate organisations without a class; those of the list `beside` are decided in the same act."""
        return [
            each
            for each in self.below(rating)
            if not self.class_now(each) and (beside is None or each.listed_id != beside)
        ]

    def waits_for(self, rating: OrganisationRating) -> list[str]:
        """What keeps this organisation from being decided, in words; [] when nothing does, or it is decided."""
        if self.class_now(rating):
            return []
        found = [
            _("%(organisation)s below it is not decided") % {"organisation": each.unit.name}
            for each in self.lower_undecided(rating, beside=rating.listed_id)
        ]
        head = self.heads.get(rating.unit_id)
        if rating.state == RatingState.OPEN and head is not None:
            found.append(_("its head %(name)s has not handed in the card") % {"name": head.full_name})
        missing = self.fit(rating).missing
        if len(missing) == len(row_codes(rating.listed.parsed)):
            found.append(_("the recogniser has not scored the card"))
        elif missing:
            words = ", ".join(row_words(code, rating.listed.parsed) for code in missing)
            found.append(_("the recogniser has not scored: %(rows)s") % {"rows": words})
        return found

    def listed(self, listed: OrganisationList) -> list[OrganisationRating]:
        """The ratings of one recogniser's list, in the order of the units."""
        return [rating for rating in self.ratings.values() if rating.listed_id == listed.pk]

    def undecided(self, listed: OrganisationList) -> list[OrganisationRating]:
        return [rating for rating in self.listed(listed) if not self.class_now(rating)]


def check_organisations(
    listed: OrganisationList, classes: Mapping[int, str], *, outstanding: bool | None = None
) -> CeilingCheck:
    """Hold these classes (rating id → code) of the recogniser's whole list against the ceiling (Art 8.5)."""
    candidates = [
        Candidate(who=str(pk), group=listed.agency.name, class_code=code or None) for pk, code in classes.items()
    ]
    lifted = bool(listed.outstanding) if outstanding is None else outstanding
    return check_ceilings(candidates, listed.parsed.scheme, outstanding=lifted)


def deepest_first(order: Order, ratings: Iterable[OrganisationRating]) -> list[OrganisationRating]:
    """Lower before higher, then in the order of the units."""
    return sorted(ratings, key=lambda rating: -order.depth(rating))
