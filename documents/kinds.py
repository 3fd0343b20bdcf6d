"""The registry of document kinds shipped with the product. Data migrations load it; the rows are the truth after.

Names of people and laws stand in Vietnamese: they are printed on official documents and never translated.
"""

from dataclasses import asdict, dataclass, field

# Decree 335/2025, Art 24 names what goes into the file and no number of years: the agency's schedule sets them.
RECORD_OF_EVALUATION = (
    "Điều 24 Nghị định 335/2025/NĐ-CP (lưu hồ sơ); thời hạn theo danh mục hồ sơ của cơ quan, chưa ấn định số năm"
)
ISSUED_DOCUMENT = "Nghị định 30/2020/NĐ-CP; thời hạn theo danh mục hồ sơ của cơ quan, chưa ấn định số năm"
PETITION_FILE = (
    "Điều 22, Điều 24 Nghị định 335/2025/NĐ-CP (hồ sơ kiến nghị); thời hạn theo danh mục hồ sơ của cơ quan, "
    "chưa ấn định số năm"
)
RECORD_OF_ARCHIVE = (
    "Luật Lưu trữ số 33/2024/QH15; Thông tư 06/2025/TT-BNV (hủy tài liệu, nộp lưu); thời hạn chưa ấn định số năm"
)


@dataclass(frozen=True)
class Signer:
    """A role that signs, in the kind's order; the first one present certifies. `fill`: fields of its revision.

    An `optional` role may be left out of a document: its field is drawn only when `facts.signers` names it.
    """

    role: str
    certify: bool = False
    fill: tuple[str, ...] = ()
    optional: bool = False


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


# A role with this field may sign by one signed list instead (decision 0014); it then names the list.
LISTED = "listed_in"

# Form 02, part III: the ranker puts a cross into one of these with his signature.
RANKER_BOXES = ("box_htxs", "box_htt", "box_htnv", "box_khtnv")

# Initials of drafter and checker, where the procedure asks for them; they sign before everybody else.
INITIALS = (Signer("drafter", certify=True, optional=True), Signer("checker", optional=True))
BY_HEAD = (*INITIALS, Signer("head"))


def issued(
    code: str,
    title_vi: str,
    abbreviation: str,
    *,
    signers: tuple[Signer, ...] = BY_HEAD,
    retention_basis: str = ISSUED_DOCUMENT,
    access: str = "unit",
) -> Kind:
    """A kind that the clerk numbers in the book of its abbreviation, dates and seals."""
    return Kind(
        code=code,
        title_vi=title_vi,
        template=code,
        signers=signers,
        abbreviation=abbreviation,
        book=abbreviation,
        numbered=True,
        sealed=True,
        retention_basis=retention_basis,
        access=access,
    )


KINDS = (
    Kind(
        code="form_01",
        title_vi="Phiếu theo dõi, đánh giá công chức",
        template="form_01",
        signers=(
            Signer("person", certify=True),
            Signer("reviewer", fill=("reviewer_comment", "reviewed_on", "reviewer_name", LISTED)),
        ),
        retention_basis=RECORD_OF_EVALUATION,
        access="personal",
    ),
    Kind(
        code="form_02",
        title_vi="Phiếu xếp loại chất lượng công chức",
        template="form_02",
        signers=(
            Signer("person", certify=True),
            Signer("ranker", fill=(*RANKER_BOXES, "handling", "ranked_on", "ranker_name", LISTED)),
        ),
        retention_basis=RECORD_OF_EVALUATION,
        access="personal",
    ),
    Kind(
        code="review_minutes",
        title_vi="Biên bản đánh giá của cấp có thẩm quyền theo dõi, đánh giá",
        template="review_minutes",
        signers=(Signer("reviewer", certify=True, fill=(LISTED,)),),
        retention_basis=RECORD_OF_EVALUATION,
        access="personal",
    ),
    issued(
        "council_minutes",
        "Biên bản họp Hội đồng",
        "BB",
        # Members between secretary and chair where the council's rules ask; twelve are the most one page takes.
        signers=(
            *INITIALS,
            Signer("secretary"),
            *(Signer(f"member_{number}", optional=True) for number in range(1, 13)),
            Signer("chair"),
        ),
        retention_basis=RECORD_OF_EVALUATION,
        access="council",
    ),
    issued(
        "ballot_minutes",
        "Biên bản kiểm phiếu",
        "BB",
        # The head of the tellers and up to eight of them: nine signatures are the most one page of them takes.
        signers=(
            Signer("teller_head", certify=True),
            *(Signer(f"teller_{number}", optional=True) for number in range(2, 10)),
        ),
        retention_basis=RECORD_OF_EVALUATION,
        access="council",
    ),
    Kind(
        code="party_opinion",
        title_vi="Ý kiến của cấp ủy, tổ chức đảng",
        template="party_opinion",
        signers=(Signer("party_secretary", certify=True),),
        retention_basis=RECORD_OF_EVALUATION,
        access="council",
    ),
    issued(
        "synthesis_table",
        "Bảng tổng hợp kết quả đánh giá, đề xuất xếp loại chất lượng",
        "BC",
        signers=(Signer("preparer", certify=True), Signer("head")),
        retention_basis=RECORD_OF_EVALUATION,
        access="council",
    ),
    issued("decision", "Quyết định công nhận kết quả đánh giá, xếp loại chất lượng", "QĐ"),
    issued("replacing_decision", "Quyết định thay thế kết quả đánh giá, xếp loại chất lượng", "QĐ"),
    issued("annulment_decision", "Quyết định hủy bỏ văn bản về đánh giá, xếp loại chất lượng", "QĐ"),
    issued(
        "notice",
        "Thông báo kết quả đánh giá, xếp loại chất lượng",
        "TB",
        signers=(*INITIALS, Signer("head", fill=(LISTED,))),
        access="personal",
    ),
    Kind(
        code="signing_list",
        title_vi="Danh sách văn bản được ký",
        template="signing_list",
        signers=(Signer("signer", certify=True),),
        retention_basis=RECORD_OF_EVALUATION,
        access="personal",
    ),
    issued(
        "organisation_decision", "Quyết định công nhận kết quả xếp loại chất lượng cơ quan, tổ chức, đơn vị", "QĐ"
    ),
    issued("organisation_notice", "Thông báo kết quả xếp loại chất lượng cơ quan, tổ chức, đơn vị", "TB"),
    issued("public_notice", "Thông báo công khai kết quả xếp loại chất lượng", "TB"),
    Kind(
        code="petition_receipt",
        title_vi="Giấy biên nhận kiến nghị",
        template="petition_receipt",
        signers=(Signer("receiver", certify=True),),
        retention_basis=PETITION_FILE,
        access="personal",
    ),
    issued(
        "petition_minutes",
        "Biên bản làm việc về kiến nghị",
        "BB",
        signers=(Signer("secretary", certify=True), Signer("petitioner", optional=True), Signer("chair")),
        retention_basis=PETITION_FILE,
        access="personal",
    ),
    issued(
        "petition_answer",
        "Thông báo kết quả giải quyết kiến nghị",
        "TB",
        retention_basis=PETITION_FILE,
        access="personal",
    ),
    issued("results_transfer", "Phiếu chuyển kết quả theo dõi, đánh giá", "PC", access="personal"),
    issued(
        "disposition_minutes",
        "Biên bản hủy tài liệu hết thời hạn lưu trữ",
        "BB",
        signers=(Signer("archivist", certify=True), Signer("head")),
        retention_basis=RECORD_OF_ARCHIVE,
    ),
    Kind(
        code="register_day",
        title_vi="Sổ đăng ký văn bản trong ngày",
        template="register_day",
        signers=(Signer("clerk", certify=True),),
        sealed=True,
        retention_basis=RECORD_OF_ARCHIVE,
        access="unit",
    ),
    Kind(
        code="archive_transfer_list",
        title_vi="Mục lục hồ sơ, tài liệu nộp lưu",
        template="archive_transfer_list",
        signers=(Signer("giver", certify=True), Signer("receiver")),
        sealed=True,
        retention_basis=RECORD_OF_ARCHIVE,
        access="unit",
    ),
)


def load(model) -> None:
    """Write the shipped kinds into this (historical) DocumentKind model; a running document keeps its version.

    Columns that the model does not have yet are left to a later migration.
    """
    columns = {column.name for column in model._meta.get_fields()}
    for kind in KINDS:
        values = {name: value for name, value in asdict(kind).items() if name in columns}
        values["signers"] = [{**signer, "fill": list(signer["fill"])} for signer in values["signers"]]
        model.objects.update_or_create(code=values.pop("code"), defaults=values)
