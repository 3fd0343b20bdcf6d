"""Invented Vietnamese names, logins and mail addresses, drawn from a seeded generator."""

from __future__ import annotations

import random
import unicodedata

FAMILY = {
    "Nguyễn": 38, "Trần": 12, "Lê": 11, "Phạm": 8, "Hoàng": 4, "Huỳnh": 3, "Phan": 4, "Vũ": 3, "Võ": 4, "Đặng": 3,
    "Bùi": 3, "Đỗ": 3, "Hồ": 2, "Ngô": 2, "Dương": 2, "Lý": 1, "Đinh": 1, "Trương": 2, "Mai": 1, "Tạ": 1,
}  # fmt: skip
MEN = (
    "Văn Hữu Đức Công Quang Minh Thanh Xuân Ngọc Đình Quốc Anh Trọng Bá Thế",
    "Hùng Dũng Tuấn Sơn Thắng Hải Long Nam Phong Quân Việt Khánh Bình Cường Đạt Hiếu Huy Khoa Lâm Lộc Mạnh Nghĩa "
    "Phúc Quý Sang Tài Thịnh Tiến Toàn Trung Trường Vinh Vũ Hòa Đông An Bảo Chiến Duy Giang",
)
WOMEN = (
    "Thị|Thị|Thị Thu|Thị Ngọc|Thị Thanh|Thị Hồng|Thị Bích|Ngọc|Thu|Kim|Thùy|Phương|Minh|Khánh|Như",
    "Hạnh Hoa Lan Hương Hằng Thảo Trang Linh Mai Nga Ngân Nhung Oanh Phượng Quyên Thủy Tuyết Vân Xuân Yến Hà Hiền "
    "Hậu Huệ Loan Ly My Nhàn Tâm Thơ Trinh Uyên Vy Diệp Dung Chi Châu Ánh Ân Duyên",
)
COMMON = ("Nguyễn Văn Hùng", "Trần Thị Hương", "Nguyễn Thị Thu Hà", "Lê Minh Tuấn", "Nguyễn Thị Lan")


class Names:
    """Draws full names (some of them the same, as in life) and one unused login for each."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._logins: set[str] = set()
        self._drawn = 0

    def full_name(self) -> str:
        """About one person in 25 bears one of a few very common names."""
        self._drawn += 1
        if self._drawn % 25 == 7:
            return self._rng.choice(COMMON)
        family = self._rng.choices(list(FAMILY), weights=list(FAMILY.values()))[0]
        if self._rng.random() < 0.52:
            middle, given = (self._rng.choice(words.split()) for words in MEN)
        else:
            middle, given = self._rng.choice(WOMEN[0].split("|")), self._rng.choice(WOMEN[1].split())
        return f"{family} {middle} {given}"

    def login(self, full_name: str) -> str:
        """Given name and initials without tones ("Nguyễn Văn Hùng" -> hungnv), numbered when taken."""
        words = ascii_letters(full_name).lower().split()
        stem = words[-1] + "".join(word[0] for word in words[:-1])
        login, count = stem, 1
        while login in self._logins:
            count += 1
            login = f"{stem}{count}"
        self._logins.add(login)
        return login


def ascii_letters(text: str) -> str:
    """Vietnamese letters without tones and marks."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in plain if not unicodedata.combining(char))
