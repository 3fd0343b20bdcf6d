"""The register of one day as an official document: its lines and the closed sheets that hold them."""

from datetime import date
from typing import Any

from django.utils import timezone

from documents import register
from documents.models import RegisterEvent, RegisterLine, RegisterSheet
from organization.models import Person, Unit

_EVENTS = {
    RegisterEvent.ARCHIVED: "Có hiệu lực",
    RegisterEvent.CANCELLED: "Bị hủy bỏ hiệu lực",
    RegisterEvent.REPLACED: "Bị thay thế",
    RegisterEvent.AMENDED: "Được thay thế một phần",
    RegisterEvent.ANNULLED: "Bị hủy bỏ bằng văn bản",
    RegisterEvent.RENEWED: "Gia hạn dấu thời gian",
    RegisterEvent.DISPOSED: "Đã tiêu hủy khi hết thời hạn",
}


def register_day(unit: Unit, day: date, *, clerk: Person, on: date) -> dict[str, Any]:
    """Everything that was entered on this day; the sheets name the hashes that outsiders check."""
    lines = list(
        RegisterLine.objects.filter(unit=unit, day=day).select_related("document__kind").order_by("sequence")
    )
    return {
        "title": "Sổ đăng ký văn bản trong ngày",
        "parent_agency": unit.parent.name if unit.parent else "",
        "agency": unit.name,
        "place": unit.place,
        "practice": unit.practice,
        "local_rule_name": "",
        "verify_url": "",
        "day": day.isoformat(),
        "lines": [
            {
                "sequence": line.sequence,
                "number": line.number,
                "code": line.document.code,
                "title": line.document.kind.title_vi,
                "event": _EVENTS[RegisterEvent(line.event)],
                "time": f"{timezone.localtime(line.at, register.LOCAL):%H:%M}",
                "sha256": line.sha256,
            }
            for line in lines
        ],
        "sheets": [_sheet(sheet) for sheet in sheets_of(lines, unit)],
        "signed_on": on.isoformat(),
        "signers": {"clerk": {"authority": "", "title": "VĂN THƯ CƠ QUAN", "name": clerk.full_name}},
        "recipients": ["Lưu: VT, sổ đăng ký văn bản"],
    }


def sheets_of(lines: list[RegisterLine], unit: Unit) -> list[RegisterSheet]:
    """The closed sheets that hold these lines, in their order."""
    wanted, found, start = {line.sequence for line in lines}, [], 0
    for sheet in RegisterSheet.objects.filter(unit=unit).order_by("ordinal").select_related("token", "unit"):
        if any(start < sequence <= sheet.last_sequence for sequence in wanted):
            found.append(sheet)
        start = sheet.last_sequence
    return found


def _sheet(sheet: RegisterSheet) -> dict[str, str]:
    token = getattr(sheet, "token", None)
    at = timezone.localtime(token.stamped_at, register.LOCAL) if token else None
    return {
        "name": f"{register.folder_of(sheet.unit).name}/{register.name_of(sheet)}.txt",
        "sha256": sheet.sha256,
        "previous_sha256": sheet.previous_sha256,
        "stamped_at": f"{at:%H:%M:%S ngày %d/%m/%Y}" if at else "",
    }
