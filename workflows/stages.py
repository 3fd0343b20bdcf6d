"""The stages of a period and their order. Plain Python: the clock's alphabet, no storage."""

from collections.abc import Sequence

PLANNED = "planned"
SELF_ASSESSMENT = "self_assessment"
SUPERVISOR_REVIEW = "supervisor_review"
COUNCIL = "council"
PUBLISHED = "published"
ARCHIVED = "archived"

ORDER = (PLANNED, SELF_ASSESSMENT, SUPERVISOR_REVIEW, COUNCIL, PUBLISHED, ARCHIVED)
REQUIRED = (PLANNED, SELF_ASSESSMENT, SUPERVISOR_REVIEW, PUBLISHED, ARCHIVED)


def stages_of(procedure_stages: Sequence[str]) -> tuple[str, ...]:
    """The stages of a procedure in the legal order. Raises ValueError for an unknown or a missing one."""
    unknown = set(procedure_stages) - set(ORDER)
    missing = set(REQUIRED) - set(procedure_stages)
    if unknown or missing:
        raise ValueError(f"unknown stages {sorted(unknown)}, missing stages {sorted(missing)}")
    return tuple(stage for stage in ORDER if stage in procedure_stages)


def stage_after(stage: str, procedure_stages: Sequence[str]) -> str | None:
    """The stage that follows, None after the last."""
    stages = stages_of(procedure_stages)
    place = stages.index(stage)
    return stages[place + 1] if place + 1 < len(stages) else None


def is_reached(stage: str, current: str) -> bool:
    """Whether a period standing at `current` has come to `stage`."""
    return ORDER.index(current) >= ORDER.index(stage)
