"""The product catalogue: a changed list becomes a new draft version, which counts once it is decided (Art 13)."""

from collections.abc import Hashable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.actions import ProductRow, import_catalogue
from kpi.models import Catalogue
from kpi.scoring import ScoringError, factor
from organization.imports.kinds import Facts, ImportKind, Sheets, Table, repeated
from organization.models import Person, Unit
from organization.spreadsheets import Column, Row, RowError

ABOUT = (
    Column("unit", "Cơ quan ban hành (mã)", "code", required=True),
    Column("name", "Tên danh mục", required=True),
    Column("standard_points", "Điểm của sản phẩm chuẩn", "decimal", required=True, minimum=0, maximum=10_000),
)
COLUMNS = (
    Column("code", "Mã", "code", required=True, aliases=("Mã sản phẩm",)),
    Column("task", "Nhiệm vụ", required=True, max_length=500),
    Column("detail", "Công việc chi tiết", max_length=4000),
    Column("output", "Sản phẩm đầu ra", max_length=500),
    Column("group", "Nhóm", "integer", required=True, minimum=1, maximum=5, aliases=("Nhóm phức tạp",)),
    Column("point_range", "Khung điểm", max_length=40),
    Column("points", "Điểm chấm", "decimal", required=True, minimum=0, maximum=10_000),
    Column("factor", "Hệ số quy đổi", "decimal", minimum=0),
    Column("note", "Ghi chú", max_length=4000),
)
FACTS = ("task", "detail", "output", "group", "point_range", "points", "note")


def check(sheets: Sheets) -> list[RowError]:
    """The factor of every product is exactly its points over the points of the standard product."""
    about, rows = sheets["about"], sheets["products"]
    errors = repeated(rows, "code", _("This code already stands in row %(row)s."))
    for row in about[1:]:
        errors.append(row.error("name", _("One file holds one catalogue.")))
    if not about or not about[0].sound:
        return errors
    if not Unit.objects.filter(code=about[0]["unit"]).exists():
        errors.append(about[0].error("unit", _("No unit has this code. Import the units first.")))
    if not about[0]["standard_points"]:
        errors.append(about[0].error("standard_points", _("The standard product needs points above 0.")))
        return errors
    for row in rows:
        errors += _check_factor(row, about[0]["standard_points"])
    return errors


def _check_factor(row: Row, standard_points: Decimal) -> list[RowError]:
    if row["points"] is None:
        return []
    if row["points"] != round(row["points"], 2):
        return [row.error("points", _("At most two decimals."))]
    try:
        k = factor(row["points"], standard_points)
    except ScoringError as error:
        return [row.error("points", str(error))]
    if not k:
        return [row.error("points", _("A product needs points above 0."))]
    if row["factor"] is not None and row["factor"] != k:
        reason = _("The points make the factor %(k)s.") % {"k": f"{k:f}".replace(".", ",")}
        return [row.error("factor", reason)]
    return []


def _latest(sheets: Sheets) -> Catalogue | None:
    about = sheets["about"][0]
    found = Catalogue.objects.filter(unit__code=about["unit"], name=about["name"], practice=False)
    return found.order_by("version").last()


def stated(sheets: Sheets) -> Facts:
    facts: Facts = {row["code"]: tuple(row[name] for name in FACTS) for row in sheets["products"]}
    return facts | {("standard points",): sheets["about"][0]["standard_points"]}


def standing(sheets: Sheets) -> Facts:
    """The latest version; a product missing in the file makes a change too."""
    if (catalogue := _latest(sheets)) is None:
        return {}
    codes = {row["code"] for row in sheets["products"]}
    products = {product.code: product for product in catalogue.products.all()}
    facts: Facts = {code: tuple(getattr(products[code], name) for name in FACTS) for code in codes & set(products)}
    same_codes = codes == set(products)
    return facts | {("standard points",): catalogue.standard_points if same_codes else None}


def write(sheets: Sheets, *, keys: set[Hashable], by: Person, at: datetime) -> None:
    about = sheets["about"][0]
    names = ("code", "task", "group", "points", "detail", "output", "point_range", "factor", "note")
    import_catalogue(
        unit=Unit.objects.get(code=about["unit"]),
        name=about["name"],
        standard_points=about["standard_points"],
        rows=[ProductRow(**{name: row[name] for name in names}) for row in sheets["products"]],
        by=by,
        at=at,
    )


CATALOGUE = ImportKind(
    code="catalogue",
    title=gettext_lazy("Product catalogue"),
    tables=(Table("products", "Danh mục sản phẩm", COLUMNS), Table("about", "Thông tin chung", ABOUT)),
    check=check,
    stated=stated,
    standing=standing,
    write=write,
)
