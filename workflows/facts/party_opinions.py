"""The Party committee's opinion on one leader, as a paper of the Party organisation."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from organization.models import Person
from workflows.facts.wording import head_block, signer, title_in, title_of
from workflows.models import PartyOpinion


def party_opinion(opinion: PartyOpinion, *, proposed: str, head: Person, at: datetime) -> dict[str, Any]:
    """The facts at the moment the secretary gives it; `proposed`: the class that lay before the committee."""
    on, evaluation = timezone.localdate(at), opinion.evaluation
    block = head_block(evaluation.period, title="Ý kiến của cấp ủy, tổ chức đảng", evaluation=evaluation)
    return {
        **block,
        "party_parent": "",
        "party": opinion.party_name,
        "party_number": "",
        "subject": f"Về kết quả đánh giá, xếp loại chất lượng {block['period_words']} đối với công chức lãnh đạo, "
        "quản lý",
        "to": title_in(evaluation.period.agency.name, title_of(head, on)),
        "meeting": {
            "held_on": opinion.held_on.isoformat() if opinion.held_on else "",
            "members": opinion.members,
            "present": opinion.present,
            "agreed": opinion.agreed,
        },
        "people": [
            {
                "name": evaluation.person.full_name,
                "position": evaluation.title,
                "unit": evaluation.unit.name,
                "proposed": proposed,
                "opinion": opinion.class_code,
                "note": "",
            }
        ],
        "remarks": opinion.note,
        "signed_on": on.isoformat(),
        "signers": {
            "party_secretary": {**signer(opinion.secretary, on), "authority": "T/M CẤP ỦY", "title": "BÍ THƯ"}
        },
        "recipients": [block["agency"], "Lưu: hồ sơ đánh giá"],
    }
