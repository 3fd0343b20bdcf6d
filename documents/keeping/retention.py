"""How long documents are kept: the agency's schedule, else the schedule of all, else the kind's own entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents.actions import DocumentRefused
from documents.keeping.withdrawn import withdrawn_with
from documents.models import DocumentKind, RecordsFile, RetentionRule
from organization.actions import journal
from organization.models import Person, Unit


@dataclass(frozen=True)
class Term:
    """Years after the end of the closing year, or for ever; `settled` is false while nobody has set the term."""

    years: int | None = None
    permanent: bool = False
    basis: str = ""
    settled: bool = False

    def over_on(self, closed_on: date | None) -> date | None:
        """The first day on which the term is over; None while it is open, unsettled or for ever.

        The years count from the end of the year in which the file was closed.
        """
        if closed_on is None or not self.settled or self.permanent or self.years is None:
            return None
        return date(closed_on.year + 1 + self.years, 1, 1)


def rules_of(units: Iterable[int], on: date | None = None) -> QuerySet[RetentionRule]:
    """The rows of the schedule that concern these agencies, those for all agencies included."""
    rows = RetentionRule.objects.filter(Q(unit__isnull=True) | Q(unit_id__in=list(units)))
    if on is not None:
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)
    return rows.select_related("kind", "unit", "set_by")


def terms(unit: Unit, on: date) -> dict[int, Term]:
    """The term of every kind in this agency that day, by the kind's key."""
    found = {
        kind.pk: Term(
            years=kind.retention_years, basis=kind.retention_basis, settled=kind.retention_years is not None
        )
        for kind in DocumentKind.objects.all()
    }
    rows = rules_of([unit.pk], on).order_by("starts_on", "id")
    for row in sorted(rows, key=lambda rule: rule.unit_id is not None):  # the agency's own rows speak last
        settled = row.standing == RetentionRule.Standing.SETTLED
        found[row.kind_id] = Term(row.years, row.permanent, row.basis, settled)
    return found


def term_of_file(file: RecordsFile, on: date) -> Term:
    """The longest term among the file's documents and the withdrawn forms that go with it; unsettled when any of
    them, or the file itself, has none."""
    known = terms(file.unit, on)
    kinds = set(file.entries.values_list("document__kind_id", flat=True))
    found = [known[kind] for kind in kinds | {form.kind_id for form in withdrawn_with(file)}]
    if not kinds or not all(term.settled for term in found):
        return Term(basis="; ".join(sorted({term.basis for term in found if not term.settled})))
    lasting = [term for term in found if term.permanent]
    return lasting[0] if lasting else max(found, key=lambda term: term.years or 0)


@transaction.atomic
def set_term(
    *,
    kind: DocumentKind,
    unit: Unit | None,
    years: int | None,
    permanent: bool,
    basis: str,
    settled: bool,
    starts_on: date,
    by: Person,
    at: datetime,
) -> RetentionRule:
    """Put a row on the schedule; the row before it ends on the day this one begins. DocumentRefused."""
    if not basis.strip():
        raise DocumentRefused(_("A term names its legal basis."))
    if permanent == (years is not None) or (years is not None and years < 1):
        raise DocumentRefused(_("A term is a number of years, at least one, or for ever."))
    DocumentKind.objects.select_for_update().get(pk=kind.pk)  # two archivists may set the same term
    rows = RetentionRule.objects.filter(kind=kind, unit=unit)
    if rows.filter(starts_on__gte=starts_on).exists():
        raise DocumentRefused(_("The schedule already has a row for this kind that begins on this day or later."))
    rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)).update(ends_on=starts_on)
    standing = RetentionRule.Standing.SETTLED if settled else RetentionRule.Standing.UNDER_REVIEW
    rule = RetentionRule.objects.create(
        kind=kind,
        unit=unit,
        years=years,
        permanent=permanent,
        basis=basis.strip()[:300],
        standing=standing,
        starts_on=starts_on,
        set_by=by,
        set_at=at,
    )
    journal(
        event="retention.set",
        subject=rule,
        at=at,
        by=by,
        unit=unit,
        changed_to="permanent" if permanent else str(years),
        kind=kind.code,
        standing=standing,
    )
    return rule
