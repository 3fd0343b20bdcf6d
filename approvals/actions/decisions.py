from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions.requirements import require_class_within
from approvals.errors import ApprovalRefused
from approvals.models import Decision
from approvals.models.decisions import CORRECTING, JUDGING
from organization.authority import Authority
from organization.models import Person


@transaction.atomic
def record_decision(
    *,
    kind: str,
    person: Person,
    by: Person,
    under: Authority | None,
    at: datetime,
    class_code: str = "",
    score_class: str = "",
    score_total: str = "",
    reason: str = "",
    comment: str = "",
    practice: bool = False,
) -> Decision:
    """Write down what `by` decided about `person`; the process journals the step that it concludes.

    With `score_class`, the class may not be higher than it and needs a reason when it differs (Decree 335/2025,
    Art 20). Raises ApprovalRefused for that, for one's own case and for a return without a reason.
    """
    if kind in JUDGING and person.pk in {by.pk, under.holder.pk if under else None}:
        raise ApprovalRefused(_("Nobody decides his own case."), rule="own_case")
    if kind == Decision.Kind.REVIEW_RETURNED and not reason.strip():
        raise ApprovalRefused(_("A return needs a reason."), rule="reason")
    if kind in CORRECTING and not reason.strip():
        raise ApprovalRefused(_("A decision that replaces or annuls another needs a reason."), rule="reason")
    if class_code and score_class:
        require_class_within(class_code=class_code, score_class=score_class, reason=reason)
    return Decision.objects.create(
        kind=kind,
        person=person,
        by=by,
        on_behalf_of=under.holder if under and under.is_delegated else None,
        capacity=under.capacity if under else "",
        under=under.as_json() if under else {},
        at=at,
        class_code=class_code,
        score_class=score_class,
        score_total=score_total,
        reason=reason,
        comment=comment,
        practice=practice,
    )
