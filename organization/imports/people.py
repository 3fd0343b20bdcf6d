"""The list of people with their posts, reviewers and standing roles."""

from collections.abc import Hashable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.actions import grant_role
from organization.imports.ground import Ground, code_of, open_posts
from organization.imports.kinds import Facts, ImportKind, Sheets, Table, in_a_circle, repeated
from organization.models import Appointment, Duty, Person, Role, RoleGrant, SubjectGroup
from organization.spreadsheets import Column, Row, RowError

BASIS = "Excel"  # roles granted by this list; only these are ended by it

COLUMNS = (
    Column("code", "Mã", "code", required=True, aliases=("Mã nhân sự",)),
    Column("full_name", "Họ và tên", required=True, max_length=150, aliases=("Họ tên",)),
    Column("username", "Tên đăng nhập", "code"),
    Column("email", "Thư điện tử", max_length=254, aliases=("Email",)),
    Column("unit", "Đơn vị (mã)", "code", required=True, aliases=("Mã đơn vị",)),
    Column("position_code", "Vị trí việc làm (mã)", "code", aliases=("Mã vị trí việc làm",)),
    Column("title", "Chức vụ", required=True, max_length=150, aliases=("Chức vụ, chức danh",)),
    Column(
        "subject_group",
        "Nhóm đối tượng",
        "choice",
        required=True,
        choices={
            "Cán bộ": SubjectGroup.CAN_BO.value,
            "Công chức": SubjectGroup.CONG_CHUC.value,
            "Viên chức": SubjectGroup.VIEN_CHUC.value,
            "Hợp đồng": SubjectGroup.CONTRACT.value,
        },
    ),
    Column(
        "duty",
        "Vai trò",
        "choice",
        required=True,
        choices={
            "Người đứng đầu": Duty.HEAD.value,
            "Cấp phó": Duty.DEPUTY.value,
            "Nhân viên": Duty.STAFF.value,
        },
    ),
    Column("reviewer", "Cấp trên trực tiếp (mã)", "code"),
    Column("fields", "Lĩnh vực phụ trách (mã đơn vị)", "code", many=True),
    Column("duty_group", "Nhóm nhiệm vụ tương đồng", max_length=60),
    Column(
        "roles",
        "Vai trò hệ thống",
        "choice",
        many=True,
        choices={
            "Văn thư": Role.CLERK.value,
            "Lưu trữ": Role.ARCHIVIST.value,
            "Nhân sự đơn vị": Role.UNIT_HR.value,
            "Nhân sự tỉnh": Role.PROVINCE_HR.value,
        },
    ),
    Column("starts_on", "Từ ngày", "date", required=True),
)
OF_PERSON = ("full_name", "username", "email")
OF_POST = ("position_code", "title", "subject_group", "duty", "duty_group", "starts_on")


def check(sheets: Sheets) -> list[RowError]:
    """Doubled codes, logins, heads; unknown units, reviewers, fields; circular reviewing; posts back in time."""
    rows = sheets["people"]
    ground = Ground.load()
    errors = repeated(rows, "code", _("This code already stands in row %(row)s."))
    rows = [row for row in rows if row.number not in {error.row for error in errors}]  # one reason is enough
    errors += repeated(rows, "username", _("This login already stands in row %(row)s."))
    codes = {row["code"] for row in rows}
    logins = Person.objects.filter(username__isnull=False).values_list("username", "code")
    owners = {(login or "").casefold(): code for login, code in logins}
    heads = {p.unit.code: code_of(p.person) for p in ground.posts.values() if p.duty == Duty.HEAD and not p.acting}
    heads = {unit: code for unit, code in heads.items() if code not in codes}
    above = {code: post.reviewer.code if post.reviewer else None for code, post in ground.posts.items()}
    circular = in_a_circle(above | {row["code"]: row["reviewer"] or None for row in rows if row["code"]})
    for row in rows:
        errors += _check_person(row, owners)
        errors += _check_unit(row, ground)
        errors += _check_reviewer(row, ground, codes, circular)
        errors += _check_fields(row, ground)
        if row["duty"] == Duty.HEAD and row["unit"]:
            head = heads.setdefault(row["unit"], row["code"])
            if head != row["code"]:
                reason = _("This unit already has a head: %(code)s.") % {"code": head}
                errors.append(row.error("duty", reason))
    return errors


def _check_person(row: Row, owners: dict[str, str | None]) -> list[RowError]:
    errors = []
    login = (row["username"] or "").casefold()
    if login in owners and owners[login] != row["code"]:
        errors.append(row.error("username", _("Somebody else has this login.")))
    if row["email"]:
        try:
            validate_email(row["email"])
        except ValidationError:
            errors.append(row.error("email", _("This is not an email address.")))
    return errors


def _check_unit(row: Row, ground: Ground) -> list[RowError]:
    code, since = row["unit"], row["starts_on"]
    if code and code not in ground.units:
        return [row.error("unit", _("No unit has this code. Import the units first."))]
    if code and since and not ground.units[code].is_open_on(since):
        return [row.error("starts_on", _("The unit does not exist on this day."))]
    post = ground.posts.get(row["code"])
    if post and since and since < post.starts_on:
        reason = _("The post held now began later, on %(day)s.") % {"day": f"{post.starts_on:%d/%m/%Y}"}
        return [row.error("starts_on", reason)]
    return []


def _check_reviewer(row: Row, ground: Ground, codes: set[str], circular: set[str]) -> list[RowError]:
    reviewer, unit = row["reviewer"], ground.units.get(row["unit"])
    if reviewer is None or unit is None:
        return []
    if not reviewer:
        if row["duty"] == Duty.HEAD and unit.parent_id is None:
            return []
        return [
            row.error("reviewer", _("Only the head of a managing agency has nobody above. Who scores this person?"))
        ]
    if reviewer == row["code"]:
        return [row.error("reviewer", _("Nobody reviews himself."))]
    if reviewer not in codes and reviewer not in ground.posts:
        return [row.error("reviewer", _("Nobody with this code is in the file or holds a post."))]
    if row["code"] in circular:
        return [row.error("reviewer", _("These people review each other in a circle."))]
    return []


def _check_fields(row: Row, ground: Ground) -> list[RowError]:
    unit = ground.units.get(row["unit"])
    if not row["fields"] or unit is None:
        return []
    if row["duty"] not in (Duty.DEPUTY, None):
        return [row.error("fields", _("Only a deputy has a field of charge."))]
    for code in row["fields"]:
        if code not in ground.units:
            return [row.error("fields", _("No unit has the code %(code)s.") % {"code": code})]
        if not ground.is_below(code, unit):
            reason = _("Unit %(code)s does not stand below the deputy's own unit.") % {"code": code}
            return [row.error("fields", reason)]
    return []


def stated(sheets: Sheets) -> Facts:
    return {row["code"]: _facts_of_row(row) for row in sheets["people"]}


def _facts_of_row(row: Row) -> dict[str, Any]:
    names = (*OF_PERSON, *OF_POST, "unit", "reviewer")
    facts = {name: row[name] for name in names}
    return facts | {"fields": sorted(set(row["fields"])), "roles": sorted(set(row["roles"]))}


def standing(sheets: Sheets) -> Facts:
    posts = {code_of(post.person): post for post in open_posts()}
    roles: dict[str, list[str]] = {}
    grants = RoleGrant.objects.filter(ends_on__isnull=True, basis=BASIS)
    for code, role in grants.values_list("person__code", "role"):
        roles.setdefault(code or "", []).append(role)
    facts: Facts = {}
    for person in Person.objects.filter(code__in=[row["code"] for row in sheets["people"]]):
        post = posts.get(code_of(person))
        of_post = {name: getattr(post, name) for name in OF_POST} if post else {}
        facts[code_of(person)] = {
            **{name: getattr(person, name) or "" for name in OF_PERSON},
            **of_post,
            "unit": post.unit.code if post else None,
            "reviewer": post.reviewer.code if post and post.reviewer else "",
            "fields": sorted(unit.code for unit in post.fields_in_charge.all()) if post else [],
            "roles": sorted(set(roles.get(code_of(person), []))),
        }
    return facts


def write(sheets: Sheets, *, keys: set[Hashable], by: Person, at: datetime) -> None:
    ground = Ground.load()
    rows = [row for row in sheets["people"] if row["code"] in keys]
    people = {code_of(person): person for person in Person.objects.filter(code__isnull=False)}
    for row in rows:
        people[row["code"]] = _write_person(row, people.get(row["code"]))
    for row in rows:
        _write_post(row, people, ground)
        _write_roles(row, people[row["code"]], ground, by=by, at=at)


def _write_person(row: Row, person: Person | None) -> Person:
    if person is None:
        person = Person(code=row["code"])
        person.set_unusable_password()
    person.full_name, person.email = row["full_name"], row["email"]
    person.username = row["username"] or None
    person.save()
    return person


def _write_post(row: Row, people: dict[str, Person], ground: Ground) -> None:
    """A later day ends the post held until then and begins a new one; the same day corrects it."""
    post = ground.posts.get(row["code"])
    if post is not None and post.starts_on < row["starts_on"]:
        post.ends_on = row["starts_on"]
        post.save()
        post = None
    if post is None:
        post = Appointment(person=people[row["code"]])
    for name in OF_POST:
        setattr(post, name, row[name])
    post.unit = ground.units[row["unit"]]
    post.reviewer = people[row["reviewer"]] if row["reviewer"] else None
    post.save()
    post.fields_in_charge.set([ground.units[code] for code in row["fields"]])


def _write_roles(row: Row, person: Person, ground: Ground, *, by: Person, at: datetime) -> None:
    today = timezone.localdate(at)
    wanted = {role: ground.unit_of_role(role, ground.units[row["unit"]]) for role in row["roles"]}
    for grant in RoleGrant.objects.filter(person=person, ends_on__isnull=True):
        if wanted.get(grant.role) == grant.unit:
            del wanted[grant.role]
            grant.basis = BASIS
        elif grant.basis == BASIS:
            grant.ends_on = _after(grant.starts_on, today)
        else:
            continue
        grant.save()
    for role, unit in wanted.items():
        grant_role(person=person, role=role, unit=unit, starts_on=row["starts_on"], basis=BASIS, by=by, at=at)


def _after(start: date, day: date) -> date:
    """A role ends the day it is taken away, but a period is never empty."""
    return max(day, start + timedelta(days=1))


PEOPLE = ImportKind(
    code="people",
    title=gettext_lazy("People and their posts"),
    tables=(Table("people", "Nhân sự", COLUMNS),),
    check=check,
    stated=stated,
    standing=standing,
    write=write,
)
