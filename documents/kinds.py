"""The registry of document kinds shipped with the product. Data migrations load it; the rows are the truth after.

Names of people and laws stand in Vietnamese: they are printed on official documents and never translated.
"""

from dataclasses import asdict, dataclass, field

# Decree 335/2025, Art 24 names what goes into the file and no number of years: the agency's schedule sets them.
RECORD_OF_EVALUATION = (
    "Điều 24 Nghị định 335/2025/NĐ-CP (lưu hồ sơ); thời hạn theo danh mục hồ sơ của cơ quan, chưa ấn định số năm"
)
ISSUED_DOCUMENT = "Nghị định 30/2020/NĐ-CP; thời hạn theo danh mục hồ sơ của cơ quan, chưa ấn định số năm"


@dataclass(frozen=True)
class Signer:
    """A role that signs; the first one certifies. `fill`: text fields written in this signature's own revision."""

    role: str
    certify: bool = False
    fill: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    code: str
    title_vi: str
    template: str
    signers: tuple[Signer, ...]
    retention_basis: str
    access: str
    abbreviation: str = ""
    numbered: bool = False
    sealed: bool = False
    book: str = ""
    retention_years: int | None = None
    template_version: int = field(default=1)


KINDS = (
    Kind(
        code="form_01",
        title_vi="Phiếu theo dõi, đánh giá công chức",
        template="form_01",
        signers=(
            Signer("person", certify=True),
            Signer("reviewer", fill=("reviewer_comment", "reviewed_on", "reviewer_name")),
        ),
        retention_basis=RECORD_OF_EVALUATION,
        access="personal",
    ),
    Kind(
        code="review_minutes",
        title_vi="Biên bản đánh giá của cấp có thẩm quyền theo dõi, đánh giá",
        template="review_minutes",
        signers=(Signer("reviewer", certify=True),),
        retention_basis=RECORD_OF_EVALUATION,
        access="personal",
    ),
    Kind(
        code="council_minutes",
        title_vi="Biên bản họp Hội đồng",
        template="council_minutes",
        abbreviation="BB",
        book="BB",
        signers=(Signer("secretary", certify=True), Signer("chair")),
        numbered=True,
        sealed=True,
        retention_basis=RECORD_OF_EVALUATION,
        access="council",
    ),
    Kind(
        code="decision",
        title_vi="Quyết định công nhận kết quả đánh giá, xếp loại chất lượng",
        template="decision",
        abbreviation="QĐ",
        book="QĐ",
        signers=(Signer("head", certify=True),),
        numbered=True,
        sealed=True,
        retention_basis=ISSUED_DOCUMENT,
        access="unit",
    ),
    Kind(
        code="notice",
        title_vi="Thông báo kết quả đánh giá, xếp loại chất lượng",
        template="notice",
        abbreviation="TB",
        book="TB",
        signers=(Signer("head", certify=True),),
        numbered=True,
        sealed=True,
        retention_basis=ISSUED_DOCUMENT,
        access="personal",
    ),
)


def load(model) -> None:
    """Write the shipped kinds into this (historical) DocumentKind model; a running document keeps its version."""
    for kind in KINDS:
        values = asdict(kind)
        code = values.pop("code")
        values["signers"] = [{**signer, "fill": list(signer["fill"])} for signer in values["signers"]]
        model.objects.update_or_create(code=code, defaults=values)
