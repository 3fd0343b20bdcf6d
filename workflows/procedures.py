"""Procedures as versioned data: stages, documents of each stage, signers, deadlines. The graph never varies."""

from dataclasses import dataclass
from typing import Any, TypedDict

from workflows import stages


@dataclass(frozen=True)
class DocumentRule:
    """A document that a stage owes: its kind, whom it is about, and who signs in which order."""

    kind: str
    about: str  # "evaluation" | "period"
    signers: tuple[str, ...]


@dataclass(frozen=True)
class ProcedureRules:
    """The parsed rules of one procedure version. Deadlines are working days counted from the opening."""

    stages: tuple[str, ...]
    documents: dict[str, tuple[DocumentRule, ...]]
    deadlines: dict[str, int]
    ranks: bool
    review_needs_signed_form: bool

    @property
    def has_council(self) -> bool:
        return stages.COUNCIL in self.stages

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
    return ProcedureRules(
        stages=order,
        documents=documents,
        deadlines=deadlines,
        ranks=bool(data["ranks"]),
        review_needs_signed_form=bool(data["review_needs_signed_form"]),
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

# Version 2 names the documents around the council's session and the notice inside the agency (Art 21); the graph stays.
FULL_CYCLE_2 = FULL_CYCLE | {
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

TRACKING = {
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


class Preset(TypedDict):
    """A procedure version that the product ships."""

    code: str
    version: int
    name: str
    rules: dict[str, Any]


PRESETS: tuple[Preset, ...] = (
    {"code": "full_cycle", "version": 1, "name": "Chu trình đầy đủ", "rules": FULL_CYCLE},
    {"code": "full_cycle", "version": 2, "name": "Chu trình đầy đủ", "rules": FULL_CYCLE_2},
    {"code": "tracking", "version": 1, "name": "Theo dõi, đánh giá tháng/quý", "rules": TRACKING},
)
