"""The short table at the end: step, documents, signed, verified, seconds, folder; and whom to log in as."""

from pathlib import Path

from django.conf import settings

from documents.models import Document, State
from organization.models import Person
from workflows.demo.province import PASSWORD, PIN
from workflows.demo.telling import Chapter

LOGINS = (
    ("hainn", "người được đánh giá (công chức), Sở Nội vụ"),
    ("manhhq", "cấp trên trực tiếp (trưởng phòng), thành viên hội đồng"),
    ("diepnm", "người được ủy quyền xem xét (KT.)"),
    ("huenth", "thư ký hội đồng (Chánh Văn phòng)"),
    ("phucnt", "chủ tịch hội đồng, người đứng đầu cơ quan (Giám đốc)"),
    ("vyltb", "văn thư"),
    ("mytk", "lưu trữ"),
    ("quyenlk", "nhân sự Sở Nội vụ"),
    ("truongnt", "nhân sự tỉnh"),
    ("chidk", "thanh tra, chỉ đọc (có thời hạn)"),
    ("hant", "người được đánh giá, nhân sự Sở Tài chính (kỳ đang tự đánh giá)"),
    ("trungnh", "Giám đốc Sở Tài chính"),
    ("hanhvtn", "Chủ tịch Ủy ban nhân dân tỉnh (xếp loại các sở)"),
    ("thuyptt", "văn thư Ủy ban nhân dân tỉnh"),
    ("admin", "quản trị máy (không xem nội dung)"),
)


def table(chapters: list[Chapter], verified: set[str]) -> str:
    """One row a step; `verified` are the codes of the documents whose signatures the check confirmed."""
    head = ("step", "documents", "archived", "signatures", "verified", "seconds")
    rows = [head]
    for chapter in chapters:
        documents = list(Document.objects.filter(pk__in=[document.pk for document in chapter.documents]))
        archived = [document for document in documents if document.state == State.ARCHIVED]
        rows.append(
            (
                chapter.step,
                str(len(documents)),
                str(len(archived)),
                str(chapter.signatures),
                str(sum(document.code in verified for document in documents)),
                f"{chapter.seconds:.1f}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def folder() -> str:
    """Where the files lie, as short as the place of the checkout allows."""
    archive = Path(settings.ARCHIVE_DIR)
    return str(archive.relative_to(settings.BASE_DIR)) if archive.is_relative_to(settings.BASE_DIR) else str(archive)


def logins() -> str:
    """Demo logins for each role, with the one password and the one PIN."""
    known = dict(
        Person.objects.filter(username__in=[login for login, _ in LOGINS]).values_list("username", "full_name")
    )
    rows = [f"  {login:<10} {known[login]:<26} {role}" for login, role in LOGINS if login in known]
    return "\n".join([f"Logins (password {PASSWORD}, signing PIN {PIN}):", *rows])
