"""Procedures as versioned data: stages, documents of each stage, signers, deadlines. The graph never varies."""

from dataclasses import dataclass
from typing import Any, TypedDict

from workflows import stages

INITIALS = ("drafter", "checker")


@dataclass(frozen=True)
class DocumentRule:
    """A document that a stage owes: its kind, whom it is about, and who signs in which order."""

    kind: str
    about: str  # "evaluation" | "leader" (heads and deputies) | "agency_leader" (not those of its parts) | "period"
    signers: tuple[str, ...]


@dataclass(frozen=True)
class ProcedureRules:
    """The parsed rules of one procedure version. Deadlines are working days counted from the opening."""

    stages: tuple[str, ...]
    documents: dict[str, tuple[DocumentRule, ...]]
    deadlines: dict[str, int]
    ranks: bool
    review_needs_signed_form: bool
    list_signature: bool = False
    """Whether one signed list may stand for many signatures of a person: a local rule, off unless named."""
    list_basis: str = ""

    @property
    def has_council(self) -> bool:
        return stages.COUNCIL in self.stages

    def initials(self, kind: str) -> tuple[str, ...]:
        """The roles that initial documents of this kind before the others sign, in order."""
        found = [rule for rules in self.documents.values() for rule in rules if rule.kind == kind]
        return tuple(role for rule in found for role in rule.signers if role in INITIALS)

    @property
    def asks_for_initials(self) -> tuple[str, ...]:
        """The initialling roles that some document of this procedure has."""
        roles = {role for rules in self.documents.values() for rule in rules for role in rule.signers}
        return tuple(role for role in INITIALS if role in roles)

    @property
    def is_annual(self) -> bool:
        """Whether the year's score is made of its months and quarters: Form 02 in place of Form 01 (Art 19–21)."""
        return self.owes("form_02")

    def about(self, kind: str) -> str:
        """Whom a document of this kind is about, "" where the procedure has none."""
        found = [rule.about for rules in self.documents.values() for rule in rules if rule.kind == kind]
        return found[0] if found else ""

    def owes(self, kind: str) -> bool:
        """Whether some stage of this procedure owes a document of this kind."""
        return any(rule.kind == kind for rules in self.documents.values() for rule in rules)


def parse(data: dict[str, Any]) -> ProcedureRules:
    """Read a procedure's data. Raises ValueError or KeyError that names what is wrong."""
    order = stages.stages_of(data["stages"])
    documents = {
        stage: tuple(DocumentRule(rule["kind"], rule["about"], tuple(rule["signers"])) for rule in rules)
        for stage, rules in data["documents"].items()
    }
    outside = set(documents) - set(order)
    if outside:
        raise ValueError(f"documents for stages outside the procedure: {sorted(outside)}")
    deadlines = {stage: int(days) for stage, days in data["deadlines"].items()}
    for stage in order[1:-1]:
        if deadlines.get(stage, 0) <= 0:
            raise ValueError(f"no deadline for {stage}")
    lists = data.get("list_signature", {})
    if lists.get("allowed") and not lists.get("basis"):
        raise ValueError("signing by one list is a local rule and needs its basis")
    return ProcedureRules(
        stages=order,
        documents=documents,
        deadlines=deadlines,
        ranks=bool(data["ranks"]),
        review_needs_signed_form=bool(data["review_needs_signed_form"]),
        list_signature=bool(lists.get("allowed")),
        list_basis=str(lists.get("basis", "")),
    )


_FORM_01 = {"kind": "form_01", "about": "evaluation", "signers": ["person", "reviewer"]}
_REVIEW_MINUTES = {"kind": "review_minutes", "about": "evaluation", "signers": ["reviewer"]}
_NOTICE = {"kind": "notice", "about": "evaluation", "signers": ["head"]}

FULL_CYCLE = {
    "stages": list(stages.ORDER),
    "documents": {
        stages.SELF_ASSESSMENT: [_FORM_01],
        stages.SUPERVISOR_REVIEW: [_REVIEW_MINUTES],
        stages.COUNCIL: [{"kind": "council_minutes", "about": "period", "signers": ["secretary", "chair"]}],
        stages.PUBLISHED: [{"kind": "decision", "about": "period", "signers": ["head"]}, _NOTICE],
    },
    "deadlines": {
        stages.SELF_ASSESSMENT: 5,
        stages.SUPERVISOR_REVIEW: 10,
        stages.COUNCIL: 15,
        stages.PUBLISHED: 18,
    },
    "ranks": True,
    "review_needs_signed_form": True,
    "basis": "Địa phương: Hội đồng bổ sung cho cuộc họp theo Điều 21 Nghị định 335/2025/NĐ-CP",
    "standing": "local",
}

# Version 2 names the documents around the council's session and the notice inside the agency (Art 21).
FULL_CYCLE_2: dict[str, Any] = FULL_CYCLE | {
    "documents": {
        stages.SELF_ASSESSMENT: [_FORM_01],
        stages.SUPERVISOR_REVIEW: [_REVIEW_MINUTES],
        stages.COUNCIL: [
            {"kind": "synthesis_table", "about": "period", "signers": ["preparer", "head"]},
            {"kind": "ballot_minutes", "about": "period", "signers": ["teller_head", "teller_2"]},
            {"kind": "council_minutes", "about": "period", "signers": ["secretary", "chair"]},
        ],
        stages.PUBLISHED: [
            {"kind": "decision", "about": "period", "signers": ["head"]},
            _NOTICE,
            {"kind": "public_notice", "about": "period", "signers": ["head"]},
        ],
    },
}

TRACKING: dict[str, Any] = {
    "stages": [stage for stage in stages.ORDER if stage != stages.COUNCIL],
    "documents": {
        stages.SELF_ASSESSMENT: [_FORM_01],
        stages.SUPERVISOR_REVIEW: [_REVIEW_MINUTES],
        stages.PUBLISHED: [_NOTICE],
    },
    "deadlines": {stages.SELF_ASSESSMENT: 3, stages.SUPERVISOR_REVIEW: 6, stages.PUBLISHED: 8},
    "ranks": False,
    "review_needs_signed_form": True,
    "basis": "Điều 16, 18 Nghị định 335/2025/NĐ-CP",
    "standing": "mandatory",
}

# Form 02 is signed by the person and, after the decision, by whoever ranks him. The review leaves no paper of its
# own (decision 0021): what it proposes stands in the table and in the minutes.
ANNUAL: dict[str, Any] = {
    "stages": list(stages.ORDER),
    "documents": {
        stages.SELF_ASSESSMENT: [{"kind": "form_02", "about": "evaluation", "signers": ["person", "ranker"]}],
        stages.COUNCIL: [
            {"kind": "synthesis_table", "about": "period", "signers": ["preparer", "head"]},
            {"kind": "council_minutes", "about": "period", "signers": ["secretary", "chair"]},
            {"kind": "ballot_minutes", "about": "period", "signers": ["teller_head", "teller_2"]},
            {"kind": "party_opinion", "about": "agency_leader", "signers": ["party_secretary"]},
        ],
        stages.PUBLISHED: [
            {"kind": "decision", "about": "period", "signers": ["head"]},
            _NOTICE,
            {"kind": "public_notice", "about": "period", "signers": ["head"]},
        ],
    },
    "deadlines": {
        stages.SELF_ASSESSMENT: 4,
        stages.SUPERVISOR_REVIEW: 6,
        stages.COUNCIL: 9,
        stages.PUBLISHED: 11,
    },
    "ranks": True,
    "review_needs_signed_form": True,
    "basis": "Điều 19, 20, 21 Nghị định 335/2025/NĐ-CP",
    "standing": "mandatory",
}


# Local rules of an office that signs much: one signed list for many forms, initials before the head signs.
_LISTS = {
    "allowed": True,
    "basis": (
        "Quy chế ký số của địa phương: người có thẩm quyền ký một danh sách thay cho chữ ký trên từng phiếu "
        "(Mẫu 01 kèm theo Nghị định 335/2025/NĐ-CP có chỗ ký trên từng phiếu)"
    ),
    "standing": "local",
}


def _with_initials(documents: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The same documents; drafter and checker initial the decision and the notices before the head signs."""
    published = [
        rule | {"signers": [*INITIALS, *rule["signers"]]} if rule["kind"] in ("decision", "notice") else rule
        for rule in documents[stages.PUBLISHED]
    ]
    return documents | {stages.PUBLISHED: published}


FULL_CYCLE_OFFICE = FULL_CYCLE_2 | {
    "documents": _with_initials(FULL_CYCLE_2["documents"]),
    "list_signature": _LISTS,
}
TRACKING_OFFICE = TRACKING | {
    "documents": _with_initials(TRACKING["documents"]),
    "list_signature": _LISTS,
    "standing": "local",
}


class Preset(TypedDict):
    """A procedure version that the product ships."""

    code: str
    version: int
    name: str
    rules: dict[str, Any]


PRESETS: tuple[Preset, ...] = (
    {"code": "annual_rating", "version": 1, "name": "Xếp loại chất lượng năm", "rules": ANNUAL},
    {"code": "full_cycle", "version": 1, "name": "Chu trình đầy đủ", "rules": FULL_CYCLE},
    {"code": "full_cycle", "version": 2, "name": "Chu trình đầy đủ", "rules": FULL_CYCLE_2},
    {
        "code": "full_cycle_office",
        "version": 1,
        "name": "Chu trình đầy đủ; ký theo danh sách, có ký nháy",
        "rules": FULL_CYCLE_OFFICE,
    },
    {"code": "tracking", "version": 1, "name": "Theo dõi, đánh giá tháng/quý", "rules": TRACKING},
    {
        "code": "tracking_office",
        "version": 1,
        "name": "Theo dõi, đánh giá tháng/quý; ký theo danh sách, có ký nháy",
        "rules": TRACKING_OFFICE,
    },
)
