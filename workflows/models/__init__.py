from workflows.models.campaigns import Campaign, PeriodKind, Procedure
from workflows.models.corrections import Correction, ResultTransfer
from workflows.models.dependants import Dependant, DependantKind, DependantSettlement, Settled
from workflows.models.evaluations import Evaluation, Standing
from workflows.models.grounds import CorrectionGround, Ground
from workflows.models.initials import InitialRole, PeriodInitials
from workflows.models.national import NationalBatch, NationalItem, NationalReceipt, NationalResult
from workflows.models.notices import Notice
from workflows.models.organisations import OrganisationList, OrganisationRating, OrganisationRuling, RatingState
from workflows.models.outstanding import OutstandingAchievement
from workflows.models.party_opinions import PartyOpinion
from workflows.models.periods import EvaluationPeriod, PeriodScheme, Stage
from workflows.models.petitions import PetitionCase, PetitionEvidence
from workflows.models.receipts import NoticeReceipt
from workflows.models.sessions import CouncilCase, PeriodSession
from workflows.models.steps import EvaluationStep, PeriodDocument
from workflows.models.submissions import Submission
from workflows.models.tasks import EvaluationProcess, EvaluationTask

__all__ = [
    "Campaign",
    "Correction",
    "CorrectionGround",
    "CouncilCase",
    "Dependant",
    "DependantKind",
    "DependantSettlement",
    "Evaluation",
    "EvaluationPeriod",
    "EvaluationProcess",
    "EvaluationStep",
    "EvaluationTask",
    "Ground",
    "InitialRole",
    "NationalBatch",
    "NationalItem",
    "NationalReceipt",
    "NationalResult",
    "Notice",
    "NoticeReceipt",
    "OrganisationList",
    "OrganisationRating",
    "OrganisationRuling",
    "OutstandingAchievement",
    "PartyOpinion",
    "PeriodDocument",
    "PeriodInitials",
    "PeriodKind",
    "PeriodScheme",
    "PeriodSession",
    "PetitionCase",
    "PetitionEvidence",
    "Procedure",
    "RatingState",
    "ResultTransfer",
    "Settled",
    "Stage",
    "Standing",
    "Submission",
]
