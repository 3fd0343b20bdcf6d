"""The list of agencies and units."""

from collections.abc import Hashable, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.imports.kinds import Facts, ImportKind, Sheets, Table, in_a_circle, repeated
from organization.models import AgencyRole, Block, Person, Unit
from organization.spreadsheets import Column, Row, RowError

COLUMNS = (
    Column("code", "Mã", "code", required=True, aliases=("Mã đơn vị",)),
    Column("name", "Tên đơn vị", required=True, aliases=("Tên", "Tên cơ quan, đơn vị")),
    Column("abbreviation", "Tên viết tắt", max_length=30, aliases=("Ký hiệu", "Viết tắt")),
    Column(
        "block",
        "Khối",
        "choice",
        required=True,
        choices={"Nhà nước": Block.STATE.value, "Đảng": Block.PARTY.value},
    ),
    Column("parent", "Trực thuộc (mã)", "code", aliases=("Mã đơn vị cấp trên",)),
    Column(
        "agency_role",
        "Vai trò",
        "choice",
        required=True,
        choices={
            "Cơ quan quản lý": AgencyRole.MANAGING.value,
            "Cơ quan sử dụng": AgencyRole.USING.value,
            "Trực tiếp sử dụng": AgencyRole.DIRECTLY_USING.value,
        },
    ),
    Column("place", "Địa danh", required=True, max_length=100),
    Column("starts_on", "Từ ngày", "date", required=True),
)
FACTS = tuple(column.name for column in COLUMNS if column.name != "code")


def check(sheets: Sheets) -> list[RowError]:
    """Unknown, own or circular parents; a unit in another block than its parent; an agency without abbreviation."""
    rows = sheets["units"]
    errors = repeated(rows, "code", _("This code already stands in row %(row)s."))
    blocks: dict[str, str | None] = dict(Unit.objects.values_list("code", "block"))
    above: dict[str, str | None] = dict(Unit.objects.values_list("code", "parent__code"))
    for row in rows:
        if row["code"]:
            blocks[row["code"]] = row["block"]
            above[row["code"]] = row["parent"] or None
    circular = in_a_circle(above)
    for row in rows:
        errors += _check_parent(row, blocks, circular)
        is_agency = row["agency_role"] in (AgencyRole.MANAGING, AgencyRole.USING)
        if row.sound and is_agency and not row["abbreviation"]:
            errors.append(row.error("abbreviation", _("An agency needs an abbreviation for its document symbols.")))
    return errors


def _check_parent(row: Row, blocks: dict[str, str | None], circular: set[str]) -> list[RowError]:
    parent = row["parent"]
    if parent == "" and row["agency_role"] not in (AgencyRole.MANAGING, None):
        return [row.error("parent", _("Only a managing agency stands without a unit above it."))]
    if not parent:
        return []
    if parent == row["code"]:
        return [row.error("parent", _("A unit cannot stand below itself."))]
    if parent not in blocks:
        return [row.error("parent", _("No unit has this code, neither in the file nor stored."))]
    if row["code"] in circular:
        return [row.error("parent", _("These units stand below each other in a circle."))]
    if row["block"] and blocks[parent] and row["block"] != blocks[parent]:
        return [row.error("block", _("The unit stands in another block than the unit above it."))]
    return []


def stated(sheets: Sheets) -> Facts:
    return {row["code"]: tuple(row[name] for name in FACTS) for row in sheets["units"]}


def standing(sheets: Sheets) -> Facts:
    names = ["parent__code" if name == "parent" else name for name in FACTS]
    codes = [row["code"] for row in sheets["units"]]
    found = Unit.objects.filter(code__in=codes).values_list("code", *names)
    return {code: tuple("" if value is None else value for value in facts) for code, *facts in found}


def write(sheets: Sheets, *, keys: set[Hashable], by: Person, at: datetime) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    position = Unit.objects.aggregate(last=Max("position"))["last"] or 0
    for row in _parents_first(sheets["units"]):
        if row["code"] not in keys:
            continue
        unit = units.get(row["code"])
        if unit is None:
            position += 1
            unit = units[row["code"]] = Unit(code=row["code"], position=position)
        for name in FACTS:
            setattr(unit, name, units.get(row["parent"]) if name == "parent" else row[name])
        unit.save()


def _parents_first(rows: Sequence[Row]) -> list[Row]:
    waiting, ordered = {row["code"]: row for row in rows}, []

    def place(row: Row) -> None:
        if waiting.pop(row["code"], None) is not None:
            if row["parent"] in waiting:
                place(waiting[row["parent"]])
            ordered.append(row)

    for row in rows:
        place(row)
    return ordered


UNITS = ImportKind(
    code="units",
    title=gettext_lazy("Agencies and units"),
    tables=(Table("units", "Đơn vị", COLUMNS),),
    check=check,
    stated=stated,
    standing=standing,
    write=write,
)
