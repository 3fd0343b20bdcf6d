"""Invented people of the invented province Hải Vân. The same number always gives the same person."""

from typing import TypedDict

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Phan")
MIDDLE = ("Thị Ngọc", "Văn", "Thị Phương", "Hữu", "Quốc", "Thị Bích", "Minh", "Đình", "Thu", "Xuân", "Kim")
GIVEN = (
    "Thảo",
    "Hùng",
    "Ánh",
    "Dũng",
    "Hương",
    "Khôi",
    "Lộc",
    "Nghĩa",
    "Oanh",
    "Phước",
    "Quyên",
    "Sang",
    "Thủy",
    "Uyên",
    "Vinh",
    "Yến",
    "Đạt",
)
POSITIONS = ("Chuyên viên", "Chuyên viên chính", "Phó Trưởng phòng", "Chuyên viên", "Cán sự", "Trưởng phòng")
UNITS = (
    "Phòng Tổ chức bộ máy và Biên chế",
    "Văn phòng Sở",
    "Phòng Công chức, viên chức",
    "Phòng Xây dựng chính quyền và Công tác thanh niên",
)
CLASSES = ("HTT", "HTXS", "HTNV", "HTT", "HTT", "KHTNV", "HTT")
LONG_NAME = "Công Tằng Tôn Nữ Thị Khánh Huyền Trân"
LONG_AGENCY = (
    "Ban Quản lý các dự án đầu tư xây dựng công trình dân dụng, công nghiệp và hạ tầng kỹ thuật tỉnh Hải Vân"
)


class Worded(TypedDict):
    """A person as documents name one."""

    name: str
    position: str
    unit: str


def name(number: int) -> str:
    """A full name."""
    return (
        f"{FAMILY[number % len(FAMILY)]} {MIDDLE[(number // 3) % len(MIDDLE)]} "
        f"{GIVEN[(number * 5 + number // 143) % len(GIVEN)]}"
    )


def person(number: int) -> Worded:
    """A person with post and unit."""
    return {
        "name": name(number),
        "position": POSITIONS[number % len(POSITIONS)],
        "unit": UNITS[number % len(UNITS)],
    }


def class_of(number: int) -> str:
    """The class the sample gives this person."""
    return CLASSES[number % len(CLASSES)]


def score_of(number: int) -> str:
    """A score of that class, as decimal text."""
    low = {"HTXS": 9025, "HTT": 7150, "HTNV": 5275, "KHTNV": 4125}[class_of(number)]
    return f"{(low + number % 8 * 75) / 100:.2f}"


def signer(full_name: str, title: str, authority: str = "") -> dict[str, str]:
    """A signature block."""
    return {"authority": authority, "title": title, "name": full_name}


def counted(classes: list[str]) -> list[dict[str, str | int]]:
    """How many of each class, best first; classes nobody has are left out."""
    order = ("HTXS", "HTT", "HTNV", "KHTNV")
    return [{"class_code": code, "count": classes.count(code)} for code in order if code in classes]


HEAD, DEPUTY, SECRETARY, REVIEWER = "Lê Hoàng Anh", "Phạm Minh Khôi", "Võ Thị Ngọc Ánh", "Trần Quốc Đạt"
LOCAL_RULE = "Bộ tiêu chí xếp loại của tỉnh (Quyết định số 12/QĐ-UBND ngày 10/01/2026)"
LAW = "Nghị định số 335/2025/NĐ-CP của Chính phủ về đánh giá, xếp loại chất lượng công chức"


def head(title: str) -> dict[str, object]:
    """The facts every document has, of the sample agency."""
    return {
        "title": title,
        "parent_agency": "Ủy ban nhân dân tỉnh Hải Vân",
        "agency": "Sở Nội vụ",
        "place": "Hải Vân",
        "practice": True,
        "local_rule_name": "",
        "verify_url": "https://congminh.example/v/{code}",
    }
