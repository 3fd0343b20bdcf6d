"""One agency's year as documents: which kinds it owes about whom, for a sample archive of any size."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from documents.kinds import KINDS, Signer
from documents.samples import facts_of

KIND = {kind.code: kind for kind in KINDS}
ABOUT_EVERYBODY = ("form_01", "review_minutes", "notice")
OF_EVERY_AGENCY = ("council_minutes", "decision", "public_notice")
INITIALLED = "council_minutes"  # drafter, checker, secretary and chair: four personal signatures
TELLERS = 3
FILLS = {
    "reviewer_comment": "Nhất trí với kết quả tự đánh giá.",
    "reviewed_on": "ngày 05 tháng 10 năm 2026",
    "box_htt": "X",
    "handling": "Xếp loại Hoàn thành tốt nhiệm vụ; bồi dưỡng theo kế hoạch.",
    "ranked_on": "ngày 15 tháng 12 năm 2026",
}


@dataclass(frozen=True)
class Post:
    """A person as the papers name one: full name, title, unit."""

    name: str
    title: str
    unit: str


@dataclass(frozen=True)
class Paper:
    """A document to ask for: its kind, facts, and for each role in order the index of who signs."""

    kind: str
    facts: dict[str, Any]
    signers: dict[str, int]
    about: int | None = None


def papers(posts: list[Post], *, agency: str, parent: str, place: str, all_kinds: bool) -> Iterator[Paper]:
    """What an agency with these people owes; its first person is the head. `all_kinds`: one of each other kind."""
    head = {"agency": agency, "parent_agency": parent, "place": place}
    others = [code for code in KIND if code not in (*ABOUT_EVERYBODY, *OF_EVERY_AGENCY)]
    for number in range(len(posts)):
        for code in ABOUT_EVERYBODY:
            yield _paper(code, posts, head, about=number)
    for code in (*OF_EVERY_AGENCY, *(others if all_kinds else ())):
        yield _paper(code, posts, head, about=len(posts) - 1)


def _paper(code: str, posts: list[Post], head: dict[str, str], *, about: int) -> Paper:
    lines = 4 if code in ABOUT_EVERYBODY else max(1, min(len(posts), 60))
    facts = facts_of(code, number=about, lines=lines) | head
    someone = posts[about]
    if "person" in facts:
        facts["person"] = {"name": someone.name, "position": someone.title, "unit": someone.unit}
    signing = {rule.role: _signer(rule, order, about, len(posts)) for order, rule in enumerate(_rules(code))}
    blocks = facts.get("signers", {})
    facts["signers"] = {
        role: {"authority": "", "title": posts[index].title.upper()}
        | blocks.get(role, {})
        | {"name": posts[index].name}
        for role, index in signing.items()
    }
    return Paper(code, facts, signing, about if code in ABOUT_EVERYBODY else None)


def _rules(code: str) -> list[Signer]:
    """The roles that sign this sample: the optional ones where a four-eyed paper or a ballot asks for them."""
    rules = KIND[code].signers
    if code == INITIALLED:
        return list(rules)
    if code == "ballot_minutes":
        return list(rules[:TELLERS])
    return [rule for rule in rules if not rule.optional]


def _signer(rule: Signer, order: int, about: int, people: int) -> int:
    """Who signs: the person himself, the head for the head's and the reviewer's roles, else the next ones in turn."""
    if rule.role in ("person", "petitioner"):
        return about
    if rule.role in ("head", "chair", "reviewer", "ranker"):
        return 0
    return (order + 1) % people
