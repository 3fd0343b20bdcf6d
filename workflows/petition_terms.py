"""How long a petition may be filed and must be answered, by subject group: data with its legal basis."""

from dataclasses import dataclass

from kpi.scheme import MANDATORY, UNDER_REVIEW
from organization.models import SubjectGroup


@dataclass(frozen=True)
class PetitionTerm:
    """`filing_days`: calendar days from publication, None without a limit; `answer_days`: working days of receipt."""

    filing_days: int | None
    answer_days: int
    basis: str
    standing: str

    @property
    def words(self) -> str:
        """The term as official papers print it."""
        return f"{self.answer_days:02d} ngày làm việc kể từ ngày nhận được kiến nghị ({self.basis})"


DECREE_335 = PetitionTerm(None, 7, "Điều 22 Nghị định số 335/2025/NĐ-CP", MANDATORY)
# The full text of Decree 233/2026 is not confirmed: both numbers stand under review.
DECREE_233 = PetitionTerm(5, 10, "Nghị định số 233/2026/NĐ-CP", UNDER_REVIEW)

TERMS = {SubjectGroup.VIEN_CHUC: DECREE_233}


def term_of(subject_group: str) -> PetitionTerm:
    """The term for this group of people; Decree 335 applies where no other text is known."""
    return TERMS.get(SubjectGroup(subject_group), DECREE_335)
