"""Ground of the demo: the sample files through the product's own import, keys from the demo authority, logins."""

import secrets
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from documents import demo_authority, keys
from documents.signing import softtokens
from kpi.actions import decide_catalogue
from kpi.imports import KINDS
from kpi.models import Catalogue
from organization.actions import grant_role, seed_holidays
from organization.models import Duty, Person, Role, Unit

SAMPLES = settings.BASE_DIR / "samples"
PASSWORD = "cong-minh-2026"  # noqa: S105 (printed for everybody who tries the demo)
PIN = "2468-1357"
TOP, CLERK = "UBND", "thuyptt"  # the People's Committee, and who keeps its book and seal
FILES = {
    "units": "don-vi.xlsx",
    "positions": "vi-tri-viec-lam.xlsx",
    "people": "nhan-su.xlsx",
    "catalogue": "danh-muc-san-pham.xlsx",
    "assignments": "giao-viec-quy-3-2026.xlsx",
    "results": "ket-qua-quy-3-2026.xlsx",
}


def import_sample(code: str, *, by: Person, at: datetime) -> dict[str, int]:
    """One sample file by preview and confirmation, as on the import page."""
    return KINDS[code].import_file((SAMPLES / FILES[code]).read_bytes(), by=by, at=at)


def build(at: datetime) -> Person:
    """Units, positions, people, catalogue and calendar; returns the province's personnel officer."""
    on = timezone.localdate(at)
    founder = Person.objects.create_superuser("admin", "Quản trị máy", PASSWORD)
    seed_holidays([on.year, on.year + 1])
    for code in ("units", "positions", "people", "catalogue"):
        import_sample(code, by=founder, at=at)
    officer = Person.objects.get(username="truongnt")
    for catalogue in Catalogue.objects.filter(state=Catalogue.State.DRAFT):
        decide_catalogue(catalogue=catalogue, number="86/QĐ-UBND", on=date(2026, 6, 26), by=officer, at=at)
    return officer


def top() -> Unit:
    """The managing agency, whose head recognises the departments as organisations."""
    return Unit.objects.get(code=TOP)


def head() -> Person:
    """The chair of the People's Committee: decides and signs the province's own list of organisations."""
    return Person.objects.get(appointments__unit__code=TOP, appointments__duty=Duty.HEAD)


def leaders() -> list[Person]:
    """The province's leaders, and the heads of its departments: each hands in the card of his own organisation."""
    above = Person.objects.filter(appointments__unit__code=TOP)
    heads = Person.objects.filter(appointments__unit__parent__code=TOP, appointments__duty=Duty.HEAD)
    return [*above, *heads]


def give_logins(people: list[Person]) -> None:
    """The demo's one password, so that everybody can be tried."""
    for person in people:
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])


def give_keys(people: list[Person], agencies: list[Unit]) -> None:
    """A key file for each signer, a seal in a token for each agency, from the authority without legal value."""
    folder: Path = settings.KEYS_DIR / "demo"
    demo_authority.create(folder)
    for person in people:
        data = demo_authority.issue_person(folder, person.full_name, str(person.uuid), PIN)
        keys.enrol_person_key(person=person, data=data, pin=PIN)
    give_seals(folder, agencies)


def give_seals(folder: Path, agencies: list[Unit]) -> None:
    """Each seal's key is made in a software token of this server and never leaves it, as in a hardware module."""
    token, pin = f"con-dau-{secrets.token_hex(4)}", secrets.token_hex(8)
    softtokens.create_token(settings.KEYS_DIR, token, pin=pin, officer_pin=secrets.token_hex(8))
    for agency in agencies:
        label = str(agency.uuid)
        public = softtokens.generate_key(keys.token_key(token, label), pin)
        chain = demo_authority.certify(folder, agency.name, label, public)
        keys.enrol_token_key(owner=agency, token=token, label=label, chain=chain, pin=pin)


def give_clerk(person: Person, at: datetime) -> None:
    """The clerk of the province's office numbers and seals the People's Committee's own documents."""
    grant_role(
        person=person,
        role=Role.CLERK,
        unit=top(),
        starts_on=timezone.localdate(at),
        basis="Quyết định phân công số 12/QĐ-VP (dữ liệu thử)",
        by=None,
        at=at,
    )


def give_oversight(person: Person, unit: Unit, at: datetime) -> None:
    """An auditor for the time of the demo: read only, time-boxed."""
    on = timezone.localdate(at)
    grant_role(
        person=person,
        role=Role.AUDITOR,
        unit=unit,
        starts_on=on,
        ends_on=date(on.year + 1, on.month, 1),
        basis="Quyết định thanh tra số 41/QĐ-TTT (dữ liệu thử)",
        by=None,
        at=at,
    )
