"""The job-position catalogue, and the list of people with its position codes checked against it."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.actions import PositionRow, hold_position, import_positions
from kpi.models import JobPosition, PositionHolding
from organization import imports as organization
from organization.imports.kinds import Facts, ImportKind, Sheets, Table, repeated
from organization.models import Appointment, Person, Unit
from organization.spreadsheets import Column, RowError

COLUMNS = (
    Column("code", "Mã", "code", required=True, aliases=("Mã vị trí", "Mã vị trí việc làm")),
    Column("name", "Tên vị trí việc làm", required=True, aliases=("Tên vị trí",)),
    Column("group", "Nhóm", max_length=60, aliases=("Nhóm vị trí",)),
    Column("unit", "Đơn vị (mã)", "code", aliases=("Mã đơn vị",)),
    Column("description", "Mô tả", max_length=4000),
)
FACTS = ("name", "group", "unit", "description")


def check(sheets: Sheets) -> list[RowError]:
    rows = sheets["positions"]
    errors = repeated(rows, "code", _("This code already stands in row %(row)s."))
    units = set(Unit.objects.values_list("code", flat=True))
    for row in rows:
        if row["unit"] and row["unit"] not in units:
            errors.append(row.error("unit", _("No unit has this code. Import the units first.")))
    return errors


def stated(sheets: Sheets) -> Facts:
    return {row["code"]: tuple(row[name] for name in FACTS) for row in sheets["positions"]}


def standing(sheets: Sheets) -> Facts:
    codes = [row["code"] for row in sheets["positions"]]
    names = ["unit__code" if name == "unit" else name for name in FACTS]
    found = JobPosition.objects.filter(code__in=codes).values_list("code", *names)
    return {code: tuple(value or "" for value in facts) for code, *facts in found}


def write(sheets: Sheets, *, keys: set[Hashable], by: Person, at: datetime) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    rows = [
        PositionRow(row["code"], row["name"], row["group"], units.get(row["unit"]), row["description"])
        for row in sheets["positions"]
        if row["code"] in keys
    ]
    import_positions(rows=rows, by=by, at=at)


POSITIONS = ImportKind(
    code="positions",
    title=gettext_lazy("Job positions"),
    tables=(Table("positions", "Vị trí việc làm", COLUMNS),),
    check=check,
    stated=stated,
    standing=standing,
    write=write,
)


def check_people(sheets: Sheets) -> list[RowError]:
    known = set(JobPosition.objects.values_list("code", flat=True))
    unknown = [row for row in sheets["people"] if row["position_code"] and row["position_code"] not in known]
    reason = _("No job position has this code. Import the job positions first.")
    return [*organization.PEOPLE.check(sheets), *(row.error("position_code", reason) for row in unknown)]


def write_people(sheets: Sheets, *, keys: set[Hashable], by: Person, at: datetime) -> None:
    """As the ground does, and each post fills its job position; what it filled before by this list, no longer."""
    organization.PEOPLE.write(sheets, keys=keys, by=by, at=at)
    positions = {position.code: position for position in JobPosition.objects.all()}
    posts = Appointment.objects.filter(person__code__in=list(keys), ends_on__isnull=True).exclude(position_code="")
    for post in posts:
        PositionHolding.objects.filter(appointment=post).exclude(position__code=post.position_code).delete()
        hold_position(appointment=post, position=positions[post.position_code])


PEOPLE = replace(organization.PEOPLE, check=check_people, write=write_people)
