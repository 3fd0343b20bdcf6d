"""One signed list for many forms: each form names it, it holds each form's hash, and both prove themselves."""

import json
import subprocess
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from documents import archive, inspection, keys, lists, pipeline
from documents.actions import ListToSign, cancel_document, name_signer, sign_lists
from documents.actions import lists as act
from documents.models import Document, DocumentRevision, State, Trouble
from documents.signing import NoFacts
from documents.verification import verify_pdf
from organization.models import JournalEntry
from tests.documents.office import FACTS, FILLS, NOON, PIN, Office, again
from tests.documents.papers import flat, text_of

HEAD = {"facts": json.loads((FACTS / "signing_list.json").read_text())}


@pytest.fixture
def forms(office: Office) -> list[Document]:
    """Two persons' Form 01, signed by them, and the minutes of one review: what waits for the reviewer."""
    made = [office.request("form_01", subject=office.people["person"]) for _each in range(2)]
    made.append(office.request("review_minutes", subject=office.people["person"]))
    for document in made:
        pipeline.advance(document.pk)
    assert all(office.sign(document, "person").ok for document in made[:2])
    return [again(document) for document in made]


def sign_as_list(office: Office, *documents: Document, role: str = "reviewer", pin: str = PIN):
    """The person of this role signs one list of these."""
    wanted = ListToSign(tuple(document.uuid for document in documents), **HEAD)
    fills = {document.uuid: FILLS for document in documents if document.kind.code == "form_01"}
    return sign_lists(lists=[wanted], signer=office.people[role], pin=pin, at=NOON, fills=fills)


def test_one_pin_signs_one_list_that_stands_for_every_form(office: Office, forms: list[Document]) -> None:
    results = sign_as_list(office, *forms)
    assert [(result.document.pk, result.ok) for result in results] == [(form.pk, True) for form in forms]
    signed_list = Document.objects.get(kind__code="signing_list")
    assert {result.by_list for result in results} == {signed_list}
    held = lists.listed_hashes(archive.read(signed_list.current_sha256))
    assert list(held) == [again(form).current_sha256 for form in forms]
    for form in forms:
        row = again(form)
        slot = row.slots.get(role="reviewer")
        assert (slot.listed_in, slot.signed_at) == (signed_list, NOON)
        assert slot.fingerprint == signed_list.slots.get().fingerprint
        assert row.state == State.SIGNED
        assert held[row.current_sha256]["code"] == row.code
        assert [each.step for each in row.revisions.all()][-1] == "listed"
        assert list(lists.list_problems(row)) == []
    assert [slot.document for slot in lists.forms_of(signed_list)] == forms
    assert JournalEntry.objects.filter(event="document.signed", details__list=signed_list.code).count() == 3


def test_the_page_of_each_form_names_its_list_and_the_signers_words(
    office: Office, forms: list[Document], tmp_path: Path
) -> None:
    sign_as_list(office, *forms)
    code = Document.objects.get(kind__code="signing_list").code
    pages = [flat(text_of(tmp_path / "form.pdf", archive.read(again(form).current_sha256))) for form in forms]
    assert all(f"Ký theo danh sách {code}" in page for page in pages)
    assert FILLS["reviewer_comment"] in pages[0]
    list_page = text_of(tmp_path / "list.pdf", archive.read(Document.objects.get(code=code).current_sha256))
    hashes = [again(form).current_sha256 for form in forms]
    assert all(digest[start : start + 8] in list_page for digest in hashes for start in range(0, 64, 8))


def test_lists_and_forms_reach_the_archive_and_the_sanity_command_is_clean(
    office: Office, forms: list[Document]
) -> None:
    sign_as_list(office, *forms)
    pipeline.drain()
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}
    call_command("verify_archive", verbosity=0)


def test_a_listed_notice_is_certified_by_the_seal_and_its_list_names_what_was_sealed(office: Office) -> None:
    notice = office.bring(office.request(), State.AWAITING_SIGNATURE)
    (result,) = sign_as_list(office, notice, role="head")
    assert result.ok
    listed = again(notice).current_sha256
    assert office.issue(notice)[0].ok
    pipeline.drain()
    row = again(notice)
    assert (row.state, row.number_text) == (State.ARCHIVED, "01/TB-STN")
    sealed = archive.read(row.current_sha256)
    roots = [path.read_bytes() for path in settings.TRUST_ROOTS]
    named = archive.read(result.by_list.current_sha256)
    report = verify_pdf(sealed, trust_roots=roots, lists=[named])
    assert [each.sha256 for each in report.listings] == [listed]
    assert report.signatures[0].certified
    assert sealed.startswith(archive.read(listed))
    assert list(lists.list_problems(row)) == []
    call_command("verify_archive", verbosity=0)


def test_the_lists_own_signature_satisfies_the_independent_tools(
    office: Office, forms: list[Document], tmp_path: Path
) -> None:
    sign_as_list(office, *forms)
    file = tmp_path / "list.pdf"
    file.write_bytes(archive.read(Document.objects.get(kind__code="signing_list").current_sha256))
    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "Lê Văn Tám" in said
    assert subprocess.run(["qpdf", "--check", str(file)], capture_output=True, check=False).returncode == 0


def test_a_wrong_pin_touches_nothing(office: Office, forms: list[Document]) -> None:
    before = DocumentRevision.objects.count()
    with pytest.raises(keys.WrongPin):
        sign_as_list(office, *forms, pin="0000")
    assert DocumentRevision.objects.count() == before


def test_a_dead_time_stamp_service_signs_neither_the_list_nor_any_form(
    office: Office, forms: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TIMESTAMP_URL", "http://127.0.0.1:9/")
    results = sign_as_list(office, *forms)
    assert {(result.ok, result.reason) for result in results} == {(False, str(Trouble.TIMESTAMPS_DOWN.label))}
    assert not Document.objects.filter(kind__code="signing_list").exists()
    assert [again(form).current_sha256 for form in forms] == [form.current_sha256 for form in forms]
    assert again(forms[0]).last_error == Trouble.TIMESTAMPS_DOWN


def test_a_form_cancelled_while_the_list_is_made_is_left_out_of_a_new_one(
    office: Office, forms: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = act.sign_pdf

    def cancelled_meanwhile(*args, **options):
        if again(forms[1]).state != State.CANCELLED:
            cancel_document(document=forms[1], reason="rút phiếu", by=office.people["person"], at=NOON)
        return made(*args, **options)

    monkeypatch.setattr(act, "sign_pdf", cancelled_meanwhile)
    results = sign_as_list(office, *forms)
    assert [result.ok for result in results] == [True, False, True]
    assert "cancelled" in results[1].reason
    signed_list = Document.objects.get(kind__code="signing_list")
    held = lists.listed_hashes(archive.read(signed_list.current_sha256))
    assert {row["code"] for row in held.values()} == {forms[0].code, forms[2].code}
    assert again(forms[1]).current_sha256 == forms[1].current_sha256


def test_a_form_given_to_somebody_else_meanwhile_is_not_signed(
    office: Office, forms: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = act.sign_pdf

    def handed_over(*args, **options):
        head = office.people["head"]
        name_signer(document=forms[0], role="reviewer", person=head, authority=None, by=head, at=NOON)
        return made(*args, **options)

    monkeypatch.setattr(act, "sign_pdf", handed_over)
    results = sign_as_list(office, *forms)
    assert [result.ok for result in results] == [False, True, True]
    assert forms[0].slots.get(role="reviewer").signed_at is None


def test_two_windows_at_once_make_one_list(
    office: Office, forms: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, nested = act.sign_pdf, []

    def other_window(*args, **options):
        if not nested:
            nested.append(True)
            nested.extend(sign_as_list(office, *forms))
        return made(*args, **options)

    monkeypatch.setattr(act, "sign_pdf", other_window)
    results = sign_as_list(office, *forms)
    assert all(result.ok and not result.already for result in nested[1:])
    assert all(result.ok and result.already for result in results)
    assert Document.objects.filter(kind__code="signing_list").count() == 1


def test_signing_again_says_when_and_makes_no_second_list(office: Office, forms: list[Document]) -> None:
    sign_as_list(office, *forms)
    results = sign_as_list(office, *forms)
    assert all(result.already for result in results)
    assert Document.objects.filter(kind__code="signing_list").count() == 1


def test_a_decision_has_no_place_for_a_list_and_says_so(office: Office, forms: list[Document]) -> None:
    decision = office.bring(office.request("decision"), State.AWAITING_SIGNATURE)
    (refused,) = sign_as_list(office, decision, role="head")
    assert not refused.ok
    assert "by itself" in refused.reason
    assert not Document.objects.filter(kind__code="signing_list").exists()


def test_another_persons_form_is_not_listed(office: Office, forms: list[Document]) -> None:
    (refused,) = sign_as_list(office, forms[0], role="head")
    assert not refused.ok
    assert forms[0].slots.get(role="reviewer").signed_at is None


def test_a_form_changed_after_the_list_is_found(office: Office, forms: list[Document]) -> None:
    sign_as_list(office, *forms)
    row = again(forms[0])
    other = archive.store(archive.read(row.current_sha256) + b"\n% more")
    Document.objects.filter(pk=row.pk).update(current_sha256=other)
    assert list(lists.list_problems(again(row))) == []  # it goes on from the listed bytes ...
    found = {(fault.check, fault.subject) for fault in _faults(inspection) if not isinstance(fault, str)}
    assert ("signatures", row.code) in found  # ... but the row names other bytes than its last revision


def test_a_list_that_does_not_hold_the_form_is_found(office: Office, forms: list[Document]) -> None:
    sign_as_list(office, forms[0])
    sign_as_list(office, forms[1])
    first, second = Document.objects.filter(kind__code="signing_list").order_by("pk")
    forms[0].slots.filter(role="reviewer").update(listed_in=second)
    assert list(lists.list_problems(again(forms[0]))) == [
        f"The list {second.code} does not hold the hash of this document."
    ]
    assert list(lists.list_problems(again(forms[1]))) == []
    cancel_document(document=second, reason="nhầm", by=office.people["reviewer"], at=NOON + timedelta(hours=1))
    assert list(lists.list_problems(again(forms[1]))) == [f"The list {second.code} is not in force."]
    assert first.code not in set(lists.list_problems(again(forms[1])))


def test_a_slot_said_to_be_listed_without_a_listed_revision_is_found(office: Office, forms: list[Document]) -> None:
    sign_as_list(office, forms[0])
    signed_list = Document.objects.get(kind__code="signing_list")
    forms[1].slots.filter(role="reviewer").update(listed_in=signed_list)
    assert list(lists.list_problems(again(forms[1]))) == ["The signatures by list and the stored revisions differ."]


def test_only_a_list_holds_hashes(office: Office, forms: list[Document]) -> None:
    with pytest.raises(NoFacts):
        lists.listed_hashes(archive.read(forms[0].current_sha256))
    with pytest.raises(NoFacts):
        lists.listed_hashes(b"%PDF-1.7 no")


def test_what_is_read_of_a_list_is_what_its_signer_signed(office: Office, forms: list[Document]) -> None:
    sign_as_list(office, *forms)
    signed_list = archive.read(Document.objects.get(kind__code="signing_list").current_sha256)
    assert lists.listed_hashes(signed_list + b"\n% appended") == lists.listed_hashes(signed_list)


def test_revision_hashes_are_those_of_the_stored_states(office: Office, forms: list[Document]) -> None:
    sign_as_list(office, *forms)
    row = again(forms[0])
    data = archive.read(row.current_sha256)
    kept = {revision.sha256 for revision in row.revisions.all()}
    assert kept <= set(lists.revision_hashes(data))
    assert sha256(data).hexdigest() in kept


def _faults(module) -> list:
    return [fault for check in module.CHECKS.values() for fault in check()]
