"""The registry, its templates and its samples say the same, for every kind that the product ships."""

import re

import pytest

from documents import archive, pipeline, samples
from documents.actions import SlotSpec
from documents.kinds import KINDS
from documents.models import Document, DocumentKind, State
from documents.models.kinds import Access
from documents.rendering import TEMPLATES as FOLDER
from documents.samples import facts_of
from tests.documents.measuring import fields, runs, sample

CODES = [kind.code for kind in KINDS]
KIND = {kind.code: kind for kind in KINDS}


def test_every_kind_has_sample_facts_and_every_sample_is_of_a_kind():
    assert set(samples.MAKERS) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_the_places_on_the_page_are_those_of_the_kind(code):
    kind, asked = KIND[code], facts_of(code)["signers"]
    roles = {f"sig.{signer.role}" for signer in kind.signers if not signer.optional or signer.role in asked}
    filled = {name for signer in kind.signers for name in signer.fill}
    sealed = ({"seal"} if kind.sealed else set()) | ({"number", "issued_on"} if kind.numbered else set())
    assert set(fields(sample(code))) == roles | filled | sealed | {"timestamp"}


@pytest.mark.parametrize("code", CODES)
def test_every_fact_of_the_sample_is_explained_at_the_top_of_its_template(code):
    sources = [(FOLDER / f"{name}.html").read_text("utf-8") for name in ("base", KIND[code].template)]
    told = " ".join(re.search(r"{% comment %}(.*?){% endcomment %}", source, re.S)[1] for source in sources)

    def keys(value):
        if isinstance(value, dict):
            yield from value
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from keys(item)

    facts = {key: value for key, value in facts_of(code).items() if key != "signers"}
    assert {key for key in keys(facts) if not re.search(rf"\b{key}\b", told)} == set()


@pytest.mark.parametrize("kind", KINDS, ids=CODES)
def test_a_kind_says_its_basis_of_retention_its_access_and_its_book(kind):
    assert kind.retention_years is None or kind.retention_basis
    assert kind.retention_basis
    assert kind.access in Access.values
    assert kind.numbered <= kind.sealed
    assert bool(kind.book) == bool(kind.abbreviation) == kind.numbered
    assert kind.book in {"", "QĐ", "TB", "BC", "BB", "PC"}


@pytest.mark.parametrize("code", CODES)
def test_another_number_gives_another_person_and_the_same_number_the_same(code):
    assert facts_of(code, number=3) == facts_of(code, number=3)
    changed = facts_of(code, place="Nơi khác")
    assert changed["place"] == "Nơi khác"
    assert any("Nơi khác" in run.text or "SỞ NỘI VỤ" in run.text.upper() for run in runs(sample(code)))


def test_an_unknown_kind_has_no_sample():
    with pytest.raises(KeyError):
        facts_of("no_such_kind")


def test_the_kinds_in_the_database_are_those_shipped(db):
    for kind in DocumentKind.objects.all():
        shipped = KIND[kind.code]
        assert (kind.title_vi, kind.book, kind.access) == (shipped.title_vi, shipped.book, shipped.access)
        assert kind.roles == [signer.role for signer in shipped.signers]
    assert DocumentKind.objects.count() == len(KINDS)


def test_drafter_checker_secretary_and_chair_sign_one_paper_in_this_order(office):
    people = {"drafter": "person", "checker": "reviewer", "secretary": "secretary", "chair": "chair"}
    facts = facts_of("council_minutes", lines=3)
    blocks = {role: {"authority": "", "title": "", "name": "Trần Thị Ký"} for role in ("drafter", "checker")}
    document = office.request(
        "council_minutes",
        facts=facts | {"signers": facts["signers"] | blocks},
        signers=[SlotSpec(role, office.people[who]) for role, who in people.items()],
    )
    pipeline.advance(document.pk)
    for who in people.values():
        assert office.sign(document, who).ok
    assert office.issue(document)[0].ok
    pipeline.advance(document.pk)
    kept = Document.objects.get(pk=document.pk)
    assert kept.state == State.ARCHIVED
    signed = [each.role for each in kept.revisions.filter(step__in=["signed", "sealed"])]
    assert signed == [*people, "seal"]
    assert archive.read(kept.current_sha256).startswith(b"%PDF-1.7")


def test_an_optional_role_out_of_order_is_refused(office):
    with pytest.raises(ValueError, match="is signed by"):
        office.request(
            "decision",
            facts=facts_of("decision"),
            signers=[SlotSpec("head", office.people["head"]), SlotSpec("drafter", office.people["person"])],
        )
