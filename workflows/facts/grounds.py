"""The ground of a new result in the words that its decision and notice print."""

from workflows.facts.replacements import in_words
from workflows.grounds import HEAD_BASIS, RULES, GroundGiven
from workflows.models import Ground


def ground_words(given: GroundGiven) -> str:
    """One line for "Căn cứ …", with the paper behind the ground and its article."""
    rule = RULES[Ground(given.kind)]
    if given.kind == Ground.PETITION and given.petition is not None and given.petition.case.answer is not None:
        return f"{in_words(given.petition.case.answer)}: {rule.words} ({rule.basis})"
    if given.kind == Ground.DEPENDANT and given.dependant is not None:
        basis = HEAD_BASIS if given.dependant.ruling_id is not None else rule.basis
        return f"{in_words(given.dependant.document)}: {rule.words} ({basis})"
    known = given.discipline
    if given.kind == Ground.DISCIPLINE and known is not None:
        words = (
            f"Quyết định kỷ luật số {known.number} ngày {known.on:%d/%m/%Y} của {known.organisation} về hành vi ngày "
            f"{known.act_on:%d/%m/%Y}"
        )
        if known.twin_number and known.twin_on:
            words += (
                f"; cùng hành vi này còn có Quyết định số {known.twin_number} ngày {known.twin_on:%d/%m/%Y}, "
                "được tính một lần"
            )
        return f"{words} ({rule.basis})"
    return f"{rule.words} ({rule.basis})"
