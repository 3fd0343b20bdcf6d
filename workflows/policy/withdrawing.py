"""Who withdraws a paper that nobody has signed yet: whoever may make it; the personnel where they run its matter."""

from datetime import date

from documents.models import Document, State
from organization.authority import Authority
from organization.models import Person
from workflows.models import Correction, CorrectionGround, Ground, OrganisationRuling, PartyOpinion, PetitionCase
from workflows.policy import correcting, organising, petitioning, rules

#: What gives a result anew; a notice does where no decision ranks anybody.
CORRECTING = ("replacing_decision", "annulment_decision", "notice")
#: What was entered and is owed as a paper: it can be entered anew once the paper is withdrawn.
Entry = PartyOpinion | PetitionCase | Correction | OrganisationRuling


def entry_of(document: Document) -> Entry | None:
    """What this paper says; of a decision on several people the first. None: such a paper is not withdrawn."""
    kind = document.kind.code
    if kind == "party_opinion":
        opinions = PartyOpinion.objects.select_related("evaluation__period__agency", "evaluation__person")
        return opinions.filter(document=document).first()
    if kind == "petition_minutes":
        cases = PetitionCase.objects.select_related("petition__person", "evaluation__period__agency")
        return cases.filter(minutes=document).first()
    if kind == "organisation_decision":
        rulings = OrganisationRuling.objects.select_related("rating__listed__agency", "rating__unit")
        return rulings.filter(document=document, earlier__isnull=False).first()
    if kind not in CORRECTING:
        return None
    corrections = Correction.objects.select_related("evaluation__period__agency", "evaluation__period__campaign")
    return corrections.filter(document=document).order_by("pk").first()


def withdrawing_authority(entry: Entry | None, by: Person, on: date) -> Authority | None:
    """The power under which the person withdraws the paper of this entry; None where it is not his."""
    if isinstance(entry, PartyOpinion):
        return _of_opinion(entry, by, on)
    if isinstance(entry, PetitionCase):
        return _of_meeting(entry, by, on)
    if isinstance(entry, OrganisationRuling):
        return organising.recognising_authority(entry.rating.listed, by, on)
    if isinstance(entry, Correction):
        return _of_correction(entry, by, on)
    return None


def may_withdraw(document: Document, by: Person, on: date) -> bool:
    """For buttons: nobody has signed, and the paper is this person's to withdraw."""
    if document.state in (State.CANCELLED, State.ARCHIVED) or document.slots.filter(signed_at__isnull=False).exists():
        return False
    return withdrawing_authority(entry_of(document), by, on) is not None


def _of_opinion(opinion: PartyOpinion, by: Person, on: date) -> Authority | None:
    """The secretary, or the personnel; never whom the opinion is about."""
    evaluation = opinion.evaluation
    if by.pk == evaluation.person_id:
        return None
    runs = rules.may_manage_period(evaluation.period.agency, by, on)
    return Authority.own(by) if runs or by.pk == opinion.secretary_id else None


def _of_meeting(case: PetitionCase, by: Person, on: date) -> Authority | None:
    """Whoever answers the petition, or the personnel; never the petitioner."""
    if by.pk == case.petition.person_id:
        return None
    answering = petitioning.answering_authority(case.petition, by, on)
    if answering is None and rules.may_manage_period(case.evaluation.period.agency, by, on):
        return Authority.own(by)
    return answering


def _of_correction(correction: Correction, by: Person, on: date) -> Authority | None:
    """The head competent on its grounds: the one who made it, or who has his office or his delegation now."""
    grounds = CorrectionGround.objects.filter(correction__document=correction.document_id)
    kinds = set(grounds.values_list("kind", flat=True)) or {Ground.FOUND_LATER}
    powers = [correcting.correcting_authority(correction.evaluation.period, kind, by, on) for kind in kinds]
    return powers[0] if all(powers) else None
