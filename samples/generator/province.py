"""The invented province Hải Vân: units, job positions and people."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

from samples.generator.names import Names

PLACE = "Hải Vân"
MANAGING, USING, PART = "Cơ quan quản lý", "Cơ quan sử dụng", "Trực tiếp sử dụng"
HEAD, DEPUTY, STAFF = "Người đứng đầu", "Cấp phó", "Nhân viên"
PUBLIC_CENTRE = "TT"  # sub-units with this code are public units: their staff are viên chức

# agency | name | abbreviation | people | deputies | head's title; its sub-units follow as - code | name
STATE = """
SNV | Sở Nội vụ | SNV | 40 | 3 | Giám đốc Sở
- VP | Văn phòng Sở
- TCBC | Phòng Tổ chức, biên chế
- CCVC | Phòng Công chức, viên chức
- XDCQ | Phòng Xây dựng chính quyền và Công tác thanh niên
- CCHC | Phòng Cải cách hành chính và Thi đua
- LDVL | Phòng Lao động, việc làm và Người có công
STC | Sở Tài chính | STC | 30 | 3 | Giám đốc Sở
- VP | Văn phòng Sở
- NS | Phòng Quản lý ngân sách
- DT | Phòng Đầu tư
- GCS | Phòng Giá, công sản
- DN | Phòng Doanh nghiệp và Đăng ký kinh doanh
SXD | Sở Xây dựng | SXD | 24 | 2 | Giám đốc Sở
- VP | Văn phòng Sở
- QH | Phòng Quy hoạch, kiến trúc
- HT | Phòng Hạ tầng kỹ thuật
- VT | Phòng Vận tải
SNNMT | Sở Nông nghiệp và Môi trường | SNNMT | 30 | 3 | Giám đốc Sở
- VP | Văn phòng Sở
- DD | Phòng Đất đai
- MT | Phòng Môi trường
- TT | Trung tâm Khuyến nông
SKHCN | Sở Khoa học và Công nghệ | SKHCN | 20 | 2 | Giám đốc Sở
- VP | Văn phòng Sở
- QLKH | Phòng Quản lý khoa học
- CDS | Phòng Chuyển đổi số
SVHTTDL | Sở Văn hóa, Thể thao và Du lịch | SVHTTDL | 22 | 2 | Giám đốc Sở
- VP | Văn phòng Sở
- VH | Phòng Quản lý văn hóa
- DL | Phòng Quản lý du lịch
SGDDT | Sở Giáo dục và Đào tạo | SGDĐT | 22 | 2 | Giám đốc Sở
- VP | Văn phòng Sở
- PT | Phòng Giáo dục phổ thông
- TT | Trung tâm Giáo dục thường xuyên
SYT | Sở Y tế | SYT | 24 | 2 | Giám đốc Sở
- VP | Văn phòng Sở
- NVY | Phòng Nghiệp vụ y
- NVD | Phòng Nghiệp vụ dược
- TT | Trung tâm Kiểm nghiệm
STP | Sở Tư pháp | STP | 16 | 2 | Giám đốc Sở
- VP | Văn phòng Sở
- VBQP | Phòng Văn bản và Phổ biến pháp luật
- HTTP | Phòng Hành chính và Bổ trợ tư pháp
SCT | Sở Công Thương | SCT | 20 | 2 | Giám đốc Sở
- VP | Văn phòng Sở
- CN | Phòng Quản lý công nghiệp
- TM | Phòng Quản lý thương mại
SDTTG | Sở Dân tộc và Tôn giáo | SDTTG | 14 | 2 | Giám đốc Sở
- VP | Văn phòng Sở
- DTTG | Phòng Dân tộc, tôn giáo
SNGV | Sở Ngoại vụ | SNgV | 12 | 2 | Giám đốc Sở
- VP | Văn phòng Sở
- HTQT | Phòng Hợp tác quốc tế
TTT | Thanh tra tỉnh | TTr | 21 | 2 | Chánh Thanh tra
- VP | Văn phòng
- NV1 | Phòng Nghiệp vụ 1
- NV2 | Phòng Nghiệp vụ 2
VPUBND | Văn phòng Ủy ban nhân dân tỉnh | VP | 26 | 3 | Chánh Văn phòng
- HCTC | Phòng Hành chính, tổ chức
- TH | Phòng Tổng hợp
- KT | Phòng Kinh tế
- KGVX | Phòng Khoa giáo, văn xã
"""
PARTY = """
VPTU | Văn phòng Tỉnh ủy | VPTU | 24 | 2 | Chánh Văn phòng
- HCLT | Phòng Hành chính, lưu trữ
- TH | Phòng Tổng hợp
- TCD | Phòng Tài chính đảng
BTCTU | Ban Tổ chức Tỉnh ủy | BTCTU | 20 | 2 | Trưởng ban
- VP | Văn phòng Ban
- TCB | Phòng Tổ chức cán bộ
- CSD | Phòng Cơ sở đảng, đảng viên
BTGDVTU | Ban Tuyên giáo và Dân vận Tỉnh ủy | BTGDVTU | 20 | 2 | Trưởng ban
- VP | Văn phòng Ban
- TT | Phòng Tuyên truyền
- DV | Phòng Dân vận
UBKTTU | Ủy ban Kiểm tra Tỉnh ủy | UBKTTU | 16 | 2 | Chủ nhiệm
- VP | Văn phòng
- NV1 | Phòng Nghiệp vụ 1
- NV2 | Phòng Nghiệp vụ 2
BNCTU | Ban Nội chính Tỉnh ủy | BNCTU | 12 | 2 | Trưởng ban
- VP | Văn phòng Ban
- TD | Phòng Theo dõi án, phòng chống tham nhũng
"""
TOP = {
    "UBND": ("Chủ tịch Ủy ban nhân dân tỉnh", "Phó Chủ tịch Ủy ban nhân dân tỉnh", 3),
    "TU": ("Bí thư Tỉnh ủy", "Phó Bí thư Tỉnh ủy", 2),
}


@dataclass
class Unit:
    code: str
    name: str
    abbreviation: str
    block: str
    parent: str
    role: str
    since: date
    title: str = ""
    headcount: int = 0
    deputies: int = 0
    parts: list[Unit] = field(default_factory=list)


@dataclass
class Person:
    code: str
    name: str
    login: str
    unit: str
    agency: str
    position: str
    title: str
    subject: str
    duty: str
    reviewer: str
    duty_group: str
    since: date
    fields: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)


@dataclass
class Position:
    code: str
    name: str
    group: str
    unit: str


class Province:
    """Builds the whole province from a seed; ``units``, ``positions`` and ``people`` are in print order."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311 (invented data)
        self._names = Names(self._rng)
        self.positions: dict[str, Position] = {}
        self.people: list[Person] = []
        self.tops = {
            "UBND": Unit("UBND", "Ủy ban nhân dân tỉnh Hải Vân", "UBND", "Nhà nước", "", MANAGING, date(2025, 7, 1)),
            "TU": Unit("TU", "Tỉnh ủy Hải Vân", "TU", "Đảng", "", MANAGING, date(2025, 7, 1)),
        }
        self.agencies = _agencies(STATE, "Nhà nước", "UBND") + _agencies(PARTY, "Đảng", "TU")
        secretary = self._leaders_of_province("TU", "")
        self._leaders_of_province("UBND", secretary)
        for agency in self.agencies:
            self._fill(agency)
        for code in ("SNV-CCVC", "BTCTU-TCB"):  # the personnel departments of the two blocks
            next(p for p in self.people if p.unit == code and p.duty == STAFF).roles = ["Nhân sự tỉnh"]

    @property
    def units(self) -> list[Unit]:
        found = []
        for code, top in self.tops.items():
            found.append(top)
            for agency in self.agencies:
                if agency.parent == code:
                    found += [agency, *agency.parts]
        return found

    def of_agency(self, code: str) -> list[Person]:
        return [person for person in self.people if person.agency == code]

    def _leaders_of_province(self, top: str, chief: str) -> str:
        title, second, count = TOP[top]
        post = self._position(f"{top}-LD1", title, "A", top)
        head = self._person(top, top, post, title, "Cán bộ", HEAD, chief, "Lãnh đạo tỉnh")
        post = self._position(f"{top}-LD2", second, "A", top)
        under = [agency.code for agency in self.agencies if agency.parent == top]
        for turn in range(count):
            deputy = self._person(top, top, post, second, "Cán bộ", DEPUTY, head.code, "Lãnh đạo tỉnh")
            deputy.fields = under[turn::count]
        return head.code

    def _fill(self, agency: Unit) -> None:
        """Head and deputies, then each sub-unit with head, deputy (from five people on) and staff."""
        code = agency.code
        chief = self._reviewer_of_head(code, agency.parent)
        post = self._position(f"{code}-LD1", agency.title, "A", code)
        head = self._person(code, code, post, agency.title, "Công chức", HEAD, chief, "Lãnh đạo cơ quan")
        second = agency.title.replace("Giám đốc", "Phó Giám đốc").replace("Chánh", "Phó Chánh")
        second = second if second != agency.title else f"Phó {agency.title}"
        post = self._position(f"{code}-LD2", second, "A", code)
        for turn in range(agency.deputies):
            deputy = self._person(code, code, post, second, "Công chức", DEPUTY, head.code, "Lãnh đạo cơ quan")
            deputy.fields = [part.code for part in agency.parts[turn :: agency.deputies]]
        left = agency.headcount - 1 - agency.deputies
        for index, part in enumerate(agency.parts):
            size = left // len(agency.parts) + (index < left % len(agency.parts))
            self._fill_part(agency, part, size, first=index == 0, chief=head.code)

    def _fill_part(self, agency: Unit, part: Unit, size: int, *, first: bool, chief: str) -> None:
        public = part.code.endswith(f"-{PUBLIC_CENTRE}") and part.block == "Nhà nước"
        subject = "Viên chức" if public else "Công chức"
        kind = part.name.split(" ")[0]  # Văn phòng, Phòng, Trung tâm
        title = {"Văn": "Chánh Văn phòng", "Trung": "Giám đốc Trung tâm"}.get(kind, "Trưởng phòng")
        second = {"Văn": "Phó Chánh Văn phòng", "Trung": "Phó Giám đốc Trung tâm"}.get(kind, "Phó Trưởng phòng")
        post = self._position(f"{agency.code}-TP", "Trưởng phòng và tương đương", "A", agency.code)
        head = self._person(part.code, agency.code, post, title, subject, HEAD, chief, "Cấp trưởng đơn vị")
        size -= 1
        if size >= 4:
            post = self._position(f"{agency.code}-PP", "Phó Trưởng phòng và tương đương", "A", agency.code)
            self._person(part.code, agency.code, post, second, subject, DEPUTY, head.code, "Cấp phó đơn vị")
            size -= 1
        support = [
            ("VT", "Văn thư viên", ["Văn thư"]),
            ("LT", "Lưu trữ viên", ["Lưu trữ"]),
            ("NS", "Chuyên viên tổ chức nhân sự", ["Nhân sự đơn vị"]),
        ]
        for turn in range(size):
            if first and turn < len(support):
                suffix, name, roles = support[turn]
                post = self._position(f"{agency.code}-{suffix}", name, "C", agency.code)
                person = self._person(
                    part.code, agency.code, post, name, subject, STAFF, head.code, "Chuyên viên hành chính"
                )
                person.roles = list(roles)
            elif first and turn == len(support) and agency.code not in ("SNV", "STC"):
                post = self._position(f"{agency.code}-PV", "Nhân viên phục vụ", "D", agency.code)
                self._person(
                    part.code, agency.code, post, "Nhân viên", "Hợp đồng", STAFF, head.code, "Nhân viên phục vụ"
                )
            else:
                self._specialist(agency, part, subject, head.code, public)

    def _specialist(self, agency: Unit, part: Unit, subject: str, chief: str, public: bool) -> None:
        senior = self._rng.random() < 0.3
        name = "Viên chức chuyên môn" if public else ("Chuyên viên chính" if senior else "Chuyên viên")
        suffix = "VC" if public else ("CVC" if senior else "CV")
        topic = part.name.removeprefix("Phòng ").removeprefix("Trung tâm ")
        post = self._position(f"{part.code}-{suffix}", f"{name} ({topic})", "B", agency.code)
        self._person(part.code, agency.code, post, name, subject, STAFF, chief, "Chuyên viên nghiệp vụ")

    def _reviewer_of_head(self, code: str, top: str) -> str:
        in_charge = [p for p in self.people if p.unit == top and p.duty == DEPUTY and code in p.fields]
        return in_charge[0].code

    def _position(self, code: str, name: str, group: str, unit: str) -> str:
        self.positions.setdefault(code, Position(code, name, group, unit))
        return code

    def _person(
        self, unit: str, agency: str, post: str, title: str, subject: str, duty: str, reviewer: str, group: str
    ) -> Person:
        name = self._names.full_name()
        since = date(2025, 7, 1) if duty != STAFF else date(2025, self._rng.randint(7, 12), self._rng.randint(1, 28))
        code = f"HV{len(self.people) + 1:04d}"
        login = self._names.login(name)
        person = Person(code, name, login, unit, agency, post, title, subject, duty, reviewer, group, since)
        self.people.append(person)
        return person


def _agencies(text: str, block: str, parent: str) -> list[Unit]:
    agencies = []
    since = date(2025, 7, 1)
    for line in text.strip().splitlines():
        if line.startswith("- "):
            agency = agencies[-1]
            suffix, name = line[2:].split(" | ")
            agency.parts.append(Unit(f"{agency.code}-{suffix}", name, "", block, agency.code, PART, since))
            continue
        code, name, short, people, deputies, title = line.split(" | ")
        agencies.append(Unit(code, name, short, block, parent, USING, since, title, int(people), int(deputies)))
    return agencies
