"""Minutes of the meeting about a petition (Decree 335/2025, Art 22, 24)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from approvals.models import Petition
from organization.authority import Authority
from organization.models import Person
from workflows.facts.petitions import about
from workflows.facts.wording import head_block, local_iso, period_words, signer, title_of
from workflows.models import Evaluation


@dataclass(frozen=True)
class Meeting:
    """What is known of the meeting. `others`: who took part besides chair, secretary and petitioner.

    `adopted`: what the petitioner says to the minutes; `petitioner_signs` is false where he would not or was absent.
    """

    started_at: datetime
    finished_at: datetime
    venue: str
    secretary: Person
    others: Sequence[Person]
    checked: Sequence[str]
    opinions: Sequence[str]
    conclusion: str
    adopted: str
    petitioner_signs: bool


def petition_minutes(
    petition: Petition, evaluation: Evaluation, *, meeting: Meeting, under: Authority, at: datetime
) -> dict[str, Any]:
    """Who took part, what was examined and said, what the chair concludes, what the petitioner says to it."""
    on = timezone.localdate(at)
    chair, petitioner = under.actor, evaluation.person
    roles = [(chair, "Chủ trì"), (meeting.secretary, "Thư ký"), (petitioner, "Người kiến nghị")]
    roles += [(person, "Thành phần tham dự") for person in meeting.others]
    unique = {person.pk: (person, role) for person, role in reversed(roles)}
    signers = {"secretary": {**signer(meeting.secretary, on), "title": "THƯ KÝ"}}
    if meeting.petitioner_signs:
        signers["petitioner"] = {**signer(petitioner, on), "title": "NGƯỜI KIẾN NGHỊ"}
    signers["chair"] = signer(chair, on, under)
    return {
        **head_block(evaluation.period, title="Biên bản làm việc về kiến nghị", evaluation=evaluation),
        "subject": "Làm việc về kiến nghị đối với kết quả đánh giá, xếp loại chất lượng "
        f"{period_words(evaluation.period.campaign)}",
        "started_at": local_iso(meeting.started_at),
        "finished_at": local_iso(meeting.finished_at),
        "venue": meeting.venue,
        "present": [{**_named(person, on), "role": role} for person, role in reversed(list(unique.values()))],
        "absent": [],
        "chair": _named(chair, on),
        "secretary": _named(meeting.secretary, on),
        "petitioner": {"name": petitioner.full_name, "position": f"{evaluation.title}, {evaluation.unit.name}"},
        "petition": {
            "received_on": timezone.localdate(petition.received_at).isoformat(),
            "about": about(petition, evaluation),
            "request": petition.request,
        },
        "checked": list(meeting.checked),
        "opinions": [_opinion(line, petitioner) for line in meeting.opinions],
        "conclusion": meeting.conclusion,
        "adopted": meeting.adopted,
        "signers": signers,
        "recipients": ["Người kiến nghị", "Lưu: VT, hồ sơ kiến nghị"],
    }


def _named(person: Person, on: date) -> dict[str, str]:
    return {"name": person.full_name, "position": title_of(person, on)}


def _opinion(line: str, petitioner: Person) -> dict[str, str]:
    """A line "Name: words"; without a name it is the petitioner's."""
    name, colon, text = line.partition(":")
    if colon and text.strip():
        return {"name": name.strip(), "text": text.strip()}
    return {"name": petitioner.full_name, "text": line.strip()}
